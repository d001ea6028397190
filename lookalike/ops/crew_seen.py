"""What the database of jobs says of the workers: who is there, who fell silent, who is unlike us, what waits.

Times are the database's own: workers' clocks, and ours, may differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from lookalike.fingerprints import of_program
from lookalike.workers.database import SCHEMA

JOB_STATES = ("todo", "doing", "failed")
FORGOTTEN = "1 day"
"""A worker that has been silent for longer is not told of any more."""
LATELY = "7 days"
"""Jobs that failed before that are not told of any more."""

_MEMBERS = f"""
SELECT host, pid, browser, seen_at, coalesce(to_jsonb(m)->>'program', '') AS program,
  seen_at > now() - make_interval(secs => greatest(patience, 10)) AS lives,
  coalesce((SELECT why FROM {SCHEMA}.night_events e WHERE e.member = m.id AND e.what = 'unfit'
    AND e.run = (SELECT max(run) FROM {SCHEMA}.nights) ORDER BY e.id DESC LIMIT 1), '') AS unfit
FROM {SCHEMA}.members m
WHERE ended_at IS NULL AND seen_at > now() - CAST(:forgotten AS interval) AND NOT EXISTS (
  SELECT 1 FROM run WHERE state = 'running' AND summary->'holder'->>'host' = m.host
  AND summary->'holder'->>'pid' = m.pid::text)
ORDER BY host, pid
"""  # noqa: S608 - the schema's name is ours; whoever runs the night is registered as well, and no worker
_JOBS = f"""
SELECT status::text AS state, count(*) AS jobs FROM {SCHEMA}.procrastinate_jobs j
WHERE status IN ('todo', 'doing') OR status = 'failed' AND EXISTS (
  SELECT 1 FROM {SCHEMA}.procrastinate_events e WHERE e.job_id = j.id AND e.at > now() - CAST(:lately AS interval))
GROUP BY 1
"""  # noqa: S608 - as above


@dataclass(frozen=True, slots=True)
class Worker:
    """One process of ``lookalike work`` that has not said good-bye."""

    host: str
    pid: int
    browser: bool
    lives: bool
    """Whether it was heard within the time that it said itself."""
    heard: datetime
    unlike: bool
    """Whether it has another program than this process."""
    unfit: str
    """Why it took no part in the newest night that was spread; empty: it did, or there was nothing for it."""

    @property
    def name(self) -> str:
        """Machine and process."""
        return f"{self.host}:{self.pid}"


@dataclass(frozen=True, slots=True)
class CrewSeen:
    """All of them, and the jobs by state."""

    workers: tuple[Worker, ...] = ()
    jobs: Mapping[str, int] = field(default_factory=dict)

    @property
    def living(self) -> tuple[Worker, ...]:
        """Those that are there."""
        return tuple(worker for worker in self.workers if worker.lives)

    @property
    def silent(self) -> tuple[Worker, ...]:
        """Those that fell silent without a good-bye."""
        return tuple(worker for worker in self.workers if not worker.lives)


def crew_seen(session: Session) -> CrewSeen | None:
    """None where work is not spread: another database, or no worker has ever been there."""
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return None
    if session.scalar(text("SELECT to_regclass(:name)"), {"name": f"{SCHEMA}.members"}) is None:
        return None
    rows = session.execute(text(_MEMBERS), {"forgotten": FORGOTTEN})
    workers = tuple(
        Worker(row.host, row.pid, row.browser, row.lives, row.seen_at, row.program != of_program(), row.unfit)
        for row in rows
    )
    counted = {row.state: row.jobs for row in session.execute(text(_JOBS), {"lately": LATELY})}
    return CrewSeen(workers, {state: counted.get(state, 0) for state in JOB_STATES})
