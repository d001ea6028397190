"""Facets of an offer: what sellers say around a paper, found by grammar and not by sentence (``offer_facets.toml``).

Finds them and where they stand. Whether they are asserted or quoted, and what they make together, is for
``scoring.offers``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

import re2

from scoring.bytewise import Outline, Sieve, places
from scoring.folding import fold

LIMIT = 50_000
"""Characters that are read: offers stand at the head, and what is longer is no post."""
MOST = 20
"""Places of one facet that are looked at."""
OTHERS = 0.3
"""What is left of the topic where another thing is for sale and no trade's paper is named."""
MEMORY = 32 << 20
NAMES = "证|証|[低高]压|电工|焊工|登高|叉车|安全员|特种作业|操作证|学历|职称|文凭|驾照|本科|zheng"
"""Of papers and what they are for, however loosely: without one no wording is a seller's."""
TRADE, PAPER, LOOSE, OTHER, NAMED = range(5)
HIRE = 0
"""Places of the topic's words, and of those of hiring, among what is asked for together."""


@dataclass(frozen=True, slots=True)
class Spot:
    """One place where a facet is said; the span is of the original text."""

    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that sellers say, with all its places."""

    name: str
    say: str
    """Chinese, for the analyst."""
    weight: float
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """What a text says around papers."""

    topic: float = 0.0
    """How sure it is that papers of the trade are talked about, in [0, 1]."""
    found: tuple[Facet, ...] = ()
    hires: bool = False
    """Whether hands are sought or lent out."""


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    say: str
    weight: float
    least: int
    pattern: Any


@dataclass(frozen=True, slots=True)
class _Grammar:
    trade: Any
    other: Any
    about: Sieve
    """Trades, papers, loose words for them, other things that are for sale, and names: which stand in a text."""
    hire: Any
    around: Outline
    """Words of hiring, then the kinds of facets: most texts about papers have none."""
    kinds: tuple[_Kind, ...]


@lru_cache(maxsize=8)
def facets_in(text: str, core: frozenset[str] = frozenset()) -> Facets:
    """Facets of a text that talks about papers; none of one that does not, nor of one without any of ``core``, where
    such are asked for. Total and linear.
    """
    folded = fold(text[:LIMIT])
    encoded = folded.encoded
    grammar = _grammar()
    topic = _topic(grammar, encoded, _about(text))
    if not topic:
        return Facets()
    around = grammar.around.possible(encoded)
    kinds = [kind for at, kind in enumerate(grammar.kinds, HIRE + 1) if at in around]
    if core and not any(kind.name in core and kind.pattern.search(encoded) for kind in kinds):
        return Facets(topic)
    found = []
    for kind in kinds:
        spans = [m.span() for m in islice(kind.pattern.finditer(encoded), MOST)]
        if spans and len(spans) >= kind.least:
            chars = places(encoded, (span for span in spans if span[1] > span[0]))
            spots = tuple(Spot(a, b, text[a:b].strip()) for a, b in folded.spans(chars))
            found.append(Facet(kind.name, kind.say, kind.weight, spots))
    return Facets(topic, tuple(found), hires=HIRE in around and grammar.hire.search(encoded) is not None)


def talks_of_papers(text: str) -> float:
    """How sure it is that papers of the trade are talked about, in [0, 1]."""
    return _topic(_grammar(), fold(text[:LIMIT]).encoded, _about(text))


def names_papers(text: str) -> bool:
    """Whether any of ``NAMES`` stands in the folded text."""
    return NAMED in _about(text)


@lru_cache(maxsize=8)
def _about(text: str) -> frozenset[int]:
    return _grammar().about.standing(fold(text[:LIMIT]).encoded)


def _topic(grammar: _Grammar, folded: bytes, about: frozenset[int]) -> float:
    if about <= {OTHER, NAMED}:
        return 0.0
    trades = {m.group() for m in islice(grammar.trade.finditer(folded), MOST)} if TRADE in about else set()
    sure = 1.0 if PAPER in about or len(trades) > 1 else 0.6 if trades else 0.5
    others = {m.group() for m in islice(grammar.other.finditer(folded), MOST)} if OTHER in about else set()
    named = trades and (PAPER in about or LOOSE in about)
    return sure * OTHERS if len(others) > (len(trades) if named else 0) else sure


@lru_cache(maxsize=1)
def _grammar() -> _Grammar:
    data = tomllib.loads(files("scoring").joinpath("offer_facets.toml").read_text(encoding="utf-8"))
    topic = data["topic"]
    fragments = {**data["fragments"], "trade": topic["trade"], "paper": topic["paper"]}

    def joined(*patterns: str) -> str:
        whole = "|".join(f"(?:{p})" for p in patterns)
        for name, fragment in fragments.items():
            whole = whole.replace(f"{{{name}}}", f"(?:{fragment})")
        return whole

    facets = [joined(*row["patterns"]) for row in data["facet"]]
    kinds = tuple(
        _Kind(row["name"], row["say"], row["weight"], row.get("least", 1), _compiled(pattern))
        for row, pattern in zip(data["facet"], facets, strict=True)
    )
    return _Grammar(
        trade=_compiled(joined(topic["trade"])),
        other=_compiled(joined(topic["other"])),
        about=Sieve([*(joined(topic[part]) for part in ("trade", "paper", "loose", "other")), NAMES]),
        hire=_compiled(joined(topic["hire"])),
        around=Outline([joined(topic["hire"]), *facets]),
        kinds=kinds,
    )


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = MEMORY
    return re2.compile(pattern.encode(), options)
