"""Work that takes longer than an answer may: done in a thread of this process, its state read by whoever comes back.

What a job made lies in the store; a job itself is forgotten with the process, and the newest ones push out the oldest.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from lookalike.errors import LookalikeError

logger = logging.getLogger("lookalike.web")
KEPT = 100
WAITING = 20
"""Jobs of one kind that wait or run at most; more are turned away."""
State = Literal["waiting", "running", "done", "failed"]


class TooManyJobs(LookalikeError):
    """So much is waiting that nothing more is taken on."""


@dataclass(slots=True)
class Job:
    """One piece of work."""

    id: str
    kind: str
    by: str
    at: datetime
    state: State = "waiting"
    read: int = 0
    of: int = 0
    result: Any = None
    why: str = ""
    """Why it failed: one line for people."""

    def progress(self, read: int, of: int) -> None:
        """How far it is."""
        self.read, self.of = read, of

    @property
    def over(self) -> bool:
        """Whether nothing more happens."""
        return self.state in {"done", "failed"}


@dataclass(slots=True)
class Jobs:
    """All jobs of this process; of one kind one runs at a time."""

    _jobs: dict[str, Job] = field(default_factory=dict)
    _turns: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, kind: str, by: str, now: datetime, work: Callable[[Job], Any]) -> Job:
        """Begins, or queues up. Raises TooManyJobs."""
        job = Job(secrets.token_urlsafe(9), kind, by, now)
        with self._lock:
            if sum(1 for one in self._jobs.values() if one.kind == kind and not one.over) >= WAITING:
                raise TooManyJobs(f"{kind}: {WAITING} are waiting already; try again later")
            over = [one.id for one in self._jobs.values() if one.over]
            for old in over[: max(0, len(self._jobs) - KEPT)]:
                del self._jobs[old]
            self._jobs[job.id] = job
            turn = self._turns.setdefault(kind, threading.Lock())
        threading.Thread(target=_run, args=(job, turn, work), name=f"job-{kind}", daemon=True).start()
        return job

    def get(self, number: str, kind: str) -> Job | None:
        """A job of this kind; None where this process knows none."""
        job = self._jobs.get(number)
        return job if job is not None and job.kind == kind else None

    def newest(self, kind: str) -> Job | None:
        """The job of this kind that was started last."""
        with self._lock:
            return next((job for job in reversed(self._jobs.values()) if job.kind == kind), None)


def _run(job: Job, turn: threading.Lock, work: Callable[[Job], Any]) -> None:
    with turn:
        job.state = "running"
        try:
            job.result = work(job)
            job.state = "done"
        except LookalikeError as error:
            job.why, job.state = str(error), "failed"
        except Exception:
            number = secrets.token_hex(4)
            logger.exception("E_%s job %s", number, job.kind)
            job.why, job.state = f"E_{number}", "failed"
