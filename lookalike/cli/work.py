"""``lookalike work``: a worker, when the work is spread over machines."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from lookalike.config import load_config


def work(
    once: Annotated[bool, typer.Option("--once", help="End when no job is left, instead of waiting for more.")] = False,
    stalled_after: Annotated[
        float, typer.Option(min=1, help="Seconds without a sign of life until a worker's jobs go to others.")
    ] = 30.0,
) -> None:
    """Do the jobs that other machines put into the PostgreSQL database; one process a processor is the right number.

    Example: LOOKALIKE_DATABASE_URL=postgresql://user@host/name lookalike work
    """
    from lookalike.workers.database import conninfo

    config = load_config()
    url = config.database
    conninfo(url)
    from lookalike.ops import logs
    from lookalike.workers.app import work as run

    logs.configure(config)
    for name in ("procrastinate", "alembic"):  # what the engine says of every job is no news
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    logging.getLogger("lookalike.workers").setLevel(logging.INFO)
    if not once:
        sys.stderr.write("等待任务；Ctrl-C 或 SIGTERM 停止（手上的交还给其他进程）\n")
    run(url, stalled_after=stalled_after, until_empty=once)
