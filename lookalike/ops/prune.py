"""Lets go of what nobody needs as evidence: rows first, in one transaction with the audit entry, then the files.

A kill between the two leaves files that no row names; the run remembers them, and the next prune deletes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lookalike.config import Config
from lookalike.opening import open_blobs
from lookalike.ops import letting_go
from lookalike.store import audit, runs
from lookalike.store.blobs import Blobs, Missing
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Run, SerpPage, Visit
from spiders.clock import CHINA

KIND = "prune"
AT_ONCE = 200
"""Rows that one transaction lets go."""


@dataclass(slots=True)
class Pruned:
    """What was, or would be, let go."""

    applied: bool
    visits: int = 0
    pages: int = 0
    files: int = 0
    bytes: int = 0

    def as_json(self) -> dict[str, Any]:
        """As ``prune --json`` prints it."""
        counts = {"visits": self.visits, "pages": self.pages, "files": self.files, "bytes": self.bytes}
        return {"applied": self.applied, **counts}


def look(config: Config, factory: Factory, now: datetime) -> Pruned:
    """What ``prune`` would let go; changes nothing. Files that other rows name as well are counted too."""
    found = Pruned(applied=False)
    blobs = open_blobs(config)
    with reading(factory) as session:
        kept, after = letting_go.leads_kept(session), 0
        while True:
            visits, after = letting_go.visits(session, _before(now, config.keep_days), after, kept, AT_ONCE)
            found.visits += len(visits)
            _count(found, blobs, _held_by_visits(visits))
            if not after:
                break
        after = 0
        while pages := letting_go.pages(session, _before(now, config.keep_pages_days), after, kept, AT_ONCE):
            found.pages += len(pages)
            _count(found, blobs, _held_by_pages(pages))
            after = pages[-1].id
    return found


def prune(config: Config, factory: Factory, now: datetime, who: str) -> Pruned:
    """Lets it go, part by part; a repeat, also after a kill, goes on where it stopped."""
    done, blobs = Pruned(applied=True), open_blobs(config)
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, KIND, now, {})
    _delete(factory, blobs, run, done)
    after = 0
    while True:
        after = _visits(config, factory, now, who, run, done, after)
        _delete(factory, blobs, run, done)
        if not after:
            break
    while _pages(config, factory, now, who, run, done):
        _delete(factory, blobs, run, done)
    with writing(factory) as session:
        mine = session.get_one(Run, run.id)
        runs.note_step(session, mine, "pruned", done.as_json())
        runs.finish(session, mine, now)
    return done


def _visits(config: Config, factory: Factory, now: datetime, who: str, run: Run, done: Pruned, after: int) -> int:
    """Lets one part of the visits go; returns where to go on from, 0 at the end."""
    before = _before(now, config.keep_days)
    with writing(factory) as session:
        kept = letting_go.leads_kept(session)  # asked again: something may have been handed over meanwhile
        chosen, following = letting_go.visits(session, before, after, kept, AT_ONCE)
        held = _held_by_visits(chosen)
        for visit in chosen:
            visit.warc_sha256 = visit.rendered_sha256 = None
            day = now.astimezone(CHINA).date().isoformat()
            visit.why = "；".join(filter(None, (visit.why, f"原始记录已按保存期限于 {day} 删除")))
        _note(session, now, who, run, {"visits": [visit.id for visit in chosen]}, held, before)
    done.visits += len(chosen)
    return following


def _pages(config: Config, factory: Factory, now: datetime, who: str, run: Run, done: Pruned) -> bool:
    before = _before(now, config.keep_pages_days)
    with writing(factory) as session:
        chosen = letting_go.pages(session, before, 0, letting_go.leads_kept(session), AT_ONCE)
        held = _held_by_pages(chosen)
        for page in chosen:
            page.raw_sha256 = None
        _note(session, now, who, run, {"pages": [page.id for page in chosen]}, held, before)
    done.pages += len(chosen)
    return bool(chosen)


def _note(
    session: Session,
    now: datetime,
    who: str,
    run: Run,
    rows: dict[str, list[int]],
    held: Sequence[str],
    before: datetime,
) -> None:
    """What goes, in the audit trail and in the run, before it goes."""
    session.flush()
    going = letting_go.unnamed(session, held)
    runs.note_step(session, run, "going", going)
    if any(rows.values()):
        audit.note(session, now, who, KIND, before={**rows, "files": going}, after={"older_than": before.isoformat()})


def _delete(factory: Factory, blobs: Blobs, run: Run, done: Pruned) -> None:
    """Deletes what the run remembers, as far as still nobody names it."""
    with reading(factory) as session:
        remembered = session.get_one(Run, run.id).summary.get("going", [])
        going = letting_go.unnamed(session, remembered)
    for digest in going:
        try:
            done.bytes += blobs.delete(digest)
        except Missing:
            continue  # gone already, before a kill
        done.files += 1


def _held_by_visits(visits: Sequence[Visit]) -> list[str]:
    return [one for visit in visits for one in (visit.warc_sha256, visit.rendered_sha256) if one]


def _held_by_pages(pages: Sequence[SerpPage]) -> list[str]:
    return [page.raw_sha256 for page in pages if page.raw_sha256]


def _count(found: Pruned, blobs: Blobs, held: Sequence[str]) -> None:
    for digest in held:
        try:
            found.bytes += blobs.size(digest)
        except (Missing, OSError):
            continue
        found.files += 1


def _before(now: datetime, days: float) -> datetime:
    return now - timedelta(days=days)
