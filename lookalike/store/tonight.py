"""What nights came to, for the page about them: a finished one from its summary, a running one from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lookalike.store.leads import SHOWN
from lookalike.store.models import Assessment, Lead, Run, Sighting
from lookalike.store.source_counts import source_counts
from lookalike.store.sources import FINISHED
from lookalike.store.summary import hacked_paths, run_counts

KIND = "nightly"
HISTORY = 14
"""Finished runs that a night is held against."""
LISTED = 30
"""Runs that are listed."""
_LOOKED_THROUGH = 10
"""For each run of the history, how many are looked through for one of the same world."""


@dataclass(frozen=True, slots=True)
class Told:
    """One night: its row, what it came to, and the comparable ones before it, the newest first."""

    run: Run
    summary: dict[str, Any]
    """As ``nightly --json`` prints it; of a running night what is known by now."""
    before: tuple[dict[str, Any], ...]
    """The same of the finished nights of the same world before it, 14 at most."""


def night(session: Session, number: int | None = None) -> Told | None:
    """One night, without a number the newest; None: there is none."""
    mine = select(Run).where(Run.kind == KIND)
    mine = mine.where(Run.id == number) if number is not None else mine.order_by(Run.id.desc()).limit(1)
    run = session.scalar(mine)
    if run is None:
        return None
    return Told(run, run.summary.get("night") or _so_far(session, run), _before(session, run))


def listing(session: Session) -> Sequence[Run]:
    """The newest nights, the newest first."""
    return session.scalars(select(Run).where(Run.kind == KIND).order_by(Run.id.desc()).limit(LISTED)).all()


def leads_new(session: Session, run: Run) -> dict[str, int]:
    """By source how many leads it showed that are leads since this run; one that two sources showed counts for both."""
    earlier = aliased(Assessment)
    was_lead = select(earlier.id).where(earlier.site_id == Lead.site_id, earlier.run_id < run.id)
    found = session.execute(
        select(Sighting.source, func.count(func.distinct(Lead.id)))
        .join(Lead, Lead.site_id == Sighting.site_id)
        .join(Assessment, (Assessment.site_id == Lead.site_id) & (Assessment.run_id == run.id))
        .where(Sighting.run_id == run.id, Assessment.band.in_(SHOWN))
        .where(~was_lead.where(earlier.band.in_(SHOWN)).exists())
        .group_by(Sighting.source)
    )
    return {source: number for source, number in found}  # noqa: C416 - rows are no pairs to the type checker


def _so_far(session: Session, run: Run) -> dict[str, Any]:
    """Of a night that has not ended, or that was given up, what its rows tell."""
    counts, new = run_counts(session, run), leads_new(session, run)
    sources = {
        name: told.as_json() | {"leads_new": new.get(name, 0)} for name, told in source_counts(session, run).items()
    }
    return {
        "sources": sources,
        "sightings": counts.sightings,
        "sites": counts.sites,
        "visits": counts.visits,
        "cuts": counts.cuts,
        "bands": counts.bands,
        "leads_new": sum(run.summary.get(step, {}).get("leads_new", 0) for step in ("score", "tips")),
        "hacked": hacked_paths(session, run),
        "alarms": [],
        "notes": [],
        "failed": [],
        "unvisited": {},
    }


def _before(session: Session, run: Run) -> tuple[dict[str, Any], ...]:
    """Which nights are alike is read without their summaries, which are large."""
    finished = select(Run.id, Run.options).where(Run.kind == KIND, Run.state.in_(FINISHED), Run.id < run.id)
    newest = session.execute(finished.order_by(Run.id.desc()).limit(HISTORY * _LOOKED_THROUGH)).all()
    alike = [number for number, options in newest if _world(options) == _world(run.options)][:HISTORY]
    rows = session.scalars(select(Run).where(Run.id.in_(alike)).order_by(Run.id.desc()))
    return tuple(row.summary["night"] for row in rows if "night" in row.summary)


def _world(options: Any) -> tuple[str, bool]:
    """A rehearsal on a range (a fixed clock, other seeds) is no yardstick for a real night."""
    known = options if isinstance(options, dict) else {}
    return str(known.get("seeds", "")), bool(known.get("clock"))
