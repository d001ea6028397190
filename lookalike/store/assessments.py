"""Assessments: one a site and run, replaced when the run judges the site again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CompoundSelect, exists, func, select, union
from sqlalchemy.orm import Session

from lookalike.store import models, visits
from lookalike.store.models import Lead, Run, Sighting, Site, Visit
from scoring.result import Assessment

Contact = tuple[str, str]
"""Type (``wechat``, ``qq``, ``phone`` …) and value."""


def save(
    session: Session,
    run: Run,
    site: Site,
    judged: Assessment,
    *,
    contacts: Sequence[Contact],
    now: datetime,
    documents: Sequence[str] = (),
    reference: str | None = None,
    sightings_to: int | None = None,
) -> models.Assessment:
    """Stores a judgement; with what it was made from, so that it can be made again.

    ``documents`` are the hashes of the visit and of what was read in its pictures, ``reference`` of the reference set,
    ``sightings_to`` is the number of the newest sighting that was known.
    """
    session.execute(select(Site.id).where(Site.id == site.id).with_for_update())  # one judge of a site at a time
    found = select(models.Assessment).where(models.Assessment.site_id == site.id, models.Assessment.run_id == run.id)
    row = session.scalar(found.execution_options(populate_existing=True)) or models.Assessment(
        site_id=site.id, run_id=run.id
    )
    row.kind, row.score, row.band = judged.kind, judged.score, judged.band
    row.impersonates, row.weights_version, row.at = judged.impersonates, judged.weights_version, now
    row.rows = [r.as_json() for r in judged.rows]
    row.unchecked = [{"what": u.what, "why": u.why} for u in judged.unchecked]
    row.contacts = [{"type": kind, "value": value} for kind, value in dict.fromkeys(contacts)]
    row.documents, row.reference_sha256, row.sightings_to = list(documents), reference, sightings_to
    session.add(row)
    session.flush()
    return row


def due(session: Session, run: Run) -> list[Site]:
    """Sites that this run visited, gave up, knew as genuine or saw again after an earlier visit, and has not judged."""
    seen = select(Sighting.site_id).where(Sighting.run_id == run.id, Sighting.site_id.is_not(None))
    # an "or" would read every site
    concerned: CompoundSelect[Any] = union(select(Site.id).where(Site.visit_run_id == run.id), seen)
    mine = models.Assessment.run_id == run.id, models.Assessment.site_id.is_not(None)  # a null would hide all sites
    judged = select(models.Assessment.site_id).where(*mine)
    return list(
        session.scalars(
            select(Site)
            .where(
                Site.state.in_(("done", "failed", "genuine")),
                Site.id.in_(concerned),
                Site.id.not_in(judged),
            )
            .order_by(Site.id)
        )
    )


def stale(session: Session, run: Run) -> list[int]:
    """Sites that this run judged before it knew all that it knows now: seen once more, or visited, since."""
    mine = models.Assessment.run_id == run.id, models.Assessment.site_id.is_not(None)
    # asked site by site: the newest sighting of every site that there is would be the whole table
    later = Sighting.id > func.coalesce(models.Assessment.sightings_to, 0)
    seen = select(models.Assessment.site_id).where(
        *mine, exists().where(Sighting.site_id == models.Assessment.site_id, later)
    )
    visited = (
        select(models.Assessment.site_id, models.Assessment.documents, Visit.warc_sha256)
        .join(Visit, Visit.site_id == models.Assessment.site_id)
        .where(*mine, Visit.run_id == run.id, Visit.warc_sha256.is_not(None))
    )
    found = {site_id for site_id in session.scalars(seen) if site_id is not None}
    for site_id, documents, warc in session.execute(visited):
        # what says less than an earlier visit, a dead site's, is not what a site is judged by
        if site_id is not None and warc not in documents:
            told = visits.telling(session, site_id)
            if told is not None and told.warc_sha256 not in documents:
                found.add(site_id)
    return sorted(found)


def latest(session: Session, site_id: int) -> models.Assessment | None:
    """The newest judgement of a site."""
    newest = select(models.Assessment).where(models.Assessment.site_id == site_id)
    return session.scalar(newest.order_by(models.Assessment.run_id.desc()).limit(1))


class Newest(NamedTuple):
    """The newest judgement of a site, by numbers."""

    assessment_id: int
    lead_id: int | None
    reference_sha256: str | None


def newest(session: Session, lead_ids: Sequence[int] = ()) -> list[Newest]:
    """The newest judgement of every site, by site; with ``lead_ids`` of these leads only."""
    last = (
        select(models.Assessment.site_id, func.max(models.Assessment.run_id).label("run_id"))
        .group_by(models.Assessment.site_id)
        .subquery()
    )
    mine = (models.Assessment.site_id == last.c.site_id) & (models.Assessment.run_id == last.c.run_id)
    found = (
        select(models.Assessment.id, Lead.id, models.Assessment.reference_sha256)
        .join(last, mine)
        .outerjoin(Lead, Lead.site_id == models.Assessment.site_id)
        .order_by(models.Assessment.site_id)
    )
    if lead_ids:
        found = found.where(Lead.id.in_(list(lead_ids)))
    return [Newest(*row) for row in session.execute(found)]
