"""Leads of an address or a name that somebody pasted."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store.models import Lead, Site

MOST = 6


def at_host(session: Session, host: str, port: int | None) -> list[Lead]:
    """Leads of the sites at a host, of any port where none is named, by number."""
    mine = select(Lead).join(Site, Site.id == Lead.site_id).where(Site.host == host)
    mine = mine.where(Site.port == port) if port is not None else mine
    return list(session.scalars(mine.order_by(Lead.id).limit(MOST)))


def under_domain(session: Session, domain: str, host: str = "") -> list[Lead]:
    """Leads under a registrable domain, by number; ``host``: those of this name alone."""
    mine = select(Lead).where(Lead.registrable_domain == domain).order_by(Lead.id)
    mine = mine.where(Lead.host == host) if host else mine
    return list(session.scalars(mine.limit(MOST)))
