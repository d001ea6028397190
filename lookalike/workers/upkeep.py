"""Jobs that keep the others going: those of dead workers are done again, what nobody waits for is swept away."""

from __future__ import annotations

from contextlib import suppress
from typing import LiteralString

from procrastinate import Blueprint, JobContext
from procrastinate.exceptions import ConnectorException

from lookalike.config import load_config
from lookalike.workers.database import connect, conninfo

QUEUE, NAMESPACE = "upkeep", "upkeep"
STALLED_AFTER = "stalled_after"
"""Key of the worker's own patience in the context of a job: seconds without a sign of life."""
SILENT_MINUTES = 10
"""Minutes without a sign from whoever waits for a batch until it is swept away."""
LEFT = frozenset({"night:step"})
"""Jobs that are not done again: whoever runs the night sees to it that its batches are."""
NIGHTS_KEPT = 30
"""Nights whose batches and events are kept."""
_OFTEN = "* * * * * */5"
"""Every five seconds; the sixth field is that of seconds."""

_OLD_NIGHTS: tuple[LiteralString, ...] = (
    "DELETE FROM night_batches WHERE run <= (SELECT max(run) FROM nights) - %s",
    "DELETE FROM night_events WHERE run <= (SELECT max(run) FROM nights) - %s",
    "DELETE FROM night_spent WHERE run <= (SELECT max(run) FROM nights) - %s",
    "DELETE FROM nights WHERE run <= (SELECT max(run) FROM nights) - %s",
)


def blueprint() -> Blueprint:
    """The jobs for one engine; a blueprint takes the name of its engine for good, so each has its own."""
    jobs = Blueprint()
    again = jobs.task(name="stalled", queue=QUEUE, queueing_lock="stalled", pass_context=True, priority=10)(stalled)
    jobs.periodic(cron=_OFTEN)(again)
    jobs.periodic(cron="*/10 * * * *")(jobs.task(name="sweep", queue=QUEUE, queueing_lock="sweep")(sweep))
    return jobs


async def stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - handed over by the library
    """Give the jobs of workers that died to others."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=context.additional_context[STALLED_AFTER]):
        if job.id != context.job.id and job.task_name not in LEFT:
            with suppress(ConnectorException):  # somebody else was faster, or it has ended by itself
                await manager.retry_job(job)


def sweep(timestamp: int) -> None:  # noqa: ARG001 - handed over by the library
    """Drop the batches that nobody waits for any more, their blocks with them, and what old nights left behind."""
    with connect(conninfo(load_config().database)) as connection:
        connection.execute(
            "DELETE FROM screen_batches WHERE seen_at < now() - make_interval(mins => %s)", [SILENT_MINUTES]
        )
        connection.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = ANY(%s) AND status = 'doing' AND worker_id IS NULL",
            [list(LEFT)],
        )
        connection.execute("DELETE FROM pace WHERE next_at < now() - interval '1 hour'")
        for statement in _OLD_NIGHTS:
            connection.execute(statement, [NIGHTS_KEPT])
