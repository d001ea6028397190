"""When a hand-over, and the police's answer to it, are due by law: from ``clocks.toml``, a dated table.

Days are Beijing's. Holidays are not known here: a limit that ends on one ends later in law than this says.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files

from spiders.clock import CHINA


@dataclass(frozen=True, slots=True)
class Clock:
    """One time limit of the law."""

    text: str
    """What is due, in Chinese."""
    basis: str
    """Law and article."""
    hours: int = 0
    days: int = 0

    def due(self, since: datetime) -> datetime:
        """The instant by which it is due: hours run on, days end at midnight and the first one is not counted."""
        if self.hours:
            return since + timedelta(hours=self.hours)
        last = since.astimezone(CHINA).date() + timedelta(days=self.days)
        return datetime.combine(last, time(23, 59, 59), CHINA)


@lru_cache(maxsize=1)
def clocks() -> dict[str, Clock]:
    """``hand_over``: from the decision to the police; ``police_answer``: from there to their decision."""
    table = tomllib.loads(files("lookalike.review").joinpath("clocks.toml").read_text(encoding="utf-8"))
    return {
        name: Clock(row["text"], f"《{table['law']}》{row['article']}", row.get("hours", 0), row.get("days", 0))
        for name, row in table.items()
        if isinstance(row, dict)
    }
