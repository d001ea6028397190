"""The jobs of a night: each lets a worker take part in one step of it, until no batch of the step is left."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from procrastinate import Blueprint, JobContext

from lookalike.config import Config
from lookalike.errors import LookalikeError, Passing
from lookalike.memory import give_back
from lookalike.night import Night
from lookalike.opening import open_store
from lookalike.ops import logs
from lookalike.store.engine import Factory, reading, writing
from lookalike.workers.again import again
from lookalike.workers.batches import Claims, told_of
from lookalike.workers.hands import lend
from lookalike.workers.shipped import as_told

QUEUE, NAMESPACE, TASK = "night", "night", "night:step"
QUEUES = {"discover": "discovery", "visit": QUEUE, "score": QUEUE, "render": "browsing"}
"""By step: sources mostly wait, a browser is not everywhere."""
HANDS = "hands"
"""Key of the worker's ``Hands`` in the context of a job."""

logger = logging.getLogger(__name__)


@dataclass
class Hands:
    """What one worker process keeps from job to job."""

    config: Config
    member: int
    name: str
    """Machine and process, for people."""
    dress: Callable[[Night], Night] = lambda night: night
    """Adds what only this process has: the pace that all keep together."""
    doing: set[asyncio.Task[object]] = field(default_factory=set)
    """Jobs under way, for whoever is told to stop."""
    night: Night | None = None
    unfit: dict[int, str] = field(default_factory=dict)
    """By night: why this process cannot take part in it, until it is started anew."""

    @cached_property
    def factory(self) -> Factory:
        """The store."""
        return open_store(self.config)

    def night_of(self, run: int) -> Night:
        """The night of a run, prepared once. Raises LookalikeError where this worker is unlike the night's others."""
        if run in self.unfit:
            raise LookalikeError(self.unfit[run])
        if self.night is None or self.night.run_id != run:
            with reading(self.factory) as session:
                told = told_of(session, run)
            try:
                self.night = self.dress(as_told(told, run, self.config, self.factory))
            except Passing:
                raise
            except LookalikeError as error:
                self.unfit[run] = str(error)
                raise
            logs.bind(run=run)
        return self.night


def blueprint() -> Blueprint:
    """The job for one engine; a blueprint takes the name of its engine for good, so each has its own."""
    jobs = Blueprint()
    jobs.task(name="step", queue=QUEUE, pass_context=True)(step)
    return jobs


async def step(context: JobContext, run: int, step: str) -> None:
    """Take part. What goes wrong is told with the batches; a worker that cannot take part says so and lets others."""
    hands: Hands = context.additional_context[HANDS]
    task = asyncio.current_task()
    assert task is not None
    hands.doing.add(task)
    try:
        night = hands.night_of(run)
        logger.info("参与第 %d 次运行：%s", run, step)
        await lend(night, step, hands.member)
        await again(lambda: _clock(hands, night, step))
    except Passing as error:
        logger.warning("第 %d 次运行的 %s 中断：%s；剩下的由下一个任务接着做", run, step, error)
    except LookalikeError as error:
        logger.error("不能参与第 %d 次运行的 %s：%s", run, step, error)  # noqa: TRY400 - one line for people
        why = str(error)
        await again(lambda: _unfit(hands, run, step, why))
        await asyncio.sleep(1.0)  # let others take the job first
    finally:
        hands.doing.discard(task)
        give_back()


def _clock(hands: Hands, night: Night, step: str) -> None:
    """Whether this machine's clock went back meanwhile is told with the night."""
    night.clock.look(step)
    jumps, night.clock.jumps = night.clock.jumps, []
    for jump in jumps:
        with writing(night.factory) as session:
            told = json.dumps({**jump, "worker": hands.name}, ensure_ascii=False)
            Claims(night.run_id, step, hands.member).note(session, "clock", why=told)


def _unfit(hands: Hands, run: int, step: str, why: str) -> None:
    with writing(hands.factory) as session:
        Claims(run, step, hands.member).note(session, "unfit", why=why)
