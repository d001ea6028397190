"""The timetable, running: what is owed is begun as a process of its own, tried again when it failed, never twice.

What was done stands in the store, not here: whoever restarts this loses nothing and repeats nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lookalike.errors import StoreError
from lookalike.ops.history import Latest
from lookalike.ops.timetable import Timetable
from spiders.clock import CHINA

PAUSES = (timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1))
"""Between the tries of one night; after the last one the next night is waited for."""
LOOK = 30.0
"""Seconds between two looks at the clock: a machine that slept, or a clock that was set, is noticed by then."""
OVERRAN = 124
"""What a command gives that was ended because it took too long (as ``timeout`` does)."""

logger = logging.getLogger("lookalike.schedule")


@dataclass(slots=True)
class Job:
    """One thing that comes once a day."""

    name: str
    """Chinese, for the log."""
    command: tuple[str, ...]
    """Its command line, without the program."""
    table: Timetable
    latest: Callable[[], Latest]
    """What the store says of it."""
    busy: Callable[[], bool] = lambda: False
    """Whether a living process is at it already."""
    pauses: Sequence[timedelta] = PAUSES
    due: datetime | None = field(default=None, init=False)
    tries: int = field(default=0, init=False)
    not_before: datetime | None = field(default=None, init=False)
    told_next: datetime | None = field(default=None, init=False)


@dataclass(slots=True)
class Schedule:
    """Looks what is owed, and has it done; ``run`` gives the exit code of a job's command."""

    jobs: Sequence[Job]
    now: Callable[[], datetime]
    run: Callable[[Job], int]
    since: datetime
    """Since when it watches: what never ran was not missed before."""

    def step(self) -> list[int]:
        """One look: does what is owed, and gives the exit codes of what was begun."""
        return [self._do(job) for job in self.jobs if self._is_owed(job)]

    def _is_owed(self, job: Job) -> bool:
        now = self.now()
        due = job.table.last_due(now)
        if job.due != due:
            job.due, job.tries, job.not_before = due, 0, None
        if job.tries > len(job.pauses) or (job.not_before is not None and now < job.not_before):
            return False
        try:
            latest = job.latest()
        except StoreError as error:
            logger.warning("%s：暂时读不到数据库（%s），稍后再看", job.name, error)
            return False
        owed = latest.left or job.table.owed(now, latest.at or self.since)
        if owed and job.busy():
            return False
        if not owed:
            self._tell_next(job, now)
        return owed

    def _do(self, job: Job) -> int:
        job.tries += 1
        begun = self.now()
        late = begun - (job.due or begun)
        behind = f"，晚 {_span(late)}" if late > timedelta(minutes=2) else ""
        logger.info("%s 开始（第 %d 次尝试%s）", job.name, job.tries, behind)
        code = self.run(job)
        now = self.now()
        if code == OVERRAN:
            job.tries = len(job.pauses) + 1
            logger.error("%s 超过规定时长，已停止；下一次从中断处继续", job.name)
        elif job.tries <= len(job.pauses):
            job.not_before = now + job.pauses[job.tries - 1]
        logger.info("%s 结束，退出码 %d，用时 %s", job.name, code, _span(now - begun))
        return code

    def _tell_next(self, job: Job, now: datetime) -> None:
        following = job.table.next_due(now)
        if job.told_next != following:
            job.told_next = following
            logger.info("%s：下一次 %s（北京时间）", job.name, following.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"))


def _span(length: timedelta) -> str:
    minutes = max(0, int(length.total_seconds())) // 60
    return f"{minutes // 60} 小时 {minutes % 60} 分" if minutes >= 60 else f"{minutes} 分"
