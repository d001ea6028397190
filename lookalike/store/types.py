"""Column types that keep the database clean: instants are UTC, text holds what both databases can store."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Text, TypeDecorator

_UNSTORABLE = {0: "\ufffd", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}


def storable(text: str) -> str:
    """The text without what PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates become U+FFFD."""
    return text if text.isascii() and "\0" not in text else text.translate(_UNSTORABLE)


def storable_json(value: Any) -> Any:
    """The same for every string, keys included, inside a JSON value; ValueError for NaN and infinities."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable_json(k): storable_json(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [storable_json(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"expected a number that JSON has, got {value}")
    return value


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values, is stored as UTC and read back as aware UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; raises ValueError for a naive value, whose meaning nobody could tell later."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"expected an instant with offset, got the naive {value.isoformat()}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - its signature
        """Aware UTC, whatever the connection's time zone is."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CleanText(TypeDecorator[str]):
    """Text from outside: hostile titles carry NUL bytes and lone surrogates, on which an insert would fail."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - its signature
        """See ``storable``."""
        return None if value is None else storable(value)


class CleanJson(TypeDecorator[Any]):
    """A JSON value whose strings are storable; numbers keep their digits (plain ``json``, not ``jsonb``)."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - its signature
        """See ``storable_json``."""
        return storable_json(value)
