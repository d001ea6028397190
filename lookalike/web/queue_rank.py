"""A lead's rank as it is shown: the number, and everything that it can be worked out again from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lookalike.store import ranking
from lookalike.store.models import Lead
from lookalike.web.wording import Words


@dataclass(frozen=True, slots=True)
class Rank:
    """The rank of one lead now."""

    number: float
    text: str
    """The formula with its numbers."""
    why: str
    """What the harm is."""
    priority: int

    @property
    def short(self) -> str:
        """The number as a list shows it."""
        return f"{self.number:.1f}" if self.number >= 0.1 else "<0.1"


def rank_of(lead: Lead, now: datetime, words: Words) -> Rank | None:
    """The rank; None for a lead that has none yet."""
    if not lead.rank_inputs:
        return None
    inputs = ranking.inputs_of(lead.rank_inputs)
    number = ranking.rank(inputs, now)
    age = (now - datetime.fromisoformat(inputs.since)).total_seconds() / 3600
    text = words(
        "rank.formula",
        rank=f"{number:.3g}",
        score=f"{inputs.score:.2f}",
        age=f"{age:.1f}",
        harm=f"{inputs.harm:.2f}",
        freshness=f"{inputs.freshness:.1f}",
    )
    return Rank(number, text, words(f"rank.why.{inputs.why or 'none'}"), inputs.priority)
