"""Sites as a frontier: seen, waiting, leased to one worker, visited; no visit is lost, none is made twice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, literal_column, select, tuple_, update
from sqlalchemy.orm import Session

from lookalike.store.models import Lead, Run, Sighting, Site, Visit
from lookalike.store.upsert import insert_new
from scoring import case
from scoring.case import SiteKey
from scoring.domains import registrable_domain

REVISIT_AFTER = timedelta(days=7)
"""A visited site that is seen again is visited again after this time; a failed one in the next run."""
MAX_ATTEMPTS = 5
"""Leases without a visit before a site is given up, unless told otherwise: it may be what kills the process."""
MAX_URLS = 16
"""Addresses of one site that are kept for the visit; every sighting itself is kept."""
_CHUNK = 500
_PENDING: ColumnElement[str] = literal_column("'pending'")  # literal, so that the partial index covers the plan
_LEASED: ColumnElement[str] = literal_column("'leased'")


@dataclass(frozen=True, slots=True)
class Seen:
    """One address of a site, when it was seen, and how suspicious it looks before any visit (larger goes first)."""

    key: SiteKey
    url: str
    at: datetime
    suspicion: float = 0.0


@dataclass(frozen=True, slots=True)
class SiteJob:
    """A site to visit, with its addresses in the order they were seen."""

    id: int
    key: SiteKey
    urls: tuple[str, ...]
    suspicion: float
    attempts: int


def add_pending(session: Session, run: Run, seen: Seen, *, revisit_after: timedelta = REVISIT_AFTER) -> bool:
    """Notes one address of a site; True when the site is new."""
    return bool(note_seen(session, run, [seen], revisit_after=revisit_after)[1])


def note_seen(
    session: Session, run: Run, seen: Sequence[Seen], *, revisit_after: timedelta = REVISIT_AFTER
) -> tuple[dict[SiteKey, int], int]:
    """Notes addresses of sites; returns the sites' ids by key, and how many sites are new.

    A new site waits for its first visit. A visited one waits again when its visit is older than ``revisit_after``, a
    failed one when it failed in another run; genuine and skipped ones stay what they are.
    """
    by_key: dict[SiteKey, list[Seen]] = {}
    for item in seen:
        by_key.setdefault(item.key, []).append(item)
    keys = sorted(by_key, key=lambda k: (k.host, k.port, k.scope))  # one order everywhere: no deadlocks
    new = insert_new(session, Site, [_fresh(key, by_key[key]) for key in keys])
    ids: dict[SiteKey, int] = {}
    for start in range(0, len(keys), _CHUNK):
        for site in _locked(session, keys[start : start + _CHUNK]):
            key = key_of(site)
            ids[key] = site.id
            _see_again(site, by_key[key], run.id, revisit_after)
    session.flush()
    return ids, len(new)


def lease(session: Session, run: Run, owner: str, limit: int, *, among: Sequence[int] | None = None) -> list[SiteJob]:
    """Takes up to ``limit`` waiting sites for ``owner``, the most suspicious first, then the oldest.

    ``among``: of these sites alone.
    """
    of_these = () if among is None else (Site.id.in_(list(among)),)
    ids = list(
        session.scalars(
            select(Site.id)
            .where(Site.state == _PENDING, *of_these)
            .order_by(Site.turn, Site.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    taken = session.scalars(
        update(Site)
        .where(Site.id.in_(ids))
        .values(state="leased", lease_run_id=run.id, lease_owner=owner, attempts=Site.attempts + 1)
        .returning(Site),
        execution_options={"populate_existing": True},
    )
    return [_job(site) for site in sorted(taken, key=lambda s: (s.turn, s.id))]


def release_stale(session: Session, run: Run, *, owner: str | None = None, attempts: int = MAX_ATTEMPTS) -> int:
    """Puts leased sites back, those of ``owner`` or all, and returns how many; call it at the start of a run.

    A site that was leased ``attempts`` times without a visit is given up as failed.
    """
    mine = [Site.state == _LEASED] if owner is None else [Site.state == _LEASED, Site.lease_owner == owner]
    why = f"E_ATTEMPTS 访问 {attempts} 次均未完成，已放弃"
    session.execute(
        update(Site)
        .where(*mine, Site.attempts >= attempts)
        .values(state="failed", error=why, visit_run_id=run.id, lease_run_id=None, lease_owner="")
    )
    back = update(Site).where(*mine).values(state="pending", lease_run_id=None, lease_owner="").returning(Site.id)
    return len(session.scalars(back).all())


def give_back(session: Session, run: Run, *, owner: str | None = None) -> int:
    """Puts back what a run holds leased, all or that of ``owner``, when it is told to stop; returns how many.

    None of it counts as an attempt.
    """
    mine = update(Site).where(Site.state == _LEASED, Site.lease_run_id == run.id)
    if owner is not None:
        mine = mine.where(Site.lease_owner == owner)
    back = mine.values(state="pending", lease_run_id=None, lease_owner="", attempts=Site.attempts - 1)
    return len(session.scalars(back.returning(Site.id)).all())


def mark_genuine(session: Session, site_ids: Iterable[int], platform: str) -> None:
    """These sites are the platform itself: never visited as suspects, and a lead that one had is worth nothing now."""
    ids = list(site_ids)
    _leave(session, ids, state="genuine", platform=platform)
    session.execute(
        update(Lead)
        .where(Lead.site_id.in_(ids), Lead.assessment_id.is_not(None))
        .values(score=0.0, band="low", impersonates=None, assessment_id=None, version=Lead.version + 1)
    )


def put_off(session: Session, run: Run, site_ids: Iterable[int], why: str) -> None:
    """These sites are not visited in this run, for a stated reason; when they are seen again, they wait again."""
    _leave(session, site_ids, state="failed", error=why)
    session.execute(update(Site).where(Site.id.in_(list(site_ids))).values(visit_run_id=run.id, attempts=0))


def put_off_in(session: Session, run_id: int) -> dict[str, list[str]]:
    """Sites that a run has put off, by the reason's code, each as the address it would have begun with."""
    found = session.scalars(
        select(Site)
        .where(Site.visit_run_id == run_id, Site.state == "failed", Site.error.startswith("E_"))
        .where(~select(Visit.id).where(Visit.site_id == Site.id, Visit.run_id == run_id).exists())
        .order_by(Site.host, Site.port, Site.scope)
    )
    left: dict[str, list[str]] = {}
    for site in found:
        left.setdefault(site.error.split()[0], []).append(next(iter(site.urls), site.host))
    return left


def visited_in(session: Session, run_id: int) -> list[SiteKey]:
    """The sites that a run has visited."""
    rows = select(Site.host, Site.port, Site.scope).join(Visit, Visit.site_id == Site.id).where(Visit.run_id == run_id)
    return [SiteKey(host, port, scope) for host, port, scope in session.execute(rows)]


def skip(session: Session, site_ids: Iterable[int], why: str) -> None:
    """These sites are not visited, for a stated reason."""
    _leave(session, site_ids, state="skipped", error=why)


def waiting(session: Session) -> list[SiteJob]:
    """All sites that wait for a visit, in the order they will be taken."""
    found = session.scalars(select(Site).where(Site.state == _PENDING).order_by(Site.turn, Site.id))
    return [_job(site) for site in found]


def counts(session: Session) -> dict[str, int]:
    """Number of sites by state."""
    return {row[0]: row[1] for row in session.execute(select(Site.state, func.count()).group_by(Site.state))}


def sightings(session: Session, site_id: int, *, limit: int = 500, upto: int | None = None) -> list[case.Sighting]:
    """The latest sightings of a site, the oldest first, as scoring takes them; none after number ``upto``."""
    newest = select(Sighting).where(Sighting.site_id == site_id).order_by(Sighting.id.desc()).limit(limit)
    if upto is not None:
        newest = newest.where(Sighting.id <= upto)
    return [
        case.Sighting(
            source=s.source,
            query=s.query,
            position=s.position,
            paid=s.paid,
            url=s.url,
            title=s.title,
            snippet=s.snippet,
            display_url=s.display_url,
            seen_at=s.seen_at,
        )
        for s in reversed(session.scalars(newest).all())
    ]


def newest_sighting(session: Session, site_id: int) -> int:
    """Number of the latest sighting of a site; 0 when it was never seen."""
    return session.scalar(select(func.max(Sighting.id)).where(Sighting.site_id == site_id)) or 0


def key_of(site: Site) -> SiteKey:
    """The key of a stored site."""
    return SiteKey(site.host, site.port, site.scope)


def _fresh(key: SiteKey, seen: list[Seen]) -> dict[str, object]:
    return {
        "host": key.host,
        "port": key.port,
        "scope": key.scope,
        "registrable_domain": registrable_domain(key.host) or key.host,
        "first_seen": min(s.at for s in seen),
        "last_seen": max(s.at for s in seen),
        "state": "pending",
        "turn": -max(s.suspicion for s in seen),
        "lease_owner": "",
        "attempts": 0,
        "error": "",
        "urls": [],
    }


def _locked(session: Session, keys: Sequence[SiteKey]) -> Iterable[Site]:
    wanted = [(k.host, k.port, k.scope) for k in keys]
    return session.scalars(
        select(Site)
        .where(tuple_(Site.host, Site.port, Site.scope).in_(wanted))
        .order_by(Site.host, Site.port, Site.scope)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _see_again(site: Site, seen: list[Seen], run_id: int, revisit_after: timedelta) -> None:
    site.first_seen = min(site.first_seen, *(s.at for s in seen))
    site.last_seen = max(site.last_seen, *(s.at for s in seen))
    site.turn = min(site.turn, *(-s.suspicion for s in seen))
    site.urls = list(dict.fromkeys([*site.urls, *(s.url for s in seen)]))[:MAX_URLS]
    visited = site.last_visit_at
    again = (site.state == "failed" and site.visit_run_id != run_id) or (
        site.state == "done" and visited is not None and site.last_seen - visited > revisit_after
    )
    if again:
        site.state, site.attempts, site.error = "pending", 0, ""


def _leave(session: Session, site_ids: Iterable[int], **values: str) -> None:
    session.execute(update(Site).where(Site.id.in_(list(site_ids))).values(lease_run_id=None, lease_owner="", **values))


def _job(site: Site) -> SiteJob:
    return SiteJob(site.id, key_of(site), tuple(site.urls), -site.turn, site.attempts)
