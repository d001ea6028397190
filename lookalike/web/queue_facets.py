"""Facets of the queue as they are shown: their values in words, with numbers, and which are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lookalike.review import veil, waiting
from lookalike.store.facets import Facets
from lookalike.store.veil import JUDGED
from lookalike.web.desk import Call
from lookalike.web.queue_address import ALL, FIELDS, LONGEST, NONE, USUAL, Asked
from lookalike.web.templating import visible

FEW = 6
"""Values of a facet that are shown at once; the others are a click away."""
MOST = 60
"""Values of a facet in all; others are typed."""
OPEN = ("status", "kind", "band", "platform")
SHOWN = (*OPEN, "signal", "icp", "region", "source", "day", "office", "campaign", "owner", "alive", "contact")
SINGLE = ("icp", "region", "day")
"""Of these one value at most is chosen."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet."""

    value: str
    """As the address has it."""
    text: str
    n: int | None
    """None: nobody counted it."""
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One facet."""

    name: str
    choices: tuple[Choice, ...]
    rest: tuple[Choice, ...]
    single: bool
    open: bool
    at_least: bool
    """Whether its numbers are lower bounds."""


def shown(call: Call, asked: Asked, found: Facets, owners: dict[str, int]) -> tuple[Facet, ...]:
    """The facets of a list, in their order; those without any value are left out."""
    return tuple(facet for name in SHOWN if (facet := _facet(call, asked, found, owners, name)) is not None)


def _facet(call: Call, asked: Asked, found: Facets, owners: dict[str, int], name: str) -> Facet | None:
    field = FIELDS.get(name, name)
    chosen = _chosen(asked, name)
    counts = owners if name == "owner" else found.counts.get(field, {})
    if name == "status" and call.blind:
        counts, chosen = veil.added_up(counts), set(veil.added_up(dict.fromkeys(chosen, 1)))
    choices = list(_choices(call, name, counts, chosen))
    if not choices:
        return None
    usual = name in USUAL and chosen == set(USUAL[name])
    first = [c for c in choices if c.chosen] + [c for c in choices if not c.chosen][:FEW]
    kept = {c.value for c in first}
    return Facet(
        name,
        tuple(c for c in choices if c.value in kept),
        tuple(c for c in choices if c.value not in kept)[:MOST],
        name in SINGLE,
        name in OPEN or (bool(chosen) and not usual),
        field in found.at_least,
    )


def _chosen(asked: Asked, name: str) -> set[str]:
    if name == "day":
        return {asked.day} - {""}
    value = getattr(asked.filter, FIELDS.get(name, name))
    return {value} - {""} if isinstance(value, str) else set(value)


def _choices(call: Call, name: str, counts: dict[str, int], chosen: set[str]) -> Iterator[Choice]:
    values: Iterable[str] = [*counts, *sorted(chosen - counts.keys())]
    if name == "day":
        values = sorted(values, reverse=True)
    if name == "owner":
        values = [*([waiting.OTHERS] if counts or waiting.OTHERS in chosen else []), *values]
    for value in dict.fromkeys(values):
        if len(value) > LONGEST:  # an address would cut it, and find nothing
            continue
        known = counts.get(value)
        said = NONE if (name, value) == ("platform", "") else value
        yield Choice(said, _text(call, name, value)[:80], known, value in chosen)
    if name in USUAL:
        yield Choice(ALL, call.words(f"queue.all.{name}"), None, not chosen)


def _text(call: Call, name: str, value: str) -> str:
    own = {
        ("status", JUDGED): "queue.judged",
        ("platform", ""): "queue.nobody",
        ("owner", waiting.OTHERS): "queue.others",
    }
    if (name, value) in own:
        return call.words(own[name, value])
    names = {"platform": call.desk.platforms, "signal": call.desk.signals, "source": call.desk.sources}
    if name in names:
        return names[name].get(value, visible(value))
    if name in {"alive", "contact", "icp", "region"}:
        return call.words.of(f"queue.{name}", value) or visible(value)
    return visible(call.words.of(name, value) or value)
