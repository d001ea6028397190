"""``lookalike schedule``: the nightly timetable, running."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.config import Config, load_config
from lookalike.errors import UsageError

if TYPE_CHECKING:
    from lookalike.ops.schedule import Job
    from lookalike.store.engine import Factory

DIGEST_LATE = timedelta(hours=14)


def schedule(
    once: Annotated[bool, typer.Option("--once", help="Do what is owed now, and end with its exit code.")] = False,
    now: Annotated[
        bool, typer.Option("--now", help="Begin with a night at once, whatever the timetable says.")
    ] = False,
) -> None:
    """Run a night every day at the setting night_at (Beijing), the digest at digest_at; make up for what was missed.

    A night that a kill or a power cut left half done is taken up again. Exit 0: stopped by SIGTERM or Ctrl-C, or with
    --once, nothing was owed or all went well; 2: settings that cannot be used; 3: another schedule runs here already,
    or with --once, a part failed.

    Example: lookalike schedule
    """
    from lookalike.lock import only_one
    from lookalike.ops import logs
    from lookalike.ops.child import Keeper, told_by_signals
    from lookalike.ops.schedule import LOOK, Schedule

    config = load_config()
    if config.now is not None and not once:
        raise UsageError("schedule: the setting now is a fixed clock, by which no day ever passes; remove it")
    logs.configure(config)
    logging.getLogger("lookalike.schedule").setLevel(logging.INFO)
    keeper = Keeper(config.stop_seconds)
    most = config.night_most_hours * 3600
    with only_one(config.home / "schedule.lock"), told_by_signals(keeper):
        jobs = _jobs(config)
        plan = Schedule(jobs, lambda: _now(config), lambda job: keeper.run(job.command, most), _now(config))
        codes = [plan.run(jobs[0])] if now else []
        codes += plan.step()
        while not once and not keeper.wait(LOOK):
            plan.step()
    if once and any(codes):
        raise typer.Exit(2 if 2 in codes else 3)


def _now(config: Config) -> datetime:
    from spiders import clock

    return clock.now(config)


def _jobs(config: Config) -> list[Job]:
    from lookalike.lock import is_held
    from lookalike.opening import open_store
    from lookalike.ops.channels import configured
    from lookalike.ops.history import DIGEST, NIGHT, Latest, latest
    from lookalike.ops.schedule import Job
    from lookalike.ops.timetable import Timetable
    from lookalike.store.engine import reading

    opened: list[Factory] = []

    def newest(kind: str) -> Latest:
        if not opened:
            opened.append(open_store(config))  # the server may not be up yet when this begins
        with reading(opened[0]) as session:
            return latest(session, kind)

    nights = Timetable(config.night_time, timedelta(hours=config.catch_up_hours))
    jobs = [
        Job(
            "今晚的采集",
            ("nightly",),
            nights,
            lambda: newest(NIGHT),
            lambda: is_held(config.home / "nightly.lock"),
        )
    ]
    if configured(config):
        table = Timetable(config.digest_time, DIGEST_LATE)
        pauses = (timedelta(minutes=15),) * 24
        jobs.append(Job("早报", ("digest", "--send"), table, lambda: newest(DIGEST), pauses=pauses))
    return jobs
