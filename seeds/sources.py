"""Reads ``sources.toml`` and ``shared_hosts.toml``: where to look, and which hosts strangers share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast, get_args

from seeds.hosts import BadHostError, check_host
from seeds.model import City, SharedHosts, Source, SourceAsks, SourceKind
from seeds.tables import Problems, Table, read_toml

_ID = re.compile(r"[a-z][a-z0-9_-]{0,40}\Z")
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d\Z")
_PROXY = re.compile(r"http://[^/\s:@]+:\d{1,5}/?\Z")
_FILES = frozenset({"assets", "ct", "names", "saved", "tips"})
"""Spiders that read files and ask nobody: rows need not say so."""
_KEY = re.compile(r"[A-Z][A-Z0-9_]{2,60}\Z")
_CITY = re.compile(r"[\u4e00-\u9fff]{2,12} [a-z0-9][a-z0-9-]{0,30}\Z")


def _source(t: Table) -> Source:
    source = Source(
        id=t.text("id", required=True),
        spider=t.text("spider", required=True),
        name=t.text("name", required=True),
        host=t.text("host"),
        path=t.text("path"),
        enabled=t.boolean("enabled", default=True),
        pages=t.integer("pages", 3, 1, 50),
        queries=t.integer("queries", 60, 0, 100_000),
        delay_s=t.number("delay_s", 6.0, 0, 3600),
        robots=t.boolean("robots", default=False),
        kind=_kind(t),
        hours=t.text("hours"),
        proxy=t.text("proxy"),
        user_agent=t.text("user_agent"),
        key=t.text("key"),
        asks=_asks(t),
        words=t.texts("words"),
        cities=_cities(t),
        note=t.text("note"),
    )
    _check_manners(source, t)
    if source.id and not _ID.match(source.id):
        t.wrong("id", f"expected small letters and digits, got {source.id!r}", "write it as baidu")
    if source.path and not source.path.startswith("/"):
        t.wrong("path", f"expected a path, got {source.path!r}", f"write /{source.path}")
    if source.host:
        try:
            check_host(source.host)
        except BadHostError as e:
            t.wrong("host", *e.args)
    t.close()
    return source


def _kind(t: Table) -> SourceKind:
    kind = t.text("kind") or ("file" if t.text("spider") in _FILES else "search")
    if kind not in get_args(SourceKind):
        t.wrong("kind", f"expected {', '.join(get_args(SourceKind))}, got {kind!r}", "write it as search")
    return cast("SourceKind", kind)


def _asks(t: Table) -> SourceAsks:
    asks = t.text("asks") or "words"
    if asks not in get_args(SourceAsks):
        t.wrong("asks", f"expected {', '.join(get_args(SourceAsks))}, got {asks!r}", "write it as words")
    return cast("SourceAsks", asks)


def _cities(t: Table) -> tuple[City, ...]:
    found = []
    for i, city in enumerate(t.texts("cities")):
        if not _CITY.match(city):
            t.wrong(f"cities[{i}]", f"expected a city and its part of the address, got {city!r}", "write it as 烟台 yt")
            continue
        name, _, label = city.partition(" ")
        found.append(City(name, label))
    return tuple(found)


def _check_manners(source: Source, t: Table) -> None:
    if source.hours and not _HOURS.match(source.hours):
        t.wrong("hours", f"expected two times of day, got {source.hours!r}", "write it as 22:00-06:00")
    if source.proxy and not _PROXY.match(source.proxy):
        t.wrong("proxy", f"expected an address with a port, got {source.proxy!r}", "write it as http://127.0.0.1:3128")
    if source.key and not _KEY.match(source.key):
        t.wrong("key", f"expected the name of an environment variable, got {source.key!r}", "never the key itself")
    if any(c in source.user_agent for c in "\r\n"):
        t.wrong("user_agent", "expected one line", "remove the line break")


def read_sources(path: Path, label: str, problems: Problems) -> tuple[Source, ...]:
    """The sources of one file, in its order; an absent file holds none."""
    table = read_toml(path, label, problems) if path.is_file() else None
    if table is None:
        return ()
    found: dict[str, Source] = {}
    for row in table.tables("source"):
        source = _source(row)
        if source.id in found:
            row.wrong("id", f"{source.id!r} came before in this file", "give each source its own id")
        elif source.id:
            found[source.id] = source
    table.close()
    return tuple(found.values())


def read_shared_hosts(path: Path, label: str, problems: Problems) -> SharedHosts:
    """The shared hosts of one file; an absent file holds none."""
    table = read_toml(path, label, problems) if path.is_file() else None
    if table is None:
        return SharedHosts()
    found = {key: table.texts(key) for key in ("hosts", "posts")}
    for key, hosts in found.items():
        for i, host in enumerate(hosts):
            try:
                check_host(host.removeprefix("."))
            except BadHostError as e:
                table.wrong(f"{key}[{i}]", *e.args)
    for host in sorted(set(found["hosts"]) & set(found["posts"])):
        table.wrong("posts", f"{host} also stands in hosts", "keep it in one of them")
    forms = table.texts("post_paths")
    for i, form in enumerate(forms):
        if not form.startswith("/") or "*" not in form:
            table.wrong(f"post_paths[{i}]", "expected a path with * for its number", 'write it as "/thread-*.html"')
    table.close()
    return SharedHosts(frozenset(found["hosts"]), frozenset(found["posts"]), forms)
