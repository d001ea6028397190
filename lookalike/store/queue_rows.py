"""Lines of the queue: leads with what a reader sees of each at a glance. Decides nothing about their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lookalike.store.models import Assessment, Lead, Sighting, Site, Tip
from lookalike.store.numbers import among
from spiders.feeds.tip_items import SOURCE as TIPS

REASONS = 2
"""Reasons of one line."""


class QueueRow(NamedTuple):
    """One line."""

    lead: Lead
    life: str
    against: tuple[str, ...]
    """Its weightiest reasons, as sentences; empty while the site waits to be judged."""
    sources: dict[str, int]
    """How often each source showed it, the commonest first."""

    @property
    def seen(self) -> int:
        """How often it was shown in all."""
        return sum(self.sources.values())


def rows_of(session: Session, ids: Sequence[int]) -> list[QueueRow]:
    """The lines of these leads, in their order; unknown numbers are missing."""
    chosen = select(Lead, Site.life, Assessment.rows).outerjoin(Site, Site.id == Lead.site_id)
    chosen = chosen.outerjoin(Assessment, Assessment.id == Lead.assessment_id).where(among(Lead.id, ids))
    found = {lead.id: (lead, life or "unknown", rows or []) for lead, life, rows in session.execute(chosen)}
    seen = _seen(session, [lead for lead, _, _ in found.values()])
    return [
        QueueRow(lead, life, _weightiest(rows), dict(seen[lead.id].most_common()))
        for lead, life, rows in (found[number] for number in ids if number in found)
    ]


def _seen(session: Session, leads: Sequence[Lead]) -> dict[int, Counter[str]]:
    seen: dict[int, Counter[str]] = {lead.id: Counter() for lead in leads}
    by_site = {lead.site_id: lead.id for lead in leads if lead.site_id is not None}
    times = select(Sighting.site_id, Sighting.source, func.count()).where(among(Sighting.site_id, by_site))
    for site, source, n in session.execute(times.group_by(Sighting.site_id, Sighting.source)):
        seen[by_site[site or 0]][source] = n
    told = select(Tip.lead_id, func.count()).where(among(Tip.lead_id, seen)).group_by(Tip.lead_id)
    for of, n in session.execute(told):
        if of is not None:
            seen[of][TIPS] += n
    return seen


def _weightiest(rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    against = sorted((row for row in rows if row["points"] > 0), key=lambda row: -row["points"])
    return tuple(str(row["text"]) for row in against[:REASONS])
