"""The engine: which jobs there are, and a worker that does them. Each kind of job has a file of its own."""

from __future__ import annotations

from procrastinate import App, PsycopgConnector

from lookalike.workers import screening, upkeep
from lookalike.workers.database import conninfo, ensure, search_path

JOBS = (screening, upkeep)
"""Modules with ``blueprint()``, ``NAMESPACE`` and ``QUEUE``; a new kind of job is one more."""
STALLED_AFTER = 30.0
"""Seconds without a sign of life after which a worker counts as dead."""


def make_app(info: str) -> App:
    """The engine on a database of jobs (as ``conninfo`` gives it), with every kind of job."""
    session = {"options": search_path(), "application_name": "lookalike work"}
    app = App(connector=PsycopgConnector(conninfo=info, min_size=1, max_size=4, kwargs=session))
    for module in JOBS:
        app.add_tasks_from(module.blueprint(), namespace=module.NAMESPACE)
    return app


def work(url: str, *, stalled_after: float = STALLED_AFTER, until_empty: bool = False) -> None:
    """Do jobs until a signal comes (then the job at hand is ended first), or until none is left."""
    info = conninfo(url)
    ensure(info)
    make_app(info).run_worker(
        wait=not until_empty,
        delete_jobs="successful",
        update_heartbeat_interval=stalled_after / 3,
        stalled_worker_timeout=stalled_after,
        fetch_job_polling_interval=2.0,
        additional_context={upkeep.STALLED_AFTER: stalled_after},
    )
