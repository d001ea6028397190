"""Sites that adverts send their readers to: kept as sightings, and visited the same night."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from lookalike.night import Night
from lookalike.store import sites
from lookalike.store.models import Run
from lookalike.store.models import Sighting as Row
from lookalike.store.upsert import insert_new
from scoring.case import Sighting

TOLD = ("source", "query", "position", "paid", "url", "title", "snippet", "display_url")


def note_onward(night: Night, session: Session, run: Run, found: Iterable[Sighting]) -> int:
    """Keep the sightings, and let their sites wait for a visit; returns how many sites are new."""
    new = 0
    for seen in found:
        try:
            key = night.unit(seen.url)
        except ValueError:
            continue
        if night.reference.genuine(key) is not None:
            continue
        waiting = [sites.Seen(key, seen.url, night.now())]
        ids, fresh = sites.note_seen(session, run, waiting, revisit_after=night.revisit_after)
        row = {"run_id": run.id, "site_id": ids[key], "page": 0, "seen_at": night.now()}
        insert_new(session, Row, [row | {name: getattr(seen, name) for name in TOLD}])
        new += fresh
    return new
