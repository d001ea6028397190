"""``lookalike work``: a worker, when the work is spread over machines."""

from __future__ import annotations

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

    url = load_config().database
    conninfo(url)
    from lookalike.workers.app import work as run

    if not once:
        sys.stderr.write("等待任务；Ctrl-C 或 SIGTERM 停止（先做完手上的一个）\n")
    run(url, stalled_after=stalled_after, until_empty=once)
