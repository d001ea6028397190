"""Canonical JSON (RFC 8785) of values that may hold what it refuses: lone surrogates, large integers, instants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import rfc8785

from lookalike.store.types import storable

_EXACT = 2**53 - 1


def plain(value: Any) -> Any:
    """The value with strings that can be written, integers beyond 2^53 as text, instants as UTC."""
    if isinstance(value, Mapping):
        return {storable(str(k)): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, int) and abs(value) > _EXACT:
        return str(value)
    return storable(value) if isinstance(value, str) else value


def canonical(value: Any) -> bytes:
    """The bytes that are hashed and chained."""
    return rfc8785.dumps(plain(value))


def readable(value: Any) -> bytes:
    """JSON for people and programs: sorted keys, two spaces, Chinese as it is."""
    return (json.dumps(plain(value), ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def utc(at: datetime) -> str:
    """``2026-11-21T16:31:17Z``, with microseconds where there are any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
