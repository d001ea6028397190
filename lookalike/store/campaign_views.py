"""Campaigns as people and scripts read them: how large, since when, held together by what; members and links of one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from lookalike.store.campaigns import campaign_name
from lookalike.store.models import Campaign, CampaignLink, Lead, NeverLink
from scoring.linking.types import TYPES
from spiders.clock import CHINA

View = dict[str, Any]
"""What ``campaigns --json`` prints; times in China's offset."""


def listing(session: Session) -> list[View]:
    """All campaigns that stand: the largest first, of equal ones the oldest."""
    rows = session.scalars(select(Campaign).where(Campaign.ended_at.is_(None))).all()
    leads = _leads(session, Lead.campaign.is_not(None))
    ties: defaultdict[int, list[tuple[str, str, int, int]]] = defaultdict(list)
    columns = select(CampaignLink.campaign_id, CampaignLink.type, CampaignLink.value)
    for number, kind, value, a, b in session.execute(columns.add_columns(CampaignLink.lead_a, CampaignLink.lead_b)):
        ties[number].append((kind, value, a, b))
    views = [_view(row, leads, ties[row.id]) for row in rows]
    return sorted(views, key=lambda v: (-v["leads"], v["id"]))


def show(session: Session, number: int) -> View | None:
    """One campaign with its members, every reason that ties them, and the pairs that were told apart; None: unknown."""
    row = session.get(Campaign, number)
    if row is None:
        return None
    leads = _leads(session, Lead.id.in_(row.members))
    links = session.scalars(
        select(CampaignLink).where(CampaignLink.campaign_id == number).order_by(CampaignLink.id)
    ).all()
    view = _view(row, leads, [(x.type, x.value, x.lead_a, x.lead_b) for x in links])
    view["members"] = [_member(leads[m]) for m in row.members if m in leads]
    view["links"] = [_link(x) for x in links]
    view["apart"] = apart_of(session, row.members)
    return view


def apart_of(session: Session, leads: Iterable[int]) -> list[View]:
    """The pairs that stand apart and of which one of these leads is a part."""
    ids = list(leads)
    touching = or_(NeverLink.lead_a.in_(ids), NeverLink.lead_b.in_(ids))
    rows = session.scalars(select(NeverLink).where(NeverLink.undone_at.is_(None), touching).order_by(NeverLink.id))
    return [{"a": r.lead_a, "b": r.lead_b, "by": r.made_by, "at": _time(r.made_at), "why": r.reason} for r in rows]


def _leads(session: Session, wanted: Any) -> dict[int, Lead]:
    return {lead.id: lead for lead in session.scalars(select(Lead).where(wanted))}


def _view(row: Campaign, leads: Mapping[int, Lead], ties: Sequence[tuple[str, str, int, int]]) -> View:
    mine = [leads[m] for m in row.members if m in leads]
    contacts = dict.fromkeys((c["type"], c["value"]) for lead in mine for c in lead.contacts)
    return {
        "id": campaign_name(row.id),
        "leads": len(mine),
        "sites": sum(lead.kind == "site" for lead in mine),
        "adverts": sum(lead.kind == "advert" for lead in mine),
        "hosts": sorted({lead.host for lead in mine}),
        "impersonates": sorted({lead.impersonates for lead in mine if lead.impersonates}),
        "contacts": [{"type": kind, "value": value} for kind, value in contacts],
        "first_seen": _time(min(lead.first_seen for lead in mine)) if mine else None,
        "last_seen": _time(max(lead.last_seen for lead in mine)) if mine else None,
        "found_at": _time(row.made_at),
        "ended_at": _time(row.ended_at) if row.ended_at else None,
        "why": _why(ties),
    }


def _why(ties: Sequence[tuple[str, str, int, int]]) -> list[View]:
    """The kinds of keys that hold it together, those that tie most pairs first, each with its commonest values."""
    pairs: defaultdict[str, set[tuple[int, int]]] = defaultdict(set)
    values: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, value, a, b in ties:
        pairs[kind].add((a, b))
        values[kind][value] += 1
    order = sorted(pairs, key=lambda kind: (-TYPES[kind].weight, -len(pairs[kind]), kind))
    told = {kind: sorted(values[kind], key=lambda v: (-values[kind][v], v))[:5] for kind in order}
    return [
        {
            "type": kind,
            "text": TYPES[kind].title,
            "pairs": len(pairs[kind]),
            "values": [] if TYPES[kind].sketched else told[kind],
        }
        for kind in order
    ]


def _member(lead: Lead) -> View:
    return {
        "id": lead.id,
        "kind": lead.kind,
        "host": lead.host,
        "url": lead.url,
        "score": round(lead.score, 4),
        "band": lead.band,
        "impersonates": lead.impersonates,
        "status": lead.status,
        "first_seen": _time(lead.first_seen),
        "last_seen": _time(lead.last_seen),
    }


def _link(link: CampaignLink) -> View:
    return {
        "a": link.lead_a,
        "b": link.lead_b,
        "type": link.type,
        "value": link.value,
        "weight": link.weight,
        "reason": link.reason,
        "evidence": {"items": link.evidence},
    }


def _time(value: datetime) -> str:
    return value.astimezone(CHINA).isoformat()
