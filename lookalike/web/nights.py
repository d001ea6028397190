"""A night against the nights before it: by source, number beside median, and in one word how it came out. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from lookalike.monitors import FEW, FEWEST_RUNS

Came = Literal["zero", "blocked", "failed", "suspect", "few", "resting", "idle", "ok"]
"""``zero``: was asked and gave nothing; ``blocked``: turned us away; ``failed``: pages are missing; ``suspect``: an
alarm says that its numbers cannot be believed; ``few``: far below its median; ``resting``: was not asked, for a stated
reason; ``idle``: nothing was planned; ``ok``."""
BAD: frozenset[Came] = frozenset({"zero", "blocked", "failed", "suspect"})
_RESTING: tuple[str, ...] = ("robots", "outside hours", "no key", "no address")
_STATES: dict[str, Came] = {
    **dict.fromkeys(_RESTING, "resting"),
    "blocked": "blocked",
    "backing off": "blocked",
    "failed": "failed",
}
"""What a source's state in the summary says by itself."""
NUMBERS = ("pages", "results", "leads_new", "errors", "refused")
_ORDER: tuple[Came, ...] = ("zero", "blocked", "failed", "suspect", "few", "ok", "resting", "idle")


@dataclass(frozen=True, slots=True)
class Number:
    """What was counted, and the median of the nights before; None: not known."""

    now: int | None
    usual: float | None


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source of a night."""

    source: str
    came: Came
    why: str
    numbers: Mapping[str, Number]
    nights: int
    """Nights that the medians are of."""

    @property
    def bad(self) -> bool:
        """Whether somebody has to see to it."""
        return self.came in BAD


def lines(
    sources: Mapping[str, Mapping[str, Any]], before: Sequence[Mapping[str, Any]], files: frozenset[str]
) -> list[SourceLine]:
    """A line for every source, what needs somebody first. ``before``: summaries of earlier nights, ``files``: sources
    that read what lies in a folder, which may be empty.
    """
    found = []
    for name, counts in sources.items():
        earlier = [night["sources"][name] for night in before if name in night.get("sources", {})]
        asked = [night for night in earlier if night.get("pages")]
        numbers = {of: Number(_count(counts, of), _usual([_count(one, of) for one in asked])) for of in NUMBERS}
        came = _came(counts, numbers["results"].usual, is_file=name in files)
        found.append(SourceLine(name, came, str(counts.get("why") or ""), numbers, len(asked)))
    return sorted(found, key=lambda line: (_ORDER.index(line.came), line.source))


def _came(counts: Mapping[str, Any], usual: float | None, *, is_file: bool) -> Came:
    state, results = str(counts.get("state", "ok")), _count(counts, "results") or 0
    whole = not counts.get("pending_queries")
    if state in _STATES:
        return _STATES[state]
    if not counts.get("queries"):
        return "idle"
    if not results and not is_file and whole:
        return "zero"
    if state == "suspect":
        return "suspect"
    return "few" if usual and results < FEW * usual and whole else "ok"


def _count(counts: Mapping[str, Any], of: str) -> int | None:
    if of == "results":
        return int(counts.get("results", 0)) + int(counts.get("paid", 0))
    if of == "errors":
        return int(counts.get("failed", 0)) + int(counts.get("unparsed", 0))
    if of == "refused":
        return sum(int(counts.get(name, 0)) for name in ("captcha", "blocked", "robots"))
    value = counts.get(of)
    return int(value) if value is not None else None


def _usual(values: Sequence[int | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(median(known)) if len(known) >= FEWEST_RUNS else None
