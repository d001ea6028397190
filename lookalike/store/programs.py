"""What other offices' programs read beside the queue: crews and hand-overs by number, a page at a time by key."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lookalike.store import handovers
from lookalike.store.handovers import Told
from lookalike.store.models import Campaign, CampaignLink, Handover


def campaigns(session: Session, after: int, limit: int) -> tuple[Sequence[Campaign], int | None]:
    """Campaigns that stand, by number, that follow on ``after``; and the place where the next page begins."""
    mine = select(Campaign).where(Campaign.ended_at.is_(None), Campaign.id > after).order_by(Campaign.id)
    found = session.scalars(mine.limit(limit + 1)).all()
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def links_total(session: Session, campaign: int) -> int:
    """How many reasons tie this campaign."""
    mine = select(func.count()).select_from(CampaignLink).where(CampaignLink.campaign_id == campaign)
    return session.scalar(mine) or 0


def handed_to(session: Session, office: str, after: int, limit: int) -> tuple[list[Told], int | None]:
    """Hand-overs to one office, by number, that follow on ``after``; and the place where the next page begins."""
    mine = select(Handover.id).where(Handover.office == office, Handover.id > after).order_by(Handover.id)
    found = list(session.scalars(mine.limit(limit + 1)))
    told = [handovers.told(session, number) for number in found[:limit]]
    return told, found[limit - 1] if len(found) > limit else None


def is_handed_to(session: Session, number: int, office: str) -> bool:
    """Whether a hand-over of this number went to this office."""
    mine = select(Handover.id).where(Handover.id == number, Handover.office == office)
    return session.scalar(mine) is not None
