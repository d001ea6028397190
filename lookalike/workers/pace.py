"""The pace that all workers keep together: the next place of every host and address stands in the database.

Times are the database's own. Without an answer from it a request waits on its own, never shorter.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from procrastinate import App
from procrastinate.exceptions import ConnectorException

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
    RETURNING next_at - gap AS mine
)
SELECT extract(epoch FROM max(mine) - clock_timestamp()) AS seconds FROM given
"""
MOST_S = 300.0
"""A place further away is not believed: the database's clock has jumped."""


class SharedPace:
    """By way of the engine's own connections."""

    def __init__(self, app: App) -> None:
        self._app = app

    def __deepcopy__(self, memo: object) -> SharedPace:
        """Scrapy copies its settings in depth, and connections cannot be copied."""
        return self

    async def turn(self, gaps: Mapping[str, float]) -> None:
        names = sorted(gaps)  # one order everywhere: no deadlocks
        try:
            row: dict[str, Any] = await self._app.connector.execute_query_one_async(
                TURN, names=names, gaps=[gaps[name] for name in names], most=MOST_S
            )
            seconds = float(row["seconds"])
        except ConnectorException as error:
            logger.warning("数据库没有给出访问间隔（%s）；按本机间隔等待", " ".join(str(error).split())[:200])
            seconds = max(gaps.values())
        if seconds > 0:
            await asyncio.sleep(seconds)
