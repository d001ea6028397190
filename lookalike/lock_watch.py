"""The lock of a PostgreSQL database: held by a connection, which a thread watches as long as the work lasts.

The server frees the lock when that connection ends, whatever becomes of the process. So a lost connection is noticed
at once, and either the lock is taken again or the work ended: never do two go on beside each other.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

from lookalike.errors import Busy, LookalikeError, Passing, StoreError

if TYPE_CHECKING:
    import psycopg

ASK_S = 20.0
"""Seconds between two questions to a server that says nothing: a cable that is out says nothing either."""
PAUSES = (0.0, 0.05, 0.1, 0.25, 0.5, 1.0)
"""Seconds before each try to take the lock again, the last one for ever: a server that is gone gives it to nobody."""
TOLD_EVERY = 60
"""Tries between two lines in the log."""
PATIENCE_S = 60.0
"""Seconds that ``check`` waits for a lock that is being taken again."""
SIGNS_OF_LIFE: dict[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 40_000,
}
"""Of the connection (libpq, "Parameter Key Words"): that a far end is gone is found out within a minute."""
TAKEN = "另一台机器正在这个数据库上运行今晚的采集；等它结束，或先停止它"
OVERTAKEN = "与数据库的连接断开期间，{why}；本进程到此为止，已存的都在，由对方接着做"

logger = logging.getLogger(__name__)


@dataclass
class Held:
    """A night that is this process's alone."""

    retaken: list[dict[str, str]] = field(default_factory=list)
    """Times that the lock was lost and taken again, as a night's notes are: ``source``, ``status``, ``why``."""
    gone: str = ""
    """Why the night is not this process's any more; empty: it is."""
    fence: Callable[[], str] = lambda: ""
    """Asked when the lock was taken again: why the work may not go on all the same; empty: it may."""

    def check(self) -> None:
        """Raises Busy when somebody else has the night, StoreError when that cannot be found out."""
        if self.gone:
            raise Busy(self.gone)

    def close(self) -> None:
        """Let it go."""


class Watched(Held):
    """Holds the advisory lock ``key`` of the database. Raises ``Busy`` where another one has it."""

    def __init__(self, url: str, key: int) -> None:
        super().__init__()
        self._info = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._key = key
        self._main = threading.current_thread() is threading.main_thread()
        self._closing = threading.Event()
        self._connection = self._connected()
        with told():
            taken = self._take(self._connection)
            self._mine = self._holder(self._connection)
        if not taken:
            self._connection.close()
            raise Busy(TAKEN)
        self._woken, self._waker = socket.socketpair()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="lock")
        self._thread.start()

    def check(self) -> None:
        """Asks the server; a lock that is being taken again is waited for, ``PATIENCE_S`` at most."""
        until = time.monotonic() + PATIENCE_S
        while not self.gone and not self._answers():
            self._wake()
            if time.monotonic() > until:
                raise StoreError("与数据库的连接断开，无法确认没有别的采集在运行；数据库恢复后再次运行，会从中断处继续")
            time.sleep(0.05)
        super().check()

    def close(self) -> None:
        """The connection, and the lock with it."""
        self._closing.set()
        self._wake()
        self._thread.join(PATIENCE_S)
        self._connection.close()
        self._woken.close()
        self._waker.close()

    def _watch(self) -> None:
        """Sleeps until the server says something, which is mostly that it ends the connection, or is to be asked."""
        while not self._closing.is_set():
            self._wait()
            if self._closing.is_set() or self._answers():
                continue
            began = time.monotonic()
            if gone := self._again():
                self.gone = gone
                logger.error("%s", gone)
                self._interrupt()
                return
            if not self._closing.is_set():
                why = f"与数据库的连接断开，{time.monotonic() - began:.1f} 秒后重新取得夜间锁；其间没有别的采集"
                logger.warning("%s", why)
                self.retaken.append({"source": "lock", "status": "taken again", "why": why})

    def _wait(self) -> None:
        watched: list[Any] = [self._woken]
        if not self._connection.closed:
            watched.append(self._connection)
        readable, _, _ = select.select(watched, [], [], ASK_S)
        if self._woken in readable:
            self._woken.recv(64)

    def _answers(self) -> bool:
        """Whether the very session that took the lock is there; one that was lost stays lost."""
        try:
            with told():
                self._connection.execute("SELECT 1")
        except StoreError:
            return False
        return True

    def _again(self) -> str:
        """Take the lock anew; returns why it cannot be this process's any more, or nothing."""
        number = 0
        while not self._closing.wait(PAUSES[min(number, len(PAUSES) - 1)]):
            number += 1
            try:
                why = self._with_a_new_one()
            except LookalikeError as error:
                if number % TOLD_EVERY == 1:
                    logger.warning("夜间锁还没有重新取得（%s）", " ".join(str(error).split())[:200])
                continue
            if why is not None:
                return why
        return ""

    def _with_a_new_one(self) -> str | None:
        """One try with a connection of its own, which stays where it got the lock."""
        connection = self._connected()
        why = None
        try:
            with told():
                why = self._try(connection)
                if why == "":
                    self._mine = self._holder(connection)
                    self._connection.close()
                    self._connection = connection
        finally:
            if connection is not self._connection:
                connection.close()
        return why

    def _try(self, connection: psycopg.Connection[Any]) -> str | None:
        """One try: the lock is ours again (empty), will never be (why), or not yet (None)."""
        if self._take(connection):
            why = self.fence()
            return OVERTAKEN.format(why=why) if why else ""
        holder = self._holder(connection)
        if holder is None:
            return None
        if holder != self._mine:
            return OVERTAKEN.format(why="另一台机器已开始采集，或正在清理")
        connection.execute("SELECT pg_terminate_backend(%s)", [holder[0]])  # the server has not noticed that it ended
        return None

    def _connected(self) -> psycopg.Connection[Any]:
        """Without a transaction, which would stay open all night."""
        import psycopg  # noqa: PLC0415 - of PostgreSQL's users alone

        with told():
            return psycopg.connect(self._info, autocommit=True, application_name="lookalike night", **SIGNS_OF_LIFE)

    def _take(self, connection: psycopg.Connection[Any]) -> bool:
        row = connection.execute("SELECT pg_try_advisory_lock(%s::bigint)", [self._key]).fetchone()
        return bool(row and row[0])

    def _holder(self, connection: psycopg.Connection[Any]) -> tuple[Any, ...] | None:
        """Process and start of the session that has the lock."""
        return connection.execute(
            "SELECT pid, backend_start FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = %s AND objid = %s"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [self._key >> 32, self._key & 0xFFFFFFFF],
        ).fetchone()

    def _wake(self) -> None:
        with suppress(OSError):
            self._waker.send(b"x")

    def _interrupt(self) -> None:
        """End the work of the main thread as SIGTERM does, where it is told of signals at all."""
        if self._main and callable(signal.getsignal(signal.SIGTERM)) and not self._closing.is_set():
            os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def told() -> Iterator[None]:
    """Turns the driver's errors into one clear line."""
    import psycopg  # noqa: PLC0415

    try:
        yield
    except psycopg.Error as error:
        reason = " ".join(str(error).split())[:200]
        told_so = f"the database server cannot be reached ({reason}); check that it runs, and the database URL"
        raise Passing(told_so) from error
