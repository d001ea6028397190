"""Leads as people and scripts read them: ranked, with reasons, sightings and contacts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session

from lookalike.store import tips
from lookalike.store.leads import SHOWN
from lookalike.store.models import Assessment, Lead, Sighting, Site
from lookalike.store.sites import key_of
from scoring.result import Kind
from spiders.clock import CHINA

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class LeadView:
    """One line of the list; ``id`` and ``status`` are None for an examined site that is no lead."""

    id: int | None
    rank: int
    """From 1."""
    kind: str
    host: str
    url: str
    registrable_domain: str
    score: float
    band: str
    impersonates: str | None
    status: str | None
    jurisdiction: str | None
    campaign: str | None
    first_seen: datetime
    last_seen: datetime
    alive: bool | None
    life: str
    """What became of the site: ``lookalike.store.models.life.LIVES``."""
    raised_at: datetime | None
    """When it was last raised again; None: never."""
    raised_why: str | None
    reasons: list[dict[str, Any]]
    """Rows of the sum, as ``scoring.result.Row.as_json`` gives them; empty while a site waits to be judged."""
    sightings: list[dict[str, Any]]
    contacts: list[dict[str, str]]
    unchecked: list[dict[str, str]]
    version: int
    site_id: int | None
    platform: str | None
    """The genuine platform that the site is."""


class _Ref(NamedTuple):
    """What one line is made of; at least one of lead and site is there."""

    lead_id: int | None
    site_id: int | None
    assessment_id: int | None


def listing(
    session: Session,
    *,
    kind: Kind | None = None,
    status: str | None = None,
    min_score: float | None = None,
    limit: int | None = None,
    all_sites: bool = False,
) -> list[LeadView]:
    """Leads, best first; equal scores: the newest lead first.

    Without ``min_score`` only the high and medium bands. ``all_sites`` adds every site that was judged, or is genuine
    (score 0): so a list of all sites that were examined.
    """
    ranked = _everything(kind, status, min_score) if all_sites else _leads(kind, status, min_score)
    refs = [_Ref(*row) for row in session.execute(ranked.limit(limit))]
    views: list[LeadView] = []
    for start in range(0, len(refs), _CHUNK):
        views.extend(_views(session, refs[start : start + _CHUNK], start + 1))
    return views


def get(session: Session, lead_id: int, *, ranked: bool = True) -> LeadView | None:
    """One lead; its rank is the one it has, or would have, among all leads of the default list.

    Counting those before it takes the longer the more there are: without ``ranked`` it is 0.
    """
    lead = session.get(Lead, lead_id)
    if lead is None:
        return None
    if not ranked:
        return _views(session, [_Ref(lead.id, lead.site_id, lead.assessment_id)], 0)[0]
    better = or_(Lead.score > lead.score, and_(Lead.score == lead.score, Lead.id > lead.id))
    before = session.scalar(select(func.count()).select_from(Lead).where(Lead.band.in_(SHOWN), better)) or 0
    return _views(session, [_Ref(lead.id, lead.site_id, lead.assessment_id)], before + 1)[0]


def as_json(view: LeadView) -> dict[str, Any]:
    """The lead as ``leads --json`` prints it; times in China's offset."""
    return {
        "id": view.id,
        "rank": view.rank,
        "kind": view.kind,
        "host": view.host,
        "url": view.url,
        "registrable_domain": view.registrable_domain,
        "score": round(view.score, 4),
        "band": view.band,
        "impersonates": view.impersonates,
        "status": view.status,
        "jurisdiction": view.jurisdiction,
        "campaign": view.campaign,
        "first_seen": _time(view.first_seen),
        "last_seen": _time(view.last_seen),
        "alive": view.alive,
        "reasons": view.reasons,
        "sightings": view.sightings,
        "contacts": view.contacts,
        "unchecked": view.unchecked,
        "life": view.life,
        "raised_at": _time(view.raised_at) if view.raised_at else None,
        "raised_why": view.raised_why,
    }


def _leads(kind: Kind | None, status: str | None, min_score: float | None) -> Select[Any, Any, Any]:
    """References to leads, best first."""
    found: Select[Any, Any, Any] = select(Lead.id, Lead.site_id, Lead.assessment_id)
    found = found.where(Lead.band.in_(SHOWN) if min_score is None else Lead.score >= min_score)
    found = found.where(Lead.kind == kind) if kind else found
    # literal, so that the partial index of open leads covers the plan
    found = found.where(Lead.status == bindparam("status", status, literal_execute=True)) if status else found
    return found.order_by(Lead.score.desc(), Lead.id.desc())


def _everything(kind: Kind | None, status: str | None, min_score: float | None) -> Select[Any, Any, Any]:
    """References to all leads and all examined sites, best first."""
    newest = (
        select(Assessment.site_id, func.max(Assessment.run_id).label("run_id")).group_by(Assessment.site_id).subquery()
    )
    judged = and_(Assessment.site_id == Site.id, Assessment.run_id == newest.c.run_id)
    sites = (
        select(
            Lead.id.label("lead_id"),
            Site.id.label("site_id"),
            func.coalesce(Lead.assessment_id, Assessment.id).label("assessment_id"),
            func.coalesce(Lead.score, Assessment.score, 0.0).label("score"),
            func.coalesce(Lead.kind, Assessment.kind, "site").label("kind"),
            Lead.status.label("status"),
        )
        .select_from(Site)
        .outerjoin(newest, newest.c.site_id == Site.id)
        .outerjoin(Assessment, judged)
        .outerjoin(Lead, Lead.site_id == Site.id)
        .where(or_(Assessment.id.is_not(None), Lead.id.is_not(None), Site.state == "genuine"))
    )
    loose = select(Lead.id, Lead.site_id, Lead.assessment_id, Lead.score, Lead.kind, Lead.status)
    rows = union_all(sites, loose.where(Lead.site_id.is_(None))).subquery()
    found: Select[Any, Any, Any] = select(rows.c.lead_id, rows.c.site_id, rows.c.assessment_id).order_by(
        rows.c.score.desc(), func.coalesce(rows.c.lead_id, 0).desc(), func.coalesce(rows.c.site_id, 0).desc()
    )
    found = found.where(rows.c.kind == kind) if kind else found
    found = found.where(rows.c.status == status) if status else found
    return found.where(rows.c.score >= min_score) if min_score is not None else found


def _views(session: Session, refs: Sequence[_Ref], first_rank: int) -> list[LeadView]:
    leads = {x.id: x for x in session.scalars(select(Lead).where(Lead.id.in_({r.lead_id for r in refs})))}
    sites = {x.id: x for x in session.scalars(select(Site).where(Site.id.in_({r.site_id for r in refs})))}
    wanted = {r.assessment_id for r in refs}
    judged = {x.id: x for x in session.scalars(select(Assessment).where(Assessment.id.in_(wanted)))}
    seen = _sightings(session, sites)
    told = tips.as_sightings(session, {lead.id for lead in leads.values() if lead.site_id is None})
    views = []
    for rank, ref in enumerate(refs, first_rank):
        site = sites.get(ref.site_id or 0)
        assessment = judged.get(ref.assessment_id or 0)
        lead = leads.get(ref.lead_id or 0)
        shape = _of_lead(lead) if lead else _of_site(site, assessment)
        views.append(
            LeadView(
                rank=rank,
                reasons=assessment.rows if assessment else [],
                unchecked=assessment.unchecked if assessment else [],
                sightings=seen[ref.site_id] if ref.site_id else told[ref.lead_id or 0],
                site_id=ref.site_id,
                platform=site.platform if site else None,
                life=site.life if site else "unknown",
                **shape,
            )
        )
    return views


def _of_lead(lead: Lead) -> dict[str, Any]:
    names = (
        "id kind host url registrable_domain score band impersonates status jurisdiction campaign first_seen last_seen "
        "alive raised_at raised_why contacts version"
    )
    return {name: getattr(lead, name) for name in names.split()}


def _of_site(site: Site | None, judged: Assessment | None) -> dict[str, Any]:
    assert site is not None, "a line is a lead or a site"
    return {
        "id": None,
        "kind": judged.kind if judged else "site",
        "host": site.host,
        "url": next(iter(site.urls), "") or f"http://{key_of(site)}/",
        "registrable_domain": site.registrable_domain,
        "score": judged.score if judged else 0.0,
        "band": judged.band if judged else "low",
        "impersonates": judged.impersonates if judged else None,
        "status": None,
        "jurisdiction": None,
        "campaign": None,
        "first_seen": site.first_seen,
        "last_seen": site.last_seen,
        "alive": site.alive,
        "raised_at": None,
        "raised_why": None,
        "contacts": judged.contacts if judged else [],
        "version": 0,
    }


def _sightings(session: Session, site_ids: Iterable[int]) -> defaultdict[int, list[dict[str, Any]]]:
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = session.scalars(select(Sighting).where(Sighting.site_id.in_(list(site_ids))).order_by(Sighting.id))
    for s in rows:
        found[s.site_id or 0].append(
            {
                "source": s.source,
                "query": s.query,
                "position": s.position,
                "paid": s.paid,
                "seen_at": _time(s.seen_at),
                "url": s.url,
                "title": s.title,
                "snippet": s.snippet,
            }
        )
    return found


def _time(value: datetime) -> str:
    return value.astimezone(CHINA).isoformat()
