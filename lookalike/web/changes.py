"""What changed in DNS, WHOIS and certificate between the visits to a site; unknown is no change."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from lookalike.errors import StoreError
from lookalike.store.blobs import Blobs
from lookalike.store.models import Visit
from lookalike.web import captured
from lookalike.web.hosting_lines import watched

logger = logging.getLogger("lookalike.web")
MOST = 12
"""Visits that are compared: the newest."""


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that a visit found otherwise than the one before it that knew it."""

    at: datetime
    name: str
    before: str
    after: str


def changes(blobs: Blobs, visits: Sequence[Visit]) -> tuple[Change, ...]:
    """Changes between these visits, of which the newest comes first; the oldest change first."""
    known: dict[str, str] = {}
    told: list[Change] = []
    for visit in reversed(visits[:MOST]):
        facts = _facts(blobs, visit.warc_sha256) if visit.warc_sha256 else ()
        for name, value in facts:
            if name in known and known[name] != value:
                told.append(Change(visit.started_at, name, known[name], value))
            known[name] = value
    return tuple(told)


def _facts(blobs: Blobs, sha256: str) -> tuple[tuple[str, str], ...]:
    """The facts of one file; of one that is damaged, or cannot be reached now, nothing is known."""
    try:
        return _read(blobs, sha256)
    except StoreError as error:
        logger.warning("capture %s: %s", sha256, error)
        return ()


@lru_cache(maxsize=512)
def _read(blobs: Blobs, sha256: str) -> tuple[tuple[str, str], ...]:
    return tuple(watched(captured.visit_of(blobs, sha256).hosting).items())
