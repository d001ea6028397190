"""One campaign for its page, and the list of campaigns, a page each: however large, no more is read than is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from lookalike.store.campaigns import campaign_name
from lookalike.store.models import Campaign, CampaignLink, Lead, NeverLink
from lookalike.store.models.campaign import HeldLink
from lookalike.store.numbers import among

LISTED = 40
"""Campaigns of one page of the list."""
MEMBERS = 200
"""Leads of one page of a campaign."""
LINKS = 200
"""Links that are told in words: the heaviest."""
DRAWN = 1000
"""Links that a picture is made from."""
PAIRS = 50
"""Pairs told apart, and held links, that are shown."""
SAMPLE = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One campaign of the list."""

    campaign: Campaign
    name: str
    sites: int
    adverts: int
    open: int
    """Leads that nobody has judged."""
    confirmed: int
    last_seen: datetime | None
    best: tuple[Lead, ...]
    """Its leads of the highest rank."""
    types: tuple[str, ...]
    """The kinds of keys that tie it."""


@dataclass(frozen=True, slots=True)
class Campaigns:
    """One page of the list; ``after`` is where the next one begins."""

    lines: tuple[Line, ...]
    after: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Facts:
    """A campaign in numbers."""

    campaign: Campaign
    name: str
    statuses: dict[str, int]
    kinds: dict[str, int]
    platforms: tuple[str, ...]
    first_seen: datetime | None
    last_seen: datetime | None
    links: int


@dataclass(frozen=True, slots=True)
class Members:
    """One page of a campaign's leads, as the queue ranks them; ``after`` is where the next one begins."""

    leads: tuple[Lead, ...]
    after: tuple[float, int] | None


@dataclass(frozen=True, slots=True)
class Held:
    """A link from one of its leads that was not followed."""

    link: HeldLink
    one: Lead
    other: Lead


def listing(session: Session, after: tuple[int, int] | None = None) -> Campaigns:
    """Campaigns that stand, the largest first, of equal ones the newest; read from ``ix_campaign_size``."""
    mine = select(Campaign).where(Campaign.ended_at.is_(None))
    if after is not None:
        size, number = after
        mine = mine.where(or_(Campaign.size < size, and_(Campaign.size == size, Campaign.id < number)))
    rows = list(session.scalars(mine.order_by(Campaign.size.desc(), Campaign.id.desc()).limit(LISTED + 1)))
    shown = rows[:LISTED]
    return Campaigns(_lines(session, shown), (shown[-1].size, shown[-1].id) if len(rows) > LISTED else None)


def facts(session: Session, number: int) -> Facts | None:
    """A campaign in numbers, read from ``ix_lead_campaign``; None: there is none of this number."""
    row = session.get(Campaign, number)
    if row is None:
        return None
    name = campaign_name(number)
    of = Lead.campaign == name
    statuses = _counts(session, Lead.status, of)
    kinds = _counts(session, Lead.kind, of)
    platforms = session.scalars(select(Lead.impersonates).where(of, Lead.impersonates.is_not(None)).distinct())
    # expressions: PostgreSQL would walk along all leads' times until one of this campaign came
    begins, ends = (func.coalesce(column, column) for column in (Lead.first_seen, Lead.last_seen))
    first, last = session.execute(select(func.min(begins), func.max(ends)).where(of)).one()
    links = select(func.count()).select_from(CampaignLink).where(CampaignLink.campaign_id == number)
    told = tuple(sorted(p for p in platforms if p))
    return Facts(row, name, statuses, kinds, told, first, last, session.scalar(links) or 0)


def members(session: Session, number: int, after: tuple[float, int] | None = None) -> Members:
    """Leads of a campaign by ``ix_lead_campaign``."""
    mine = select(Lead).where(Lead.campaign == campaign_name(number))
    if after is not None:
        rank, lead = after
        mine = mine.where(or_(Lead.rank < rank, and_(Lead.rank == rank, Lead.id < lead)))
    rows = list(session.scalars(mine.order_by(Lead.rank.desc(), Lead.id.desc()).limit(MEMBERS + 1)))
    shown = rows[:MEMBERS]
    return Members(tuple(shown), (shown[-1].rank, shown[-1].id) if len(rows) > MEMBERS else None)


def links(session: Session, number: int, most: int = DRAWN) -> list[CampaignLink]:
    """The heaviest links of a campaign, by pair."""
    mine = select(CampaignLink).where(CampaignLink.campaign_id == number)
    return list(session.scalars(mine.order_by(CampaignLink.weight.desc(), CampaignLink.id).limit(most)))


def leads(session: Session, numbers: Sequence[int]) -> dict[int, Lead]:
    """These leads by number."""
    return {lead.id: lead for lead in session.scalars(select(Lead).where(Lead.id.in_(numbers)))}


def apart(session: Session, numbers: Sequence[int]) -> list[NeverLink]:
    """The newest pairs that stand apart and of which one lead is among these."""
    touching = or_(NeverLink.lead_a.in_(numbers), NeverLink.lead_b.in_(numbers))
    mine = select(NeverLink).where(NeverLink.undone_at.is_(None), touching)
    return list(session.scalars(mine.order_by(NeverLink.id.desc()).limit(PAIRS + 1)))


def held(session: Session, numbers: Sequence[int]) -> list[Held]:
    """The heaviest links from one of these leads that were not followed; by ``ix_held_link_lead_a`` and ``_b``."""
    rows: dict[int, HeldLink] = {}
    for end in (HeldLink.lead_a, HeldLink.lead_b):
        mine = select(HeldLink).where(end.in_(numbers)).order_by(HeldLink.weight.desc(), HeldLink.id)
        rows |= {row.id: row for row in session.scalars(mine.limit(PAIRS + 1))}
    known = leads(session, [lead for row in rows.values() for lead in (row.lead_a, row.lead_b)])
    ordered = sorted(rows.values(), key=lambda row: (-row.weight, row.id))
    return [Held(row, known[row.lead_a], known[row.lead_b]) for row in ordered][: PAIRS + 1]


def _lines(session: Session, rows: Sequence[Campaign]) -> tuple[Line, ...]:
    """What the list tells of these campaigns, in a few questions for all of them."""
    names = {row.id: campaign_name(row.id) for row in rows}
    of = Lead.campaign.in_(list(names.values()))
    kinds = func.count().filter(Lead.kind == "site"), func.count().filter(Lead.kind == "advert")
    states = func.count().filter(Lead.status == "new"), func.count().filter(Lead.status == "confirmed")
    asked = select(Lead.campaign, *kinds, *states, func.max(Lead.last_seen)).where(of).group_by(Lead.campaign)
    numbers = {row[0]: row[1:] for row in session.execute(asked)}
    place = func.row_number().over(partition_by=Lead.campaign, order_by=(Lead.rank.desc(), Lead.id.desc()))
    placed = select(Lead.id, place.label("place")).where(of).subquery()
    # numbers first: PostgreSQL takes them for so many that it would read every lead
    first = session.scalars(select(placed.c.id).where(placed.c.place <= SAMPLE)).all()
    best: dict[str | None, list[Lead]] = {}
    mine = select(Lead).where(among(Lead.id, first))
    for lead in sorted(session.scalars(mine), key=lambda lead: (-lead.rank, -lead.id)):
        best.setdefault(lead.campaign, []).append(lead)
    types: dict[int, list[str]] = {}
    tied = select(CampaignLink.campaign_id, CampaignLink.type).where(CampaignLink.campaign_id.in_(list(names)))
    for number, kind in session.execute(tied.distinct().order_by(CampaignLink.campaign_id, CampaignLink.type)):
        types.setdefault(number, []).append(kind)
    found = []
    for row in rows:
        sites, adverts, new, confirmed, last = numbers.get(names[row.id], (0, 0, 0, 0, None))
        leads_of, kinds_of = tuple(best.get(names[row.id], ())), tuple(types.get(row.id, ()))
        found.append(Line(row, names[row.id], sites, adverts, new, confirmed, last, leads_of, kinds_of))
    return tuple(found)


def _counts(session: Session, column: Any, of: ColumnElement[bool]) -> dict[str, int]:
    found = session.execute(select(column, func.count()).where(of).group_by(column).order_by(column))
    return {value: number for value, number in found}  # noqa: C416 - rows are no pairs to the type checker


def standing_size(session: Session, number: int) -> int:
    """How many leads a campaign has; 0 for one that does not stand."""
    mine = select(Campaign.size).where(Campaign.id == number, Campaign.ended_at.is_(None))
    return session.scalar(mine) or 0
