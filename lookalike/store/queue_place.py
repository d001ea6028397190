"""A place in an order of leads, as addresses carry it. Reads no database."""

from __future__ import annotations

import math
from datetime import datetime
from typing import NamedTuple, Self

from lookalike.errors import UsageError


class Place(NamedTuple):
    """A place in an order."""

    value: datetime | float
    id: int

    def text(self, order: str) -> str:
        """As addresses carry it."""
        said = self.value.isoformat() if isinstance(self.value, datetime) else repr(self.value)
        return f"{order}~{said}~{self.id}"

    @classmethod
    def read(cls, said: str, order: str) -> Self:
        """The place that ``text`` made. Raises UsageError for anything else."""
        named, _, rest = said[:100].partition("~")
        value, _, last = rest.rpartition("~")
        at: datetime | float = math.nan
        try:
            at = float(value) if order in {"rank", "score"} else datetime.fromisoformat(value)
            number = int(last)
        except ValueError:
            number = -1
        good = math.isfinite(at) if isinstance(at, float) else at.tzinfo is not None
        if named != order or not 0 <= number < 2**31 or not good:
            raise UsageError("after: expected the place that the page before named; 翻页位置无效")
        return cls(at, number)
