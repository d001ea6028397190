"""Search queries out of the lexicon's templates, in an order of which any beginning is varied. Sends nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice
from math import prod

from seeds.model import Lexicon, Platform

MIN_WEIGHT = 0.5
"""Slogans, promises and query words below it are too common to be searched for."""
_WEIGHED = ("slogan", "promise", "query")
_GROUPS = {
    "product": "products", "slogan": "slogans", "promise": "promises", "place": "places", "topic": "topics",
    "query": "query",
}  # fmt: skip
_FIELD = re.compile(r"\{(\w+)\}")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")


def platform_names(platforms: Iterable[Platform]) -> tuple[str, ...]:
    """Names of the core platforms as people type them, without what stands in brackets and without organs at large.

    Those of which most is known stand first: web platforms before accounts, several generations before one.
    """
    core = [p for p in platforms if p.group == "core" and p.kind != "body"]
    core.sort(key=lambda p: (p.kind != "web", -len(p.generations)))
    return tuple(dict.fromkeys(_BRACKETED.sub("", p.name).strip() for p in core))


def queries(
    lexicon: Lexicon, limit: int | None = None, rotate: int = 0, platforms: Sequence[str] = ()
) -> tuple[str, ...]:
    """At most ``limit`` distinct queries for one night; None gives all of them.

    The first third is the same every night. The rest is a window that moves on by its whole length with each
    step of ``rotate`` (the number of the night), so that later nights ask what earlier ones did not, and begins
    again after the last. ``platforms`` fill ``{platform}``; without them such templates give nothing.
    """
    everything = tuple(dict.fromkeys(_interleaved(lexicon, platforms)))
    if limit is None or limit >= len(everything):
        return everything
    if limit <= 0:
        return ()
    core = -(-limit // 3)
    rest = everything[core:]
    start = rotate * (limit - core) % len(rest)
    return (*everything[:core], *islice(cycle(rest), start, start + limit - core))


def _interleaved(lexicon: Lexicon, platforms: Sequence[str]) -> Iterator[str]:
    """All streams woven into one: the n-th template gets a share of 1/n, earlier ones first at a tie."""
    words = {field: _words(lexicon, field) for field in _GROUPS} | {"platform": tuple(platforms)}
    streams = [(n, _stream(template, words)) for n, template in enumerate(lexicon.templates, 1)]
    due = {n: float(n) for n, _ in streams}
    living = dict(streams)
    while living:
        n = min(living, key=lambda k: (due[k], k))
        query = next(living[n], None)
        if query is None:
            del living[n]
        else:
            due[n] += n
            yield query


def _words(lexicon: Lexicon, field: str) -> tuple[str, ...]:
    terms = lexicon.groups.get(_GROUPS[field], ())
    return tuple(t.text for t in terms if field not in _WEIGHED or t.weight >= MIN_WEIGHT)


def _stream(template: str, words: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """One template's queries along diagonals, so that every field moves on with each query.

    The first two fields meet in all pairs; further ones go round with them, since all triples would be
    hundreds of thousands.
    """
    fields = tuple(dict.fromkeys(_FIELD.findall(template)))
    sizes = [len(words[f]) for f in fields]
    for i in range(prod(sizes[:2]) if all(sizes) else 0):
        row, column = divmod(i, sizes[0] if sizes else 1)
        chosen = {f: words[f][(column + k * row) % sizes[k]] for k, f in enumerate(fields)}
        yield " ".join(template.format_map(chosen).split())
