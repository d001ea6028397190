"""What one source is asked tonight: the lexicon's queries, names of accounts, or its own words, city by city."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seeds.model import City, Platform, Seeds, Source
from seeds.queries import platform_names, queries


def asked(source: Source, seeds: Seeds, limit: int, night: int, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """At most ``limit`` distinct queries for the ``night``-th night, counted from 0.

    Where a source has cities, a query begins with the city that it is asked in, and ``wanted`` chooses among them.
    """
    found: Sequence[str]
    if source.words:
        found = source.words
    elif source.asks == "accounts":
        found = account_names(seeds.platforms)
    else:
        names = platform_names(seeds.platforms)
        found = queries(seeds.lexicon, limit=limit, rotate=night, platforms=names)
    if source.cities:
        found = _city_by_city(found, cities_of(source, wanted), seeds.lexicon.words("places"), night)
    return tuple(dict.fromkeys(found))[: max(limit, 0)]


def account_names(platforms: Iterable[Platform]) -> tuple[str, ...]:
    """Names of genuine accounts, then of platforms that are accounts, then of the organs behind core platforms."""
    rows = [p for p in platforms if p.kind != "body"]
    accounts = [a.name for p in rows for a in p.accounts]
    core = [p for p in rows if p.group == "core"]
    return tuple(dict.fromkeys([*accounts, *platform_names(core), *(p.organ for p in core)]))


def cities_of(source: Source, wanted: Sequence[str] = ()) -> tuple[City, ...]:
    """The source's cities; of ``wanted`` those that are cities of this source, by name, label or whole host.

    A host below the source's that no row knows is a city too, under its label.
    """
    if not wanted:
        return source.cities
    known = {key: city for city in source.cities for key in (city.name, city.label)}
    found = []
    for one in wanted:
        label = one.removesuffix(f".{source.host}") if one.endswith(f".{source.host}") else ""
        if city := known.get(label or one):
            found.append(city)
        elif label and "." not in label:
            found.append(City(label, label))
    return tuple(dict.fromkeys(found))


def in_city(query: str, cities: Sequence[City]) -> tuple[City | None, str]:
    """The city that a query begins with, and the words to ask there; None where it begins with none of them."""
    name, _, rest = query.partition(" ")
    city = next((c for c in cities if c.name == name), None)
    return (city, rest.strip()) if city is not None and rest.strip() else (None, query)


def _city_by_city(found: Sequence[str], cities: Sequence[City], places: Sequence[str], night: int) -> list[str]:
    """Each query in one city first, in another one the next night, then in the other cities as far as the limit goes.

    Words for a place are the city's business.
    """
    here = frozenset(places)
    bare = dict.fromkeys(" ".join(w for w in q.split() if w not in here) for q in found)
    rounds = [q for q in bare if q]
    shifts = range(night, night + len(cities))
    return [f"{cities[(i + shift) % len(cities)].name} {q}" for shift in shifts for i, q in enumerate(rounds)]
