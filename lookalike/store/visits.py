"""Visits: what one brought back and the site's new state, in one transaction; a repeat changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session, selectinload

from lookalike.store import life
from lookalike.store.models import Capture, Lead, Run, Site, Visit
from lookalike.store.upsert import insert_new
from scoring.faces import THEIRS
from scoring.life import UP, Told
from spiders.items import PageVisit, VisitItem

_CODE = 2


@dataclass(frozen=True, slots=True)
class StoredVisit:
    """Where the visit's bytes lie (``Blobs``); None for what was not kept."""

    warc_sha256: str | None = None
    document_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Tidings:
    """What a visit told of the site's life, and when to look again."""

    told: Told
    due_at: datetime | None = None


def record_visit(
    session: Session, run: Run, site_id: int, visit: VisitItem, stored: StoredVisit, tidings: Tidings | None = None
) -> bool:
    """Stores a visit with its captures and ends the site's lease; False when this run had visited the site before.

    The bytes must be on disk before: a row never names a hash that is not there. With ``tidings`` the site's life and
    its next visit are part of the same transaction.
    """
    new = insert_new(session, Visit, [_visit_row(run, site_id, visit, stored)])
    if not new:
        _end_lease(session, site_id, visit)
        return False
    insert_new(session, Capture, [_capture_row(new[0], page) for page in visit.pages])
    alive = answered(visit) if tidings is None else _alive(visit, tidings.told)
    session.execute(
        update(Site)
        .where(Site.id == site_id)
        .values(alive=alive, error=visit.why, visit_run_id=run.id, last_visit_at=visit.started_at)
    )
    _end_lease(session, site_id, visit)
    session.execute(update(Lead).where(Lead.site_id == site_id).values(alive=alive))
    if tidings is not None:
        life.record(session, run, site_id, new[0], tidings.told, visit.started_at, tidings.due_at)
    return True


def _alive(visit: VisitItem, told: Told) -> bool | None:
    """Whether the site answers, in line with what the visit told: only the dead do not."""
    if told.life == "unknown":
        return answered(visit) or None
    return told.life != "dead"


def answered(visit: VisitItem) -> bool | None:
    """Whether the site answered: None when only our own refusals, or a name server's trouble, kept us from knowing."""
    hops = [hop for page in visit.pages for hop in page.hops]
    if any(hop.status is not None for hop in hops):
        return True
    if visit.hosting.dns.value is not None and visit.hosting.dns.value.rcode == "NXDOMAIN":
        return False
    codes = set(_codes(visit))
    if visit.hosting.dns.state in {"failed", "refused"}:
        codes.discard("E_DNS")
    return False if codes & THEIRS else None


def files_of(session: Session, run: Run, hashes: Sequence[str]) -> list[tuple[int, str]]:
    """Numbers of this run's visits that these files belong to, each with its file, by number."""
    mine = select(Visit.id, Visit.warc_sha256).where(Visit.run_id == run.id, Visit.warc_sha256.in_(list(hashes)))
    return [(number, sha256) for number, sha256 in session.execute(mine.order_by(Visit.id)) if sha256]


def latest(session: Session, site_id: int) -> Visit | None:
    """The newest visit of a site, with its captures."""
    newest = select(Visit).where(Visit.site_id == site_id).order_by(Visit.id.desc()).limit(1)
    return session.scalar(newest.options(selectinload(Visit.captures)))


def telling(session: Session, site_id: int) -> Visit | None:
    """The visit to judge a site by: the newest that showed a page of its own, else the newest that was let in at all.

    What became of a site later, its death or a parking page, takes nothing back.
    """
    shown = case((Visit.life.in_(UP), 0), ((Visit.life == "unknown") & (Visit.outcome != "failed"), 1), else_=2)
    mine = select(Visit).where(Visit.site_id == site_id).order_by(shown, Visit.id.desc()).limit(1)
    return session.scalar(mine.options(selectinload(Visit.captures)))


def _codes(visit: VisitItem) -> Iterator[str]:
    for page in visit.pages:
        for text in (page.error, *(hop.error for hop in page.hops)):
            if text:
                yield text.split()[0]


def _end_lease(session: Session, site_id: int, visit: VisitItem) -> None:
    """Genuine and skipped sites stay what they are."""
    session.execute(
        update(Site)
        .where(Site.id == site_id, Site.state.in_(("leased", "pending")))
        .values(state="failed" if visit.outcome == "failed" else "done", lease_run_id=None, lease_owner="")
    )


def _visit_row(run: Run, site_id: int, visit: VisitItem, stored: StoredVisit) -> dict[str, object]:
    return {
        "site_id": site_id,
        "run_id": run.id,
        "url": visit.url,
        "started_at": visit.started_at,
        "outcome": visit.outcome,
        "why": visit.why,
        "counts": visit.counts,
        "region": _region(visit),
        "warc_sha256": stored.warc_sha256,
        "document_sha256": stored.document_sha256,
        "pictures": len(visit.pictures) + visit.inline_pictures,
    }


def _region(visit: VisitItem) -> str | None:
    """The countries of its addresses' networks; what is no code of two letters is not known."""
    told = {network.country.upper() for network in visit.hosting.networks.value or ()}
    return " ".join(sorted(c for c in told if len(c) == _CODE and c.isascii() and c.isalpha())) or None


def _capture_row(visit_id: int, page: PageVisit) -> dict[str, object]:
    last = page.hops[-1] if page.hops else None
    return {
        "visit_id": visit_id,
        "client": page.client,
        "requested_url": page.requested_url,
        "url_sha256": hashlib.sha256(page.requested_url.encode("utf-8", "surrogatepass")).hexdigest(),
        "final_url": last.url if last else page.requested_url,
        "status": last.status if last else None,
        "error": page.error,
        "encoding": page.encoding,
        "encoding_note": page.encoding_note,
        "body_sha256": page.body_sha256 or None,
    }
