"""Host names out of feeds: one a line, a column of a CSV, or certificates as JSON. Bad lines are told, never fatal.

Reads names; what they look like is for ``spiders.feeds.screening``.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from spiders.feeds.folder import FeedError
from spiders.feeds.headings import plain
from spiders.feeds.packed import byte_lines, opened

LOOKED_AT = 50
"""Lines by which the form of a file is known."""
LONGEST_ENTRY = 1 << 20
"""Bytes of one line that holds a certificate."""
MOST_AT_ONCE = 64 * 1024 * 1024
"""Bytes of an answer that is one JSON array."""
MOST_NAMES = 2_000
"""Names of one certificate that are read; CAs allow a few hundred."""
_LOOPBACK = frozenset({"0.0.0.0", "127.0.0.1", "::", "::1"})  # noqa: S104 - compared with, never bound to
_COMMENT = (b"#", b";", b"//")
_COLUMNS = frozenset(
    """domain domains domainname domainnames host hostname fqdn name names dnsname query url 域名 主机 主机名 网址 网站
    域名列表""".split()  # noqa: SIM905 - read as words
)
_CERTIFICATE_KEYS = ("all_domains", "dns_names", "name_value", "common_name", "san", "sans", "domains", "names", "dns")
_DELIMITERS = ",\t;|"


@dataclass(frozen=True, slots=True)
class NameLine:
    """The names of one line, as they stand there."""

    number: int
    names: tuple[str, ...]
    why: str = ""
    """Why the line holds none, in Chinese."""


def name_lines(path: Path) -> Iterator[NameLine]:
    """The names of every line that should hold some; comments, blank lines and headings are passed over.

    Raises ``FeedError`` where the file breaks off.
    """
    numbered = enumerate(byte_lines(path), 1)
    first = list(islice(numbered, LOOKED_AT))
    every = chain(first, numbered)
    filled = [line for _, line in first if line.strip() and not line.startswith(_COMMENT)]
    if filled and filled[0].lstrip().startswith(b"["):
        return _answer(path)
    if filled and filled[0].lstrip().startswith(b"{"):
        return _certificates(enumerate(byte_lines(path, longest=LONGEST_ENTRY), 1))
    column, delimiter, headed = _column([text_of(line) for line in filled])
    if delimiter:
        return _columns(every, column, delimiter, headed=headed)
    return _bare(every)


def text_of(line: bytes) -> str:
    """A line as text: UTF-8, else GB18030."""
    line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")


def looks_like_name(text: str) -> bool:
    """Whether a word may be a host name, cheaply: a dot, no blank inside, letters."""
    word = text.strip().strip('"')
    inner = word.partition("://")[2] or word
    return 3 < len(inner) <= 512 and "." in inner.strip(".") and not any(c.isspace() for c in inner)


def _bare(lines: Iterator[tuple[int, bytes]]) -> Iterator[NameLine]:
    for number, raw in lines:
        line = text_of(raw).strip()
        if not line or line.startswith(("#", ";", "//", "!")):
            continue
        words = line.split()
        # hosts files begin with an address, zone files and plain lists with the name
        name = words[1] if len(words) > 1 and words[0] in _LOOPBACK else words[0]
        yield _named(number, name)


def _named(number: int, *names: str) -> NameLine:
    good = tuple(n.strip().strip('"') for n in names if looks_like_name(n))
    return NameLine(number, good, "" if good else "不是域名")


def _column(first: list[str]) -> tuple[int, str, bool]:
    """Column, delimiter and whether headings name it; no delimiter where lines hold nothing but a name."""
    best: tuple[int, int, str, bool] = (0, 0, "", False)
    for delimiter in _DELIMITERS:
        rows = [row for line in first if (row := _cells(line, delimiter))]
        if not rows or max(map(len, rows)) < 2:
            continue
        named = next((n for n, cell in enumerate(rows[0]) if plain(cell) in _COLUMNS), None)
        body = rows[1:] or rows
        for column in range(min(max(map(len, rows)), 50)):
            hits = sum(len(row) > column and looks_like_name(row[column]) for row in body)
            headed = named is not None or len(rows[0]) <= column or not looks_like_name(rows[0][column])
            best = max(best, (hits + (len(body) if column == named else 0), -column, delimiter, headed))
    score, place, delimiter, headed = best
    if score:
        return -place, delimiter, headed
    return 0, "", False


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _columns(lines: Iterator[tuple[int, bytes]], column: int, delimiter: str, *, headed: bool) -> Iterator[NameLine]:
    for number, raw in lines:
        line = text_of(raw)
        if not line.strip() or line.startswith(("#", "//")):
            continue
        row = _cells(line, delimiter)
        if headed:
            headed = False
            continue
        yield _named(number, row[column]) if len(row) > column else NameLine(number, (), "缺域名列")


def _certificates(lines: Iterator[tuple[int, bytes]]) -> Iterator[NameLine]:
    for number, raw in lines:
        line = raw.strip().rstrip(b",")
        if line in {b"", b"[", b"]"}:
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            yield NameLine(number, (), "不是有效的 JSON")
        else:
            yield _entry(number, entry)


def _answer(path: Path) -> Iterator[NameLine]:
    """An array of entries, as crt.sh answers; or lines after all."""
    with opened(path) as file:
        text = file.read(MOST_AT_ONCE + 1)
    if len(text) > MOST_AT_ONCE:
        raise FeedError(f"{path.name}：JSON 数组超过 {MOST_AT_ONCE >> 20} MiB；改成每行一个对象（.jsonl）再放入")
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError):
        yield from _certificates(enumerate(text.splitlines(), 1))
        return
    yield from (_entry(number, entry) for number, entry in enumerate(entries, 1))


def _entry(number: int, entry: Any) -> NameLine:
    names = dict.fromkeys(islice(certificate_names(entry), MOST_NAMES))
    return _named(number, *names) if names else NameLine(number, (), "没有证书的域名")


def certificate_names(entry: Any) -> Iterator[str]:
    """The names in one entry of a log: certstream's, crt.sh's, or a bare ``dns_names``; wherever they are nested."""
    if isinstance(entry, str):
        yield from entry.split()
        return
    if not isinstance(entry, dict):
        return
    for key in _CERTIFICATE_KEYS:
        value = entry.get(key)
        if isinstance(value, str):
            yield from value.split()  # crt.sh parts names by line breaks
        elif isinstance(value, list):
            yield from (name for name in value[:MOST_NAMES] if isinstance(name, str))
    for inner in ("data", "leaf_cert", "certificate", "cert", "subject", "extensions"):
        if isinstance(entry.get(inner), dict):
            yield from certificate_names(entry[inner])
    extension = entry.get("subjectAltName")
    if isinstance(extension, str):
        yield from (part.strip().removeprefix("DNS:") for part in extension.split(","))
