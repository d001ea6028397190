"""Searches of a run: planned once, advanced page by page; a page, its sightings and its sites are one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, func, select, update
from sqlalchemy.orm import Session

from lookalike.store.leads import touch
from lookalike.store.models import Run, Search, SerpPage, Sighting
from lookalike.store.sites import REVISIT_AFTER, Seen, note_seen
from lookalike.store.types import storable
from lookalike.store.upsert import insert_new
from scoring import case
from scoring.case import SiteKey
from spiders.items import Outcome, SerpItem

Unit = Callable[[str], SiteKey]
"""The site of a URL; raises ValueError where it names none (``scoring.sitekey.site_key``)."""
Suspicion = Callable[[SiteKey, case.Sighting], float]
"""How suspicious a sighting looks before any visit; larger is visited earlier."""

FOREIGN = 1000
"""Pages that a source's own search did not bring are numbered from here; a search asks for 50 at most."""
_FINAL: frozenset[Outcome] = frozenset({"results", "none"})
"""A page with such an outcome is never replaced by another try."""
_STATE: dict[Outcome, str] = {
    "none": "done",
    "captcha": "blocked",
    "blocked": "blocked",
    "robots": "blocked",
    "unparsed": "failed",
    "failed": "failed",
}


@dataclass(frozen=True, slots=True)
class SearchRow:
    """The next page to fetch of one query; ``next_url`` is empty where the source's own start is meant."""

    query: str
    page: int
    next_url: str


@dataclass(frozen=True, slots=True)
class RecordResult:
    """What one page changed; all zero when it had been recorded before."""

    new_sites: int = 0
    sightings: int = 0
    unusable: int = 0
    """Sightings whose URL names no site; kept all the same."""
    dropped: int = 0
    """Sightings that claim a place which another one on the page has: the parser counts wrongly."""


def plan(session: Session, run: Run, source: str, queries: Sequence[str]) -> int:
    """Plans the queries of a source in their order and returns how many are new; the others stay as they are."""
    rows = [_planned(run, source, query, n) for n, query in enumerate(queries)]
    return len(insert_new(session, Search, rows))


def pending(session: Session, run: Run, source: str) -> list[SearchRow]:
    """What is still to be fetched from the source in this run, in the planned order."""
    found = session.scalars(
        select(Search)
        .where(Search.run_id == run.id, Search.source == source, Search.state == "pending")
        .order_by(Search.ordinal, Search.id)
    )
    return [SearchRow(s.query, s.pages_done + 1, s.next_url) for s in found]


def record_page(
    session: Session,
    run: Run,
    item: SerpItem,
    *,
    max_pages: int,
    now: datetime,
    unit: Unit,
    suspicion: Suspicion = lambda _key, _sighting: 0.0,
    raw_sha256: str | None = None,
    revisit_after: timedelta = REVISIT_AFTER,
) -> RecordResult:
    """Stores one page of results: the page, its sightings, new sites to visit, and how far the search has come.

    A page that was stored with results, or as a confirmed *none*, is left as it is. One that brought a captcha or
    failed is replaced by a later try.
    """
    search = _search(session, run, item)
    if not _store_page(session, run, item, now, raw_sha256):
        return RecordResult()
    keys = [_key(sighting.url, unit) for sighting in item.sightings]
    at = item.seen_at or now
    seen = [
        Seen(key, s.url, s.seen_at or at, suspicion(key, s))
        for key, s in zip(keys, item.sightings, strict=True)
        if key is not None
    ]
    ids, new_sites = note_seen(session, run, seen, revisit_after=revisit_after)
    rows = [
        _sighting(run, item, s, ids[key] if key else None, s.seen_at or at)
        for key, s in zip(keys, item.sightings, strict=True)
    ]
    _number_foreign(session, item, rows)
    stored = len(insert_new(session, Sighting, rows))
    touch(session, ids.values(), at)
    _advance(search, item, max_pages)
    session.flush()
    return RecordResult(new_sites, stored, keys.count(None), len(rows) - stored)


def block_source(session: Session, run: Run, source: str, why: str) -> int:
    """The source refuses us: what is still pending there is not asked in this run. Returns how many queries."""
    blocked = _of(run, source).where(Search.state == "pending").values(state="blocked", note=why).returning(Search.id)
    return len(session.scalars(blocked).all())


def _planned(run: Run, source: str, query: str, ordinal: int) -> dict[str, object]:
    return {
        "run_id": run.id,
        "source": source,
        "query": query,
        "ordinal": ordinal,
        "state": "pending",
        "pages_done": 0,
        "next_url": "",
        "outcome": "",
        "note": "",
    }


def _search(session: Session, run: Run, item: SerpItem) -> Search:
    """The search of a page, locked; a page that nobody planned (a feed, a crawl by hand) gets one."""
    mine = Search.run_id == run.id, Search.source == item.source, Search.query == storable(item.query)
    find = select(Search).where(*mine).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(find)
    if found is None:
        insert_new(session, Search, [_planned(run, item.source, item.query, 0)])
        found = session.scalars(find).one()
    return found


def _store_page(session: Session, run: Run, item: SerpItem, now: datetime, raw_sha256: str | None) -> bool:
    paid = sum(s.paid for s in item.sightings)
    row = {
        "run_id": run.id,
        "source": item.source,
        "query": item.query,
        "page": item.page,
        "outcome": item.outcome,
        "url": item.url,
        "results": len(item.sightings) - paid,
        "paid": paid,
        "seen_at": item.seen_at or now,
        "note": item.note,
        "raw_sha256": raw_sha256,
        "unresolved": item.unresolved,
        "asked_at": item.asked_at,
        "seconds": item.seconds,
    }
    if insert_new(session, SerpPage, [row]):
        return True
    replaced = session.scalars(
        update(SerpPage)
        .where(
            SerpPage.run_id == run.id,
            SerpPage.source == item.source,
            SerpPage.query == item.query,
            SerpPage.page == item.page,
            SerpPage.outcome.not_in(_FINAL),
        )
        .values(row)
        .returning(SerpPage.id)
    ).all()
    return bool(replaced)


def _key(url: str, unit: Unit) -> SiteKey | None:
    try:
        return unit(url)
    except ValueError:
        return None


def _sighting(run: Run, item: SerpItem, seen: case.Sighting, site_id: int | None, at: datetime) -> dict[str, object]:
    return {
        "run_id": run.id,
        "site_id": site_id,
        "source": seen.source or item.source,  # a page that somebody saved keeps its engine's name
        "query": seen.query or item.query,  # a report has its own number, beside its file
        "page": item.page,
        "position": seen.position,
        "paid": seen.paid,
        "url": seen.url,
        "title": seen.title,
        "snippet": seen.snippet,
        "display_url": seen.display_url,
        "seen_at": at,
    }


def _number_foreign(session: Session, item: SerpItem, rows: list[dict[str, object]]) -> None:
    """Number pages that another way than the source's own search brought, above all that a search asks for.

    Else a page that was saved and one that was crawled for the same words would claim each other's places.
    """
    numbers: dict[tuple[object, object], int] = {}
    for row in rows:
        key = row["source"], row["query"]
        if row["source"] == item.source:
            continue
        if key not in numbers:
            mine = Sighting.run_id == row["run_id"], Sighting.source == key[0], Sighting.query == key[1]
            last = session.scalar(select(func.max(Sighting.page)).where(*mine))
            numbers[key] = max(FOREIGN, last or 0) + 1
        row["page"] = numbers[key]


def _advance(search: Search, item: SerpItem, max_pages: int) -> None:
    search.outcome, search.note = item.outcome, item.note
    if item.outcome in _STATE:
        search.state = _STATE[item.outcome]
    else:
        more = bool(item.next_url) and item.page < max_pages
        search.state = "done" if not more else ("blocked" if search.state == "blocked" else "pending")
    if item.outcome in _FINAL and item.page > search.pages_done:
        search.pages_done, search.next_url = item.page, item.next_url


def _of(run: Run, source: str) -> Update:
    return update(Search).where(Search.run_id == run.id, Search.source == source)
