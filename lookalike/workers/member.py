"""A process among the workers: a row of its own, and a thread that shows that it lives.

A thread, since a loop that computes would fall silent. Who is dead is told by who counts the beats, never by a clock.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from types import TracebackType
from typing import Any, Self

import psycopg

from lookalike.errors import Passing, StoreError
from lookalike.fingerprints import of_program
from lookalike.workers.database import connect

BEATS = 4
"""Beats within the time after which a silent worker counts as dead."""

logger = logging.getLogger(__name__)


class Member:
    """Registered from the start of the block to its end."""

    def __init__(self, info: str, *, patience: float, browser: bool = False) -> None:
        """``patience``: seconds of silence after which this worker may be counted as dead."""
        self._info = info
        self._patience = patience
        self._browser = browser
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True, name="beat")
        self.id = 0
        self.name = f"{socket.gethostname()}:{os.getpid()}"

    @property
    def owner(self) -> str:
        """As whom it leases sites."""
        return owner_of(self.id)

    def __enter__(self) -> Self:
        try:
            with connect(self._info) as connection:
                row = connection.execute(
                    "INSERT INTO members (host, pid, browser, patience, program)"
                    " VALUES (%s, %s, %s, %s, %s) RETURNING id",
                    [socket.gethostname(), os.getpid(), self._browser, self._patience, of_program()],
                ).fetchone()
        except psycopg.OperationalError as error:
            raise Passing(f"the connection to the database was lost: {' '.join(str(error).split())[:200]}") from error
        assert row is not None
        self.id = row[0]
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=1.0)
        try:
            with connect(self._info) as connection:
                connection.execute("UPDATE members SET ended_at = now() WHERE id = %s", [self.id])
        except (StoreError, psycopg.Error) as lost:
            logger.warning("登记簿未能注销（%s）；过 %.0f 秒按失联处理", lost, self._patience)

    def _beat(self) -> None:
        connection: psycopg.Connection[Any] | None = None
        while not self._stop.wait(self._patience / BEATS):
            try:
                connection = connection or connect(self._info)
                connection.execute(
                    "UPDATE members SET beats = beats + 1, seen_at = now(), ended_at = NULL WHERE id = %s", [self.id]
                )
            except (StoreError, psycopg.Error) as error:
                logger.warning("心跳写不进数据库（%s）；下次再试", " ".join(str(error).split())[:200])
                connection = None
        if connection is not None:
            connection.close()


def owner_of(member: int) -> str:
    """As whom a member leases sites."""
    return f"worker {member}"
