"""The settings that point the program at a running range: the same names an operator sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from lookalike.cyber_range.model import Range
from lookalike.errors import RangeError
from seeds.errors import SeedError
from seeds.loader import load_seeds
from seeds.model import Source
from spiders.feeds.folder import feeds_in

DOCUMENTATION_NETWORKS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
"""RFC 5737 and RFC 3849: the only reserved networks that the guard lets through in a range."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the running range answers."""

    proxy: int
    nameserver: int
    whois: int
    networks: Path
    root: Path
    log: Path


def environment(content: Range, places: Places) -> dict[str, str]:
    """The settings by name. Raises RangeError when the range's overlay of seeds cannot be read."""
    settings = {
        "LOOKALIKE_PROXY": f"http://127.0.0.1:{places.proxy}",
        "LOOKALIKE_PROXY_RESOLVES": "true",
        "LOOKALIKE_NAMESERVERS": f"127.0.0.1:{places.nameserver}",
        "LOOKALIKE_WHOIS": f"127.0.0.1:{places.whois}",
        "LOOKALIKE_RDAP": "https://rdap.org",
        "LOOKALIKE_NETWORKS": str(places.networks),
        "LOOKALIKE_NOW": content.now.isoformat(),
        "LOOKALIKE_ALLOW_NETWORKS": ",".join(DOCUMENTATION_NETWORKS),
        "LOOKALIKE_CA_FILE": str(places.root),
        "LOOKALIKE_DELAY": "0",
        "LOOKALIKE_RANGE_LOG": str(places.log),
    }
    if content.seeds is not None:
        settings["LOOKALIKE_SEEDS"] = str(content.seeds.resolve())
    if content.feeds is not None:
        settings["LOOKALIKE_FEEDS"] = str(content.feeds.resolve())
    known = _known_sources(content)
    sources = content.sources or answerable(content, known)
    if sources:
        settings["LOOKALIKE_SOURCES"] = ",".join(sources)
    if content.browser:
        settings["LOOKALIKE_BROWSER"] = content.browser
    if cities := city_hosts(content, known):
        settings["LOOKALIKE_CITIES"] = ",".join(cities)
    return settings


def city_hosts(content: Range, sources: Iterable[Source]) -> tuple[str, ...]:
    """Hosts of engines that are one city's part of a source that has cities: only these can be asked here."""
    found = [e.host for s in sources if s.cities for e in content.engines if _in_a_city(e.host, e.path, s)]
    return tuple(dict.fromkeys(found))


def _in_a_city(host: str, path: str, source: Source) -> bool:
    label = host.removesuffix(f".{source.host}")
    return label not in {host, ""} and "." not in label and source.path in {"", path}


def answerable(content: Range, sources: Iterable[Source]) -> tuple[str, ...]:
    """Ids of the sources that the range has an engine or a feed for, in their own order.

    Those that are switched off elsewhere, for want of an account, are among them: a range asks for none. A feed
    belongs to the source that a word of its file name stands for: ``names.txt``, ``nrd-2026-03-01.csv``.
    """
    engines = {(engine.host, engine.path) for engine in content.engines}
    engine_hosts = {engine.host for engine in content.engines}
    feeds = feeds_in(content.feeds)
    found: list[str] = []
    for source in sources:
        if source.cities:
            has = bool(city_hosts(content, (source,)))
        elif source.host:
            has = (source.host, source.path) in engines if source.path else source.host in engine_hosts
        else:
            has = source.id in feeds or (source.kind == "file" and source.spider in feeds)
        if has:
            found.append(source.id)
    return tuple(found)


def _known_sources(content: Range) -> tuple[Source, ...]:
    try:
        return load_seeds(content.seeds).sources
    except SeedError as error:
        raise RangeError(str(error)) from error
