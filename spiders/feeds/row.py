"""What a file of a feed is made of: lines, rows with named cells, and rows that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end."""

    number: int
    """1 for the first."""
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row; names of columns are folded as ``fold`` does."""

    number: int
    """Line or row in the file, 1 for the first; of a JSON answer the place in its list."""
    cells: dict[str, str]
    raw: Any = None
    """The object as JSON had it, with what is nested in it."""

    def first(self, *names: str) -> str:
        """The first cell of these columns that is not empty; ``""`` where none is."""
        return next((value for name in names if (value := self.cells.get(fold(name), ""))), "")


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be used, and why, in Chinese."""

    number: int
    why: str


def fold(name: str) -> str:
    """A column's name without blanks, marks and letter case: ``Web Title``, ``web_title`` and ``WEB-TITLE`` are one."""
    return "".join(c for c in name.lower() if c.isalnum())
