"""To which feed a file belongs, by what stands in it: names, certificates, reports, or an asset engine's export.

A file's name is a hint at most; people name files as they like. ``""`` where the content says nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from spiders.feeds.headings import field_of, fields_of, heads, plain
from spiders.feeds.name_lists import looks_like_name, text_of
from spiders.feeds.packed import HEAD, PACKED, head
from spiders.feeds.row import BadRow, Line
from spiders.feeds.rows import records
from spiders.feeds.sheets import sheet_rows
from spiders.feeds.tip_tables import DELIMITERS, HEAD_ROWS, OBJECTS, WORKBOOKS

LOOKED_AT = 50
"""Lines or rows that are looked at."""
SHARE = 0.8
"""Share of lines that are names in a list of names; the rest are comments of some kind."""
_CERTIFICATE = ("all_domains", "dns_names", "name_value", "leaf_cert", "common_name", "subjectAltName", "update_type")
_ASSET = frozenset(
    ["ip", "port", "protocol", "server", "banner", "asn", "org", "country", "端口", "协议", "服务", "组件", "运营商"]
)
"""Columns of asset search engines, of which an export has two at least."""
_PLAIN_NAMES = frozenset(["domain", "domains", "domainname", "host", "hostname", "fqdn", "name", "域名", "主机名"])
_TELLS = frozenset({"text", "contact", "suspect", "suspect_contact"})
_AROUND = frozenset({"number", "channel", "area", "person", "received", "title", "handling"})
_LONG = 8
"""Characters from which a line of Chinese is a sentence and no word."""


def feed_by_content(path: Path) -> str:
    """``names``, ``ct``, ``tips``, ``assets``, or ``""``. Never raises: a file that cannot be read belongs to none."""
    try:
        state = path.stat()
    except OSError:
        return ""
    return _remembered(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4096)
def _remembered(path: Path, changed: int, size: int) -> str:
    del changed, size  # they only tell one state of the file from another
    suffix = Path(path.stem).suffix.lower() if path.suffix.lower() in PACKED else path.suffix.lower()
    try:
        if suffix in WORKBOOKS:
            rows = list(islice(sheet_rows(path), HEAD_ROWS))
            return _by_headings([r[1] for r in rows if not isinstance(r, BadRow)], book=True)
        lines = [line for line in text_of_head(path).splitlines() if line.strip()][:LOOKED_AT]
        if suffix in OBJECTS or (lines and lines[0].lstrip().startswith(("{", "["))):
            return _by_objects(lines)
        return _by_lines(lines)
    except Exception:  # noqa: BLE001 - whoever reads the file tells what is wrong with it
        return ""


def text_of_head(path: Path) -> str:
    """The first lines as text; a line that is cut off is left out."""
    first = head(path)
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return first[: len(first) // 2 * 2].decode("utf-16", "replace")
    whole = first if len(first) < HEAD else first[: first.rfind(b"\n") + 1] or first
    return "\n".join(text_of(line) for line in whole.replace(b"\r", b"\n").split(b"\n"))


def _by_lines(lines: Sequence[str]) -> str:
    said = [line.strip() for line in lines if not line.startswith(("#", ";", "//"))]
    if not said:
        return ""
    numbered = [Line(n, line) for n, line in enumerate(lines[:HEAD_ROWS], 1)]
    for delimiter in DELIMITERS:
        found = _by_headings([r[1] for r in records(numbered, delimiter) if not isinstance(r, BadRow)])
        if found:
            return found
    if sum(any(looks_like_name(word) for word in line.replace(",", " ").split()) for line in said) >= SHARE * len(said):
        return "names" if not any(map(_sentence, said)) else "tips"
    return "tips" if sum(map(_sentence, said)) * 2 >= len(said) else ""


def _sentence(line: str) -> bool:
    return sum("\u4e00" <= c <= "\u9fff" for c in line) >= _LONG


def _by_headings(rows: Sequence[Sequence[str]], *, book: bool = False) -> str:
    """By the best row of headings; none where there are no headings."""
    best = max(rows, key=heads, default=[])
    if not heads(best):
        return "names" if rows and len(rows[0]) > 1 and _named(rows[0]) else ""
    return _by_names_of_columns([c for c in best if c.strip()], book=book)


def _named(first: Sequence[str]) -> bool:
    return any(plain(cell) in _PLAIN_NAMES for cell in first)


def _by_names_of_columns(names: Iterable[str], *, book: bool = False) -> str:
    columns = list(names)
    folded = {plain(name) for name in columns}
    fields = set(fields_of(columns))
    if len(folded & _ASSET) > 1 and ("url" in fields or folded & _PLAIN_NAMES):
        return "assets"
    addresses = {plain(name) for name in columns if field_of(name) == "url"}
    if fields & _TELLS or ("title" in fields and not addresses):
        return "tips"
    if addresses - _PLAIN_NAMES and fields & _AROUND:
        return "tips"
    if addresses or folded & _PLAIN_NAMES:
        return "tips" if book else "names"
    return ""


def _by_objects(lines: Sequence[str]) -> str:
    entries = [entry for line in lines for entry in _parsed(line)][:LOOKED_AT]
    if not entries:  # one long array: what its first part mentions
        text = lines[0] if lines else ""
        return "ct" if any(f'"{key}"' in text for key in _CERTIFICATE) else ""
    for entry in entries:
        keys = {str(key) for key in entry} | {str(k) for v in entry.values() if isinstance(v, dict) for k in v}
        if keys & set(_CERTIFICATE):
            return "ct"
    return _by_names_of_columns(str(key) for key in entries[0])


def _parsed(line: str) -> list[dict[str, Any]]:
    try:
        entry = json.loads(line.strip().rstrip(","))
    except (ValueError, RecursionError):
        return []
    found = entry if isinstance(entry, list) else [entry]
    return [one for one in found if isinstance(one, dict)]
