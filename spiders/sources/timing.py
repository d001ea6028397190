"""How long a page of results took, from asking for it to having it, pace, moves and redirectors included."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from scrapy.http import Response

from spiders.items import SerpItem

ASKED = "lookalike_asked"
"""In a request's meta: when it was asked for, by our clock and by the machine's monotonic one."""


def begun(now: datetime, before: Mapping[str, Any] | None) -> tuple[datetime, float]:
    """What to keep with a request; of one that asks for the same as an earlier one, what that one kept."""
    earlier: tuple[datetime, float] | None = (before or {}).get(ASKED)
    return earlier or (now, time.monotonic())


def of(response: Response) -> Mapping[str, Any]:
    """The meta of an answer's request; empty for an answer to none."""
    return response.request.meta if response.request is not None else {}


def note(item: SerpItem, meta: Mapping[str, Any]) -> None:
    """Enter both times into an item, where its request knows them."""
    if ASKED in meta:
        item.asked_at, item.seconds = meta[ASKED][0], round(time.monotonic() - meta[ASKED][1], 3)
