"""Jobs that keep the others going: those of dead workers are done again, what nobody waits for is swept away."""

from __future__ import annotations

from procrastinate import Blueprint, JobContext

from lookalike.config import load_config
from lookalike.workers.database import connect, conninfo

QUEUE, NAMESPACE = "upkeep", "upkeep"
STALLED_AFTER = "stalled_after"
"""Key of the worker's own patience in the context of a job: seconds without a sign of life."""
SILENT_MINUTES = 10
"""Minutes without a sign from whoever waits for a batch until it is swept away."""
_OFTEN = "* * * * * */5"
"""Every five seconds; the sixth field is that of seconds."""


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
        if job.id != context.job.id:
            await manager.retry_job(job)


def sweep(timestamp: int) -> None:  # noqa: ARG001 - handed over by the library
    """Drop the batches that nobody waits for any more: their blocks go with them, their jobs find nothing."""
    with connect(conninfo(load_config().database)) as connection:
        connection.execute(
            "DELETE FROM screen_batches WHERE seen_at < now() - make_interval(mins => %s)", [SILENT_MINUTES]
        )
