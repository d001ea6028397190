"""How far a lead reaches, counted from what is stored: sites and posts of its campaign. Judges nothing by law."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.evidence.facts import Json
from lookalike.review.handling import kind_text, line_of
from lookalike.store import handovers
from lookalike.store.leads import SHOWN
from lookalike.store.models import Assessment, Lead, Sighting
from lookalike.store.verdicts import GUILTY

CLEARED = frozenset({"false_positive", "duplicate"})
"""Review states in which a lead counts for nothing: no fake, or counted under another number."""


def reach(session: Session, lead: Lead, posing: frozenset[str]) -> Json:
    """What the lead and its campaign come to; ``posing`` names the signals that say *poses as a public body*.

    Gives ``campaign`` (its id or null), ``sites`` and ``posing_sites`` (hosts), ``posts`` (addresses of adverts),
    ``confirmed`` (how many leads a person confirmed), ``leads``, and ``handled``: what offices were told of the lead
    and what they answered, ``{"at", "kind", "office", "state"}``, times in UTC, words in Chinese.
    """
    members = [m for m in _members(session, lead) if m.id == lead.id or _stands(m)]
    counted = [m for m in members if m.status not in CLEARED]
    sites = [m for m in counted if m.kind == "site"]
    rows = _rows(session, sites)
    return {
        "campaign": lead.campaign,
        "leads": len(counted),
        "confirmed": sum(m.status in GUILTY for m in counted),
        "sites": sorted({m.host for m in sites}),
        "posing_sites": sorted({m.host for m in sites if m.impersonates or _poses(rows.get(m.id, ()), posing)}),
        "posts": _posts(session, [m for m in counted if m.kind == "advert"]),
        "handled": _handled(session, lead),
    }


def _handled(session: Session, lead: Lead) -> list[Json]:
    found = [line_of(told, told.row.handed_at) for told in handovers.listing(session, lead.id)]
    return [
        {"at": line.handed_at.isoformat(), "kind": kind_text(line.kind), "office": line.office, "state": line.text}
        for line in found
        if line.handed_at is not None and line.state != "withdrawn"
    ]


def _stands(lead: Lead) -> bool:
    return lead.band in SHOWN or lead.status in GUILTY


def _members(session: Session, lead: Lead) -> Sequence[Lead]:
    if lead.campaign is None:
        return [lead]
    return session.scalars(select(Lead).where(Lead.campaign == lead.campaign).order_by(Lead.id)).all()


def _rows(session: Session, leads: Sequence[Lead]) -> dict[int, list[dict[str, Any]]]:
    by_assessment = {lead.assessment_id: lead.id for lead in leads if lead.assessment_id}
    found = session.scalars(select(Assessment).where(Assessment.id.in_(by_assessment)))
    return {by_assessment[judged.id]: judged.rows for judged in found}


def _poses(rows: Sequence[dict[str, Any]], posing: frozenset[str]) -> bool:
    return any(row["signal"] in posing and row["points"] > 0 for row in rows)


def _posts(session: Session, adverts: Sequence[Lead]) -> list[str]:
    sites = [lead.site_id for lead in adverts if lead.site_id]
    seen = session.scalars(select(Sighting.url).where(Sighting.site_id.in_(sites)))
    return sorted({lead.url for lead in adverts if lead.url} | {url for url in seen if url})
