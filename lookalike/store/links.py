"""Redirects of a run that nobody followed yet, and the links of sites that send their visitors on."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lookalike.store.models import Capture, Run, Sighting, Site, Visit


def unfollowed(session: Session, run: Run) -> Sequence[Sighting]:
    """Redirects of this run whose target waits for nothing yet, in an order that no kill changes."""
    mine = Sighting.run_id == run.id, Sighting.source == "redirect", Sighting.site_id.is_(None)
    return session.scalars(select(Sighting).where(*mine).order_by(Sighting.query, Sighting.position)).all()


def seen_whole(session: Session, run: Run) -> Sequence[Site]:
    """Visited sites that this run saw and that are not divided by path or post, by host and port."""
    tonight = select(Sighting.site_id).where(Sighting.run_id == run.id, Sighting.site_id.is_not(None))
    sent_on = (
        select(Visit.site_id)
        .join(Capture, Capture.visit_id == Visit.id)
        .where(Capture.status.is_not(None), Capture.final_url != Capture.requested_url)
    )
    whole = select(Site).where(Site.scope == "", Site.state == "done", Site.id.in_(tonight), Site.id.in_(sent_on))
    return session.scalars(whole.order_by(Site.host, Site.port)).all()


def captured(session: Session, site_id: int) -> list[tuple[str, str]]:
    """Every address that was asked for on a site, and where it ended, each once, in order."""
    pairs = select(Capture.requested_url, Capture.final_url).join(Visit).where(Visit.site_id == site_id)
    return sorted(set(session.execute(pairs)))


def addresses(session: Session, run: Run, site_id: int) -> list[str]:
    """Addresses of a site that this run saw."""
    mine = select(Sighting.url).where(Sighting.run_id == run.id, Sighting.site_id == site_id)
    return sorted(set(session.scalars(mine)))


def scopes(session: Session, site: Site) -> set[str]:
    """Links of a site that are sites of their own already."""
    mine = select(Site.scope).where(Site.host == site.host, Site.port == site.port, Site.scope != "")
    return set(session.scalars(mine))


def taken(session: Session, run: Run, site: Site) -> int:
    """How many links of a site this run has let wait because it sends its visitors on."""
    mine = Site.host == site.host, Site.port == site.port, Sighting.run_id == run.id, Sighting.source == "link"
    return session.scalar(select(func.count()).select_from(Sighting).join(Site).where(*mine)) or 0
