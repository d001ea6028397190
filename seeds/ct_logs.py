"""Reads ``ct_logs.toml``: which certificate transparency logs are followed, how fast and how far. Asks none of them."""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlsplit

from seeds.ct_model import CtFollow, CtLog, CtLogKind
from seeds.tables import Problems, Table, read_toml

_ID = re.compile(r"[a-z][a-z0-9_-]{0,40}\Z")


def read_ct_logs(path: Path, label: str, problems: Problems) -> tuple[tuple[CtLog, ...], CtFollow | None]:
    """The logs of one file in their order, and its ``[follow]``; None where it has none. An absent file: nothing."""
    table = read_toml(path, label, problems) if path.is_file() else None
    if table is None:
        return (), None
    found: dict[str, CtLog] = {}
    for row in table.tables("log"):
        log = _log(row)
        if log.id in found:
            row.wrong("id", f"{log.id!r} came before in this file", "give each log its own id")
        elif log.id:
            found[log.id] = log
    section = table.section("follow")
    follow = _follow(section) if section is not None else None
    table.close()
    return tuple(found.values()), follow


def _log(t: Table) -> CtLog:
    log = CtLog(
        id=t.text("id", required=True),
        kind=_kind(t),
        url=t.text("url", required=True).rstrip("/"),
        name=t.text("name"),
        key=t.text("key"),
        origin=t.text("origin"),
        enabled=t.boolean("enabled", default=True),
        delay_s=t.number("delay_s", 0, 0, 3600) if "delay_s" in t else None,
        at_once=t.integer("at_once", 256, 1, 2048),
    )
    if log.id and not _ID.match(log.id):
        t.wrong("id", f"expected small letters and digits, got {log.id!r}", "write it as argon2027h1")
    if log.url and not _is_base(log.url):
        t.wrong("url", f"expected http(s)://host/path, got {log.url!r}", "copy it from the list of logs")
    if log.key and not _is_base64(log.key):
        t.wrong("key", "expected a public key in base64", "copy it from the list of logs")
    t.close()
    return log


def _kind(t: Table) -> CtLogKind:
    kind = t.text("kind", required=True)
    if kind and kind not in get_args(CtLogKind):
        t.wrong("kind", f"expected {' or '.join(get_args(CtLogKind))}, got {kind!r}", "write it as tiled")
    return cast("CtLogKind", kind)


def _follow(t: Table) -> CtFollow:
    default = CtFollow()
    follow = CtFollow(
        newest=t.integer("newest", default.newest, 0, 10**9),
        entries=t.integer("entries", default.entries, 1, 10**9),
        seconds=t.number("seconds", default.seconds, 1, 86_400),
        batch=t.integer("batch", default.batch, 1, 65_536),
        delay_s=t.number("delay_s", default.delay_s, 0, 3600),
        retry_s=t.number("retry_s", default.retry_s, 0, 600),
    )
    t.close()
    return follow


def _is_base(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        return False


def _is_base64(text: str) -> bool:
    try:
        return bool(base64.b64decode(text, validate=True))
    except binascii.Error:
        return False
