"""Tips as they are kept: one row a report, however often it is read in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lookalike.store import models
from lookalike.store.models import Run, SerpPage
from lookalike.store.upsert import insert_new
from spiders.clock import CHINA
from spiders.feeds.tip import Tip
from spiders.feeds.tip_items import SOURCE

_CHUNK = 500


def record(session: Session, run: Run, file: str, tips: Sequence[Tip], now: datetime) -> frozenset[str]:
    """Keeps the reports that nobody has read in before and returns their fingerprints; the others are counted again.

    Two of ``tips`` that say the same are one report, read in twice.
    """
    first: dict[str, Tip] = {}
    times: dict[str, int] = {}
    for tip in tips:
        fingerprint = tip.fingerprint
        first.setdefault(fingerprint, tip)
        times[fingerprint] = times.get(fingerprint, 0) + 1
    ordered = sorted(first)  # one order everywhere: no deadlocks
    made = insert_new(session, models.Tip, [_row(run, file, f, first[f], times[f], now) for f in ordered])
    new = _fingerprints(session, made)
    for fingerprint in ordered:
        if fingerprint not in new:
            again = update(models.Tip).where(models.Tip.fingerprint == fingerprint)
            session.execute(again.values(seen=models.Tip.seen + times[fingerprint]))
    return new


def known(session: Session, fingerprints: Iterable[str]) -> frozenset[str]:
    """Those of the reports that are kept already."""
    wanted = sorted(set(fingerprints))
    found: set[str] = set()
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        found.update(session.scalars(select(models.Tip.fingerprint).where(models.Tip.fingerprint.in_(chunk))))
    return frozenset(found)


def by_fingerprint(session: Session, fingerprint: str) -> models.Tip:
    """The tip of a fingerprint that is kept."""
    return session.scalars(select(models.Tip).where(models.Tip.fingerprint == fingerprint)).one()


def piece_stored(session: Session, run: Run, source: str, query: str, page: int) -> bool:
    """Whether this run has stored a piece of a file: then nothing of it is counted again."""
    mine = SerpPage.run_id == run.id, SerpPage.source == source, SerpPage.query == query, SerpPage.page == page
    return session.scalar(select(SerpPage.id).where(*mine, SerpPage.outcome.in_(("results", "none")))) is not None


def as_sightings(session: Session, lead_ids: Iterable[int]) -> defaultdict[int, list[dict[str, Any]]]:
    """By lead without a site, the reports that tell of it, as the list of leads shows sightings; the oldest first."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    mine = select(models.Tip).where(models.Tip.lead_id.in_(list(lead_ids))).order_by(models.Tip.id)
    for tip in session.scalars(mine):
        found[tip.lead_id or 0].append(
            {
                "source": SOURCE,
                "query": tip.number or f"{tip.file} 第 {tip.row} 行",
                "position": len(found[tip.lead_id or 0]) + 1,
                "paid": False,
                "seen_at": (tip.received_at or tip.imported_at).astimezone(CHINA).isoformat(),
                "url": "",
                "title": "",
                "snippet": tip.text,
            }
        )
    return found


def _row(run: Run, file: str, fingerprint: str, tip: Tip, seen: int, now: datetime) -> dict[str, object]:
    return {
        "run_id": run.id,
        "fingerprint": fingerprint,
        "file": file,
        "row": tip.row,
        "number": tip.number,
        "channel": tip.channel,
        "area": tip.area,
        "received_at": tip.received_at,
        "imported_at": now,
        "text": tip.text,
        "urls": list(tip.urls),
        "contacts": [{"type": kind, "value": value} for kind, value in tip.contacts],
        "seen": seen,
    }


def _fingerprints(session: Session, ids: Sequence[int]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        rows = select(models.Tip.fingerprint).where(models.Tip.id.in_(ids[start : start + _CHUNK]))
        found.update(session.scalars(rows))
    return frozenset(found)
