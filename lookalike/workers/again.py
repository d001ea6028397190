"""Tries a transaction again where the database had a trouble that passes; what it stores must be the same twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from lookalike.errors import Passing

T = TypeVar("T")

PAUSES = (0.1, 0.5, 2.0, 5.0, 10.0)
"""Seconds before each further try: a server that is started anew is back by then."""


async def again(deed: Callable[[], T]) -> T:
    """What ``deed`` returns; raises ``Passing`` when it still fails after the last pause."""
    for pause in PAUSES:
        try:
            return deed()
        except Passing:
            await asyncio.sleep(pause)
    return deed()
