"""Captures read back for the pages: text and pictures only, each file's own hash checked first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from lookalike.errors import StoreError
from lookalike.evidence.hashes import file_digests
from lookalike.evidence.taken import answer_of
from lookalike.store.blobs import Blobs
from lookalike.web.redraw import redrawn
from spiders.browser.warc import read_rendered
from spiders.case import LIMIT
from spiders.decode import decode
from spiders.fetch import header, page_body
from spiders.items import PageVisit, RenderedPage, RenderedVisit, VisitItem
from spiders.limited import ChildFailed
from spiders.warc import BrokenWarc, read_visit

T = TypeVar("T")
SOURCE = 200_000
"""Characters of a page's source that are shown."""
PARTS = ("fold", "whole")
"""Pictures of a page: the first screenful, and all of it."""


@dataclass(frozen=True, slots=True)
class Source:
    """The source of one captured page, as text."""

    text: str
    characters: int
    """In all; more than ``text`` has, where it was cut."""


def visit_of(blobs: Blobs, sha256: str) -> VisitItem:
    """A stored visit. Raises StoreError when it is missing or damaged."""
    return _read(blobs, sha256, read_visit)


def rendered_of(blobs: Blobs, sha256: str) -> RenderedVisit:
    """What a browser made of a visit. Raises StoreError when it is missing or damaged."""
    return _read(blobs, sha256, read_rendered)


def shown(rendered: RenderedVisit | None, page: PageVisit) -> RenderedPage | None:
    """The same page as the browser showed it to the same client."""
    pages = rendered.pages if rendered else []
    return next((p for p in pages if p.client == page.client and p.requested_url == page.requested_url), None)


def source_of(page: PageVisit) -> Source:
    """The page's source in the encoding that it was read with; empty where none came."""
    answered = answer_of(page)
    if answered is None:
        return Source("", 0)
    text = decode(page_body(answered, LIMIT).data, header(answered, "content-type")).text
    return Source(text[:SOURCE], len(text))


def picture(blobs: Blobs, sha256: str, number: int, part: str) -> tuple[bytes, str]:
    """A picture of the page ``number`` of a rendered visit, drawn anew; or nothing, and why."""
    return _picture(blobs, sha256, number, part)


@lru_cache(maxsize=48)
def _picture(blobs: Blobs, sha256: str, number: int, part: str) -> tuple[bytes, str]:
    pages = rendered_of(blobs, sha256).pages
    data = getattr(pages[number], part) if number < len(pages) else b""
    if not data:
        return b"", "没有截图"
    try:
        return redrawn(data), ""
    except ChildFailed as failed:
        return b"", f"截图不能读出：{failed}"


def _read(blobs: Blobs, sha256: str, read: Callable[[Path], T]) -> T:
    path = blobs.path(sha256)
    if file_digests(path, "sha256")["sha256"] != sha256:
        raise StoreError(f"capture {sha256} is damaged: the bytes have another hash; restore it from a backup")
    try:
        return read(path)
    except BrokenWarc as error:
        raise StoreError(f"capture {sha256}: {error}") from error
