"""In which form a file holds its names, told by its ending and its first bytes; a hint from outside wins."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Literal, get_args

Form = Literal["names", "csv", "parquet", "zone", "ct"]
FORMS: tuple[Form, ...] = get_args(Form)
PARQUET = b"PAR1"
HEAD = 64 * 1024
"""Bytes that are looked at."""
DELIMITERS = (",", "\t", ";", "|")
_COLUMNS = frozenset(
    """domain domains domainname domain_name host hostname host_name fqdn name names dns_name query url site website
    域名 主机 主机名 网址 网站 站点""".split()  # noqa: SIM905 - read as words
)
_RECORD = re.compile(
    rb"(?mi)^(?:\$(?:ORIGIN|TTL)\s|\S*[ \t]+(?:\d+[a-z0-9]*[ \t]+)?(?:IN[ \t]+)?"
    rb"(?:SOA|NS|A|AAAA|DS|RRSIG|NSEC3?)[ \t]+\S)"
)
_NAME = re.compile(r"[^\s,;|]+\.[^\s,;|]{2,}\Z")


@dataclass(frozen=True, slots=True)
class Layout:
    """How names stand in a file."""

    form: Form
    column: int = 0
    """Of a CSV, from 0."""
    delimiter: str = ","
    headed: bool = False
    """Whether the first row names the columns."""
    column_name: str = ""
    """Of Parquet, or as asked for."""


def layout_of(head: bytes, name: str = "", *, form: Form | None = None, column: str = "") -> Layout:
    """The layout of a file that begins with ``head``.

    ``column`` names a column by its heading or its number from 1. Raises ``ValueError`` where there is none such.
    """
    chosen = form or _form(head, name, column)
    if chosen == "csv":
        return _csv(head, column)
    return Layout(chosen, column_name=column)


def _form(head: bytes, name: str, column: str) -> Form:
    plain = name.lower().removesuffix(".gz").removesuffix(".zst")
    if head.startswith(PARQUET) or plain.endswith((".parquet", ".pq")):
        return "parquet"
    if head.lstrip()[:1] in {b"{", b"["}:
        return "ct"
    if plain.endswith((".zone", ".db")) or len(_RECORD.findall(head)) >= max(1, head.count(b"\n") // 4):
        return "zone"
    if column or plain.endswith((".csv", ".tsv")) or _columns(head) > 1:
        return "csv"
    return "names"


def _lines(head: bytes) -> list[str]:
    lines = head.decode("utf-8-sig", "replace").splitlines()
    return [line for line in lines[: max(1, len(lines) - 1)] if line.strip() and not line.startswith("#")][:50]


def _columns(head: bytes) -> int:
    """How many columns all lines have alike; 1 where they do not."""
    lines = _lines(head)
    for delimiter in DELIMITERS:
        counts = {line.count(delimiter) for line in lines}
        if lines and len(counts) == 1 and counts != {0}:
            return counts.pop() + 1
    return 1


def _csv(head: bytes, wanted: str) -> Layout:
    lines = _lines(head)
    if not lines:
        return Layout("csv")
    delimiter = max(DELIMITERS, key=lambda d: sum(line.count(d) for line in lines[:10]))
    rows = list(csv.reader(lines, delimiter=delimiter))
    first = [cell.strip().lower() for cell in rows[0]]
    headed = any(cell in _COLUMNS for cell in first) or not any(_NAME.match(cell) for cell in first)
    if wanted:
        return Layout("csv", _wanted(wanted, first), delimiter, headed)
    named = next((n for n, cell in enumerate(first) if cell in _COLUMNS), None)
    if headed and named is not None:
        return Layout("csv", named, delimiter, headed)
    body = rows[1:] if headed and len(rows) > 1 else rows
    width = max(map(len, body))
    likely = [sum(len(r) > n and bool(_NAME.match(r[n].strip())) for r in body) for n in range(width)]
    return Layout("csv", max(range(width), key=lambda n: (likely[n], -n)), delimiter, headed)


def _wanted(wanted: str, first: list[str]) -> int:
    if wanted.strip().lower() in first:
        return first.index(wanted.strip().lower())
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(first):
        return int(wanted) - 1
    raise ValueError(f"no column {wanted!r}; there are: {', '.join(first)[:200]}")
