"""A night over an invented internet, in one process that may be killed at any moment; used by the crash tests.

Every step that is committed is acknowledged in a log first thing after the commit, as a caller would rely on it.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select

from lookalike.store import assessments, leads, runs, searches, sites
from lookalike.store.blobs import Blobs
from lookalike.store.engine import Factory, open_engine, session_factory, writing
from lookalike.store.models import Base, Lead, Run, SerpPage, Sighting, Site, Visit
from lookalike.store.visits import StoredVisit, record_visit
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, judge, make_page, make_visit

QUERIES = [f"证书 {n}" for n in range(8)]
PAGES = 3
SITES = 24


def urls_of(query: str, page: int) -> list[str]:
    """Five results; most sites are found by several queries."""
    first = QUERIES.index(query) * 5 + page * 3
    return [f"http://s{(first + n) % SITES}.example/{page}" for n in range(5)]


def night(url: str, home: Path, kill_at: int = 0, *, owner: str = "w1") -> None:
    """Works until nothing is left; kills itself at the ``kill_at``-th statement (0: never)."""
    engine = open_engine(url)
    if kill_at:
        _kill_at(engine, kill_at)
    factory = session_factory(engine)
    log = os.open(home / "log", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    blobs = Blobs(home / "captures")
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
        sites.release_stale(session, run, owner=owner)
        searches.plan(session, run, "baidu", QUERIES)
    for kind, key in _steps(factory, run, blobs, owner):
        os.write(log, f"{json.dumps([owner, kind, key])}\n".encode())
    engine.dispose()


def _steps(factory: Factory, run: Run, blobs: Blobs, owner: str) -> Iterator[tuple[str, Any]]:
    while True:
        with factory() as session:
            rows = searches.pending(session, run, "baidu")
        if not rows:
            break
        for row in rows:
            item = make_page(
                *urls_of(row.query, row.page), query=row.query, page=row.page, next_url="http://s.example/"
            )
            with writing(factory) as session:
                searches.record_page(session, run, item, max_pages=PAGES, now=NIGHT, unit=site_key)
            yield "page", [row.query, row.page]
    while True:
        with writing(factory) as session:
            jobs = sites.lease(session, run, owner, 3)
        if not jobs:
            break
        for job in jobs:
            stored = StoredVisit(document_sha256=blobs.put(f"document of {job.key}".encode()))
            with writing(factory) as session:
                record_visit(session, run, job.id, make_visit(job.urls[0]), stored)
            yield "visit", [str(job.key), stored.document_sha256]
    with factory() as session:
        due = assessments.due(session, run)
    for site in due:
        with writing(factory) as session:
            score = float(int(site.host[1:].partition(".")[0]) * 4)
            leads.record(session, run, site, judge(score), contacts=[], now=NIGHT)
        yield "lead", site.host


def _kill_at(engine: Engine, number: int) -> None:
    left = [number]

    def count(*_: object) -> None:
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)


def outcome(factory: Factory) -> dict[str, Any]:
    """What the night came to, without the numbers that depend on the order of work."""
    with factory() as session:
        return {
            "pages": sorted(session.execute(select(SerpPage.query, SerpPage.page, SerpPage.results)).all()),
            "sightings": sorted(
                session.execute(select(Sighting.query, Sighting.page, Sighting.position, Sighting.url)).all()
            ),
            "sites": sorted(session.execute(select(Site.host, Site.state, Site.alive, Site.lease_owner)).all()),
            "visits": sorted(
                session.execute(select(Site.host, Visit.document_sha256).join(Visit, Visit.site_id == Site.id)).all()
            ),
            "leads": sorted(session.execute(select(Lead.host, Lead.score, Lead.band)).all()),
            "rows": {t.name: len(session.execute(select(t)).all()) for t in Base.metadata.sorted_tables},
        }


def acknowledged(home: Path) -> list[tuple[str, str, Any]]:
    """Owner, kind and key of every step that was acknowledged, in order."""
    if not (home / "log").exists():
        return []
    return [tuple(json.loads(line)) for line in (home / "log").read_text().splitlines()]
