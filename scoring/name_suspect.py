"""What is known of a suspect name when it is asked whom it means, and the answer. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.name_slips import LabelHit


@dataclass(frozen=True, slots=True)
class Suspect:
    """A name with a finding: its letters, how it shows, its look-alike labels, the row of its misprint, the words
    that were read in it and their classes.
    """

    letters: str
    shown: str
    hits: tuple[LabelHit, ...] = ()
    misprint: str | None = None
    classes: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    there: bool = False
    """Whether an office stands right behind its place."""


@dataclass(frozen=True, slots=True)
class Pointing:
    """The platform that most points at, and whether it does so clearly."""

    platform: str
    clear: bool
