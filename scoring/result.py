"""What scoring answers: signal results with evidence, rows that sum, the assessment."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

Kind = Literal["site", "advert"]
Band = Literal["high", "medium", "low"]
Status = Literal["hit", "miss", "unknown"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a signal saw what it says: enough to find the bytes again."""

    quote: str
    """The text, value or answer itself, at most 200 characters."""
    url: str = ""
    where: str = ""
    """A CSS selector, a header name, ``title``, ``dns:A``, ``whois:created`` …"""
    capture: str = ""
    """SHA-256 of the body or raw answer that holds the quote."""


@dataclass(frozen=True, slots=True)
class SignalResult:
    """``hit`` with a strength in (0, 1], ``miss``, or ``unknown`` with the reason in ``text``."""

    status: Status
    strength: float = 0.0
    text: str = ""
    """One sentence in Chinese for the analyst: what was seen, or why it could not be checked."""
    evidence: tuple[Evidence, ...] = ()
    platform: str | None = None
    """The platform id that this hit says is imitated."""


MISS = SignalResult("miss")


def hit(text: str, *evidence: Evidence, strength: float = 1.0, platform: str | None = None) -> SignalResult:
    """A hit; ``strength`` in (0, 1]."""
    return SignalResult("hit", strength, text, evidence, platform)


@lru_cache(maxsize=512)
def unknown(why: str) -> SignalResult:
    """Could not be checked; adds no points and is listed as unchecked."""
    return SignalResult("unknown", text=why)


class Signal(Protocol):
    """One signal: a file of its own in ``scoring/signals``; the weight is not its business."""

    @property
    def name(self) -> str:
        """The signal's id: the name of its file and its key in the weights."""
        ...

    @property
    def title(self) -> str:
        """Chinese, a few words."""
        ...

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Judge the case; ``ctx`` holds what all signals share. No I/O, no clock, no randomness."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the sum that the analyst sees."""

    signal: str
    points: float
    text: str
    evidence: tuple[Evidence, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The row as ``--json`` prints it; ``evidence`` is an object whose ``items`` are quote, url, where, capture."""
        items = [
            {k: v for k, v in (("quote", e.quote), ("url", e.url), ("where", e.where), ("capture", e.capture)) if v}
            for e in self.evidence
        ]
        return {"signal": self.signal, "points": self.points, "text": self.text, "evidence": {"items": items}}


@dataclass(frozen=True, slots=True)
class Unchecked:
    """What could not be checked, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """The judgement of one case: ``score`` = 100 × sigmoid(sum of the rows' points)."""

    kind: Kind
    score: float
    band: Band
    impersonates: str | None
    rows: tuple[Row, ...]
    """The prior first, then by points, largest first; counter-evidence has negative points."""
    unchecked: tuple[Unchecked, ...]
    weights_version: str
