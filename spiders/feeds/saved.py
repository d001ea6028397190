"""A page as a browser saved it, .html or .mhtml: its source, where it came from, and when it was saved.

What the page says is its reader's business. Facts: RFC 2557 and the headers that Chromium writes; the comment
``saved from url`` of Internet Explorer, Chromium and Edge; SingleFile's first comment.
"""

from __future__ import annotations

import email
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

import re2

from spiders.decode import decode
from spiders.feeds.folder import FeedError

MOST = 24 * 1024 * 1024
MOST_PARTS = 3000
MOST_NESTED = 40
"""Boundaries that it may name: every line is held against each that is open."""
HEAD = 16_384
"""Characters in which a browser leaves its comment."""
_SAVED_FROM = re2.compile(r"(?i)<!--\s*saved from url=\(\d{1,6}\)\s*(https?://[^\s>]+?)\s*-->")
_SINGLE_FILE = re2.compile(r"(?i)Page saved with SingleFile\s+url:\s*(https?://\S+)")
_SINGLE_DATE = re2.compile(r"(?i)saved date:\s*\w{3} (\w{3} \d{1,2} \d{4} \d{2}:\d{2}:\d{2}) GMT([+-]\d{4})")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One saved page."""

    html: str
    url: str
    """``""`` where the browser left no note of it."""
    saved_at: datetime | None = None


def saved_page(path: Path) -> SavedPage:
    """Read a saved page. Raises ``FeedError`` for one that is too large, or that is no such file."""
    try:
        size = path.stat().st_size
        if size > MOST:
            raise FeedError(f"{path.name}：文件 {size >> 20} MiB，最多读 {MOST >> 20} MiB；保存时选“仅 HTML”")
        body = path.read_bytes()
    except OSError as error:
        raise FeedError(f"{path.name}：无法读取（{error.strerror}）；检查权限") from error
    return _archive(path, body) if path.suffix.lower() in {".mhtml", ".mht"} else _source(body)


def _source(body: bytes, content_type: str = "", url: str = "", saved_at: datetime | None = None) -> SavedPage:
    html = decode(body, content_type).text
    head = html[:HEAD]
    noted = _SAVED_FROM.search(head) or _SINGLE_FILE.search(head)
    return SavedPage(html, url or (noted.group(1) if noted else ""), saved_at or _single_date(head))


def _archive(path: Path, body: bytes) -> SavedPage:
    """The first HTML part of an MHTML archive; its own address goes before the archive's."""
    if body.count(b"boundary=") > MOST_NESTED:
        raise FeedError(f"{path.name}：.mhtml 套了太多层；重新保存")
    try:
        message = email.message_from_bytes(body)
        for number, part in enumerate(message.walk()):
            if number > MOST_PARTS:
                break
            if part.get_content_type() in {"text/html", "application/xhtml+xml"}:
                url = _header(message, "Snapshot-Content-Location") or _header(part, "Content-Location")
                payload = part.get_payload(decode=True)
                kind = f"text/html; charset={part.get_param('charset') or ''}"
                content = payload if isinstance(payload, bytes) else b""
                return _source(content, kind, url if url.startswith(("http://", "https://")) else "", _date(message))
    except FeedError:
        raise
    except Exception as error:  # hostile headers break the standard library's parser in many ways
        raise FeedError(f"{path.name}：不是可读的 .mhtml（{type(error).__name__}）；重新保存") from error
    raise FeedError(f"{path.name}：.mhtml 中没有网页；重新保存")


def _header(message: Message, name: str) -> str:
    return "".join(str(message.get(name) or "").split())


def _date(message: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date") or ""))
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo is not None else None


def _single_date(head: str) -> datetime | None:
    found = _SINGLE_DATE.search(head)
    try:
        return datetime.strptime(" ".join(found.groups()), "%b %d %Y %H:%M:%S %z") if found else None
    except ValueError:
        return None
