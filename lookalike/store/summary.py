"""What one run came to, in numbers: counted from the tables, so that a resumed run tells the same."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lookalike.store.models import Assessment, Run, Sighting, Site, Visit


@dataclass(frozen=True, slots=True)
class RunCounts:
    """Numbers of one run."""

    sightings: int
    sites: int
    """Distinct sites that were sighted."""
    visits: dict[str, int]
    """By outcome: ok, partial, failed."""
    cuts: dict[str, int]
    """Refusals and cuts by code, over all visits."""
    bands: dict[str, int]
    """Judged sites by band."""


def run_counts(session: Session, run: Run) -> RunCounts:
    """Count what the run has stored so far."""
    seen = select(func.count(), func.count(func.distinct(Sighting.site_id))).where(Sighting.run_id == run.id)
    sightings, sites = session.execute(seen).one()
    outcomes = select(Visit.outcome, func.count()).where(Visit.run_id == run.id).group_by(Visit.outcome)
    bands = select(Assessment.band, func.count()).where(Assessment.run_id == run.id).group_by(Assessment.band)
    cuts: dict[str, int] = {}
    for counts in session.scalars(select(Visit.counts).where(Visit.run_id == run.id)):
        for code, number in counts.items():
            cuts[code] = cuts.get(code, 0) + number
    return RunCounts(
        sightings,
        sites,
        dict(session.execute(outcomes).all()),
        dict(sorted(cuts.items())),
        dict(session.execute(bands).all()),
    )


def hacked_paths(session: Session, run: Run) -> list[dict[str, str]]:
    """Pages on public bodies' hosts that intruders seem to have put there: a matter for the host's owner, no leads."""
    official = Site.host.endswith(".gov.cn") | (Site.state == "genuine")
    found = session.execute(
        select(Site.host, Assessment.rows)
        .join(Site, Site.id == Assessment.site_id)
        .where(Assessment.run_id == run.id, official)
        .order_by(Site.host, Site.port, Site.scope)
    )
    return [
        {"host": host, "text": row["text"]}
        for host, rows in found
        for row in rows
        if row["signal"] == "gov_path_advert"
    ]
