"""Packs as rows: one by its number, all of them a page at a time, and who took them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store.models import Export, Lead, Pack

PAGE = 50


def get(session: Session, number: int) -> Pack | None:
    """A pack by the number of its row."""
    return session.get(Pack, number)


def listing(session: Session, *, before: int | None = None, limit: int = PAGE) -> list[Pack]:
    """The newest first; ``before``: those older than this row."""
    mine = select(Pack).order_by(Pack.id.desc()).limit(limit)
    return list(session.scalars(mine.where(Pack.id < before) if before is not None else mine))


def of_leads(session: Session, leads: list[int], campaign: str | None) -> list[Pack]:
    """Earlier packs of just these leads, the newest version first."""
    mine = select(Pack).where(Pack.campaign == campaign if campaign else Pack.campaign.is_(None))
    return [pack for pack in session.scalars(mine.order_by(Pack.id.desc())) if pack.leads == leads]


def taken(session: Session, pack: Pack) -> list[Export]:
    """Who took files of it, and for whom, the newest first."""
    mine = select(Export).where(Export.form == "taken", Export.at >= pack.made_at).order_by(Export.id.desc())
    stem = pack.file.removesuffix(".zip")
    return [row for row in session.scalars(mine) if row.file.startswith((f"{stem}.", f"{stem} "))]


def leads(session: Session, numbers: list[int]) -> list[Lead]:
    """These leads, by number; unknown ones are missing."""
    return list(session.scalars(select(Lead).where(Lead.id.in_(numbers)).order_by(Lead.id)))
