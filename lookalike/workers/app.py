"""The engine: which jobs there are, and a worker that does them. Each kind of job has a file of its own.

A worker is one process with one reactor for its life, since a reactor cannot be started twice and starting a process
for every batch would cost more than the batch.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException

from lookalike.config import Config, load_config
from lookalike.errors import StoreError
from lookalike.night import Night
from lookalike.workers import nights, screening, upkeep
from lookalike.workers.database import conninfo, ensure, search_path
from lookalike.workers.member import Member
from lookalike.workers.pace import SharedPace

JOBS = (screening, upkeep, nights)
"""Modules with ``blueprint()``, ``NAMESPACE`` and ``QUEUE``; a new kind of job is one more."""
STALLED_AFTER = 30.0
"""Seconds without a sign of life after which a worker counts as dead."""
SOURCES_AT_ONCE = 6
"""Sources that one worker asks at the same time: each is asked slowly."""
BACK_OFF = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before the database is tried again, the last one for ever."""

logger = logging.getLogger(__name__)


def make_app(info: str) -> App:
    """The engine on a database of jobs (as ``conninfo`` gives it), with every kind of job."""
    session = {"options": search_path(), "application_name": "lookalike work"}
    app = App(connector=PsycopgConnector(conninfo=info, min_size=1, max_size=8, kwargs=session))
    for module in JOBS:
        app.add_tasks_from(module.blueprint(), namespace=module.NAMESPACE)
    return app


def work(url: str, *, stalled_after: float = STALLED_AFTER, until_empty: bool = False) -> None:
    """Do jobs until a signal comes (what is held is then given back), or until none is left.

    Must run alone in its process. A database that is gone for a while is waited for.
    """
    from lookalike.runner import run  # noqa: PLC0415 - brings in the reactor, which only who works needs
    from lookalike.workers.warm import make_ready  # noqa: PLC0415 - likewise

    config = load_config()
    info = conninfo(url)
    ensure(info)
    make_ready(config)  # before the reactor: what is there by then is never walked by the collector again
    run(lambda: _work(config, info, stalled_after, until_empty=until_empty), config.stop_seconds)


async def _work(config: Config, info: str, stalled_after: float, *, until_empty: bool) -> None:
    from lookalike.workers.warm import make_ready_to_visit  # noqa: PLC0415 - brings in the reactor

    await make_ready_to_visit(config)
    browser = has_browser(config)
    queues: list[tuple[list[str], int]] = [([screening.QUEUE, upkeep.QUEUE], 1), ([nights.QUEUE], 1)]
    queues += [([nights.QUEUES["discover"]], SOURCES_AT_ONCE)]
    queues += [([nights.QUEUES["render"]], 1)] if browser else []
    with Member(info, patience=stalled_after, browser=browser) as member:
        logger.info(
            "工作进程 %s 已登记（第 %d 号），%s", member.name, member.id, "有浏览器" if browser else "没有浏览器"
        )
        hands = nights.Hands(config, member.id, member.name)
        pauses = iter(BACK_OFF)
        while True:
            try:
                await _serve(info, hands, queues, stalled_after, until_empty=until_empty)
                if until_empty:
                    return
                logger.warning("与数据库的连接中断过；重新开始接任务")
                pauses = iter(BACK_OFF)
            except (ConnectorException, psycopg.Error, StoreError) as error:
                logger.warning("数据库暂时不可用（%s）；稍后重连", " ".join(str(error).split())[:200])
            await asyncio.sleep(next(pauses, BACK_OFF[-1]))


async def _serve(
    info: str, hands: nights.Hands, queues: list[tuple[list[str], int]], stalled_after: float, *, until_empty: bool
) -> None:
    """Take jobs until a connection breaks or none is left; on a cancellation the jobs at hand are cut short first."""
    app = make_app(info)
    async with app.open_async():
        hands.dress = lambda night: shared_pace(night, app)
        hands.night = None if hands.night is None else hands.dress(hands.night)
        options: dict[str, Any] = {
            "wait": not until_empty,
            "install_signal_handlers": False,
            "delete_jobs": "successful",
            "update_heartbeat_interval": stalled_after / 3,
            "stalled_worker_timeout": stalled_after,
            "fetch_job_polling_interval": 2.0,
            "additional_context": {upkeep.STALLED_AFTER: stalled_after, nights.HANDS: hands},
        }
        workers = [
            asyncio.create_task(app.run_worker_async(queues=names, concurrency=at_once, **options))
            for names, at_once in queues
        ]
        try:
            await asyncio.wait(workers, return_when=asyncio.ALL_COMPLETED if until_empty else asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            for task in list(hands.doing):
                task.cancel()
            raise
        finally:
            for task in workers:
                task.cancel()
            ended = await asyncio.gather(*workers, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, Exception):
                raise outcome


def shared_pace(night: Night, app: App) -> Night:
    """The night with the pace that all its workers keep together."""
    return replace(night, pace=SharedPace(app))


def has_browser(config: Config) -> bool:
    """Whether pages can be shown here."""
    from spiders.browser.launch import BrowserMissing, find_browser  # noqa: PLC0415

    if config.browser == "off":
        return False
    try:
        find_browser(config.chromium)
    except BrowserMissing:
        return False
    return True
