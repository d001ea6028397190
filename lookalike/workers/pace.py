"""The pace that all workers keep together: the next place of every host and address stands in the database.

Times are the database's own. Without an answer from it a request waits on its own, never shorter.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procrastinate import App

logger = logging.getLogger(__name__)

TURN = """
WITH asked AS (
    SELECT name, make_interval(secs => gap) AS gap
    FROM unnest(%(names)s::text[], %(gaps)s::double precision[]) AS a (name, gap) ORDER BY name
), given AS (
    INSERT INTO pace AS p (name, next_at, gap) SELECT name, clock_timestamp() + gap, gap FROM asked
    ON CONFLICT (name) DO UPDATE SET gap = excluded.gap, next_at = excluded.gap + CASE
        WHEN p.next_at BETWEEN clock_timestamp() AND clock_timestamp() + make_interval(secs => %(most)s)
        THEN p.next_at ELSE clock_timestamp() END
    RETURNING name, next_at - gap AS mine
)
SELECT name, extract(epoch FROM mine - clock_timestamp()) AS seconds FROM given
"""
MOST_S = 300.0
"""A place further away is not believed: the database's clock has jumped."""


TOGETHER_S = 0.02
"""Seconds for which requests are gathered: one statement finds the places of all that share no name."""


@dataclass(slots=True)
class _Asked:
    """A request that waits to be told how long it has to wait."""

    gaps: Mapping[str, float]
    told: asyncio.Future[float]


class SharedPace:
    """By way of the engine's own connections; requests of one moment share a statement."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._asked: list[_Asked] = []
        self._asking: asyncio.Task[None] | None = None

    def __deepcopy__(self, memo: object) -> SharedPace:
        """Scrapy copies its settings in depth, and connections cannot be copied."""
        return self

    async def turn(self, gaps: Mapping[str, float]) -> None:
        mine = _Asked(gaps, asyncio.get_running_loop().create_future())
        self._asked.append(mine)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        seconds = await mine.told
        if seconds > 0:
            await asyncio.sleep(seconds)

    async def _ask(self) -> None:
        """For all that have asked; never raises: who asked would wait for ever."""
        await asyncio.sleep(TOGETHER_S)
        while self._asked:
            now, self._asked = _apart(self._asked)
            places = await self._places(now)
            for one in now:
                if not one.told.done():  # else it was told to stop meanwhile
                    one.told.set_result(max(places.get(name, gap) for name, gap in one.gaps.items()))

    async def _places(self, asked: Sequence[_Asked]) -> dict[str, float]:
        """Seconds until the next place of every name; without an answer none."""
        gaps = {name: gap for one in asked for name, gap in one.gaps.items()}
        names = sorted(gaps)  # one order everywhere: no deadlocks
        try:
            rows: list[dict[str, Any]] = await self._app.connector.execute_query_all_async(
                TURN, names=names, gaps=[gaps[name] for name in names], most=MOST_S
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, the pace of this machine alone is kept
            logger.warning("数据库没有给出访问间隔（%s）；按本机间隔等待", " ".join(str(error).split())[:200])
            return {}
        return {row["name"]: float(row["seconds"]) for row in rows}


def _apart(asked: Sequence[_Asked]) -> tuple[list[_Asked], list[_Asked]]:
    """Those, the earliest first, that share no name with one before them; and the others, in their order."""
    taken: set[str] = set()
    now, later = list[_Asked](), list[_Asked]()
    for one in asked:
        (now if taken.isdisjoint(one.gaps) else later).append(one)
        taken.update(one.gaps)
    return now, later
