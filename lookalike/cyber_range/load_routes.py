"""Reads the ``[[route]]`` tables of a host.toml."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from lookalike.cyber_range.model import Route, RouteBehaviour, When
from lookalike.cyber_range.tables import Table


def file_in(table: Table, top: Path, folder: Path, key: str = "file") -> Path | None:
    """The file that ``key`` names, below ``folder`` or at least within the range ``top``; None when it is absent."""
    name = table.text(key)
    if not name:
        return None
    path = folder / name
    if not path.resolve().is_relative_to(top.resolve()):
        table.wrong(key, f"{name} lies outside the range's folder")
        return None
    if not path.is_file():
        table.wrong(key, f"{name} is not a file in {folder.name}")
        return None
    return path


def load_route(table: Table, top: Path, folder: Path) -> Route:
    """One route, with the problems of its keys noted."""
    path = table.text("path", required=True)
    if path and not path.startswith("/"):
        table.wrong("path", f"{path!r} must begin with /")
    if "?" in path:
        table.wrong("path", "has a query; write the parameters into when = { query = { … } }", serious=False)
    redirect = table.text("redirect")
    behaviour: RouteBehaviour = table.choice("behaviour", RouteBehaviour, "ok")
    found = Route(
        unquote(path.removesuffix("*")),
        prefix=path.endswith("*"),
        when=_when(table),
        status=table.whole("status", 302 if redirect else 200, low=200, high=999),
        headers=_headers(table),
        file=file_in(table, top, folder),
        body=table.text("body") if "body" in table.data else None,
        redirect=redirect,
        delay_s=table.number("delay_s"),
        drip_bytes_per_s=table.number("drip_bytes_per_s"),
        behaviour=behaviour,
    )
    table.finish("body")
    _contradictions(table, found)
    return found


def _contradictions(table: Table, route: Route) -> None:
    given = [key for key in ("file", "body", "redirect") if key in table.data]
    if len(given) > 1:
        table.wrong("", f"has {' and '.join(given)}; one of them answers", serious=False)
    if not given and route.behaviour == "ok" and route.status == 200:
        table.wrong("", "has no answer; add file, body, redirect or behaviour", serious=False)


def _when(table: Table) -> When:
    inner = table.table("when")
    if inner is None:
        return When()
    queries = inner.table("query")
    pairs: list[tuple[str, str]] = []
    for key in queries.data if queries else ():
        value = queries.data[key] if queries else None
        if isinstance(value, bool) or not isinstance(value, str | int) or queries is None:
            inner.wrong(f"query.{key}", f"expected text in quotes, found {value!r}")
            continue
        pairs.append((key, str(value)))
    found = When(
        inner.text("user_agent"),
        inner.text("referer"),
        inner.text("method"),
        inner.text("accept_language"),
        tuple(pairs),
    )
    known = {"user_agent", "referer", "method", "accept_language", "query"}
    for key in inner.data.keys() - known:
        inner.wrong(key, f"is no condition; known are {', '.join(sorted(known))}", serious=False)
    return found


def _headers(table: Table) -> tuple[tuple[str, str], ...]:
    """The route's headers; a list of texts sends the header several times."""
    inner = table.table("headers")
    found: list[tuple[str, str]] = []
    for name in inner.data if inner else ():
        assert inner is not None
        value = inner.data[name]
        values = value if isinstance(value, list) else [value]
        for item in values:
            if not isinstance(item, str) or re.search(r"[\r\n\x00]", name + item):
                inner.wrong(name, f"expected text in one line, found {item!r}")
            else:
                found.append((name, item))
    return tuple(found)
