"""Screening by workers: blocks become jobs, their results come back in order, a few blocks ahead at a time."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import zstandard

from lookalike.errors import LookalikeError
from lookalike.screening.local import Screened
from lookalike.workers.app import STALLED_AFTER, make_app
from lookalike.workers.database import connect, conninfo, ensure
from lookalike.workers.screening import TASK, unpacked, words_of

if TYPE_CHECKING:
    import psycopg

AHEAD = 32
"""Blocks in the database at once, of 8 MiB at most each before packing."""
PATIENCE_S = 5.0
"""Seconds without a living worker until that is said."""
_SIGN_S = 20.0
"""Seconds between signs that somebody waits for the batch."""
_SOONEST_S, _LATEST_S = 0.02, 0.5


def screened(
    blocks: Iterable[bytes],
    *,
    url: str,
    seeds_folder: Path | None = None,
    alone: Callable[[], None] = lambda: None,
    ahead: int = AHEAD,
    patience_s: float = PATIENCE_S,
) -> Iterator[Screened]:
    """Have every block judged by workers; results in order, each once, however often a job ran.

    ``alone`` is called once where no worker was alive for ``patience_s``. Raises ``UsageError`` without PostgreSQL, and
    ``LookalikeError`` where a worker could not judge a block.
    """
    info = conninfo(url)
    ensure(info)
    with connect(info) as connection, _batch(connection, words_of(seeds_folder)) as name:
        batch = _Batch(connection, info, name, alone, patience_s)
        for block in blocks:
            batch.put(block)
            while batch.waiting >= ahead or batch.ready():
                yield batch.take()
        while batch.waiting:
            yield batch.take()


@contextmanager
def _batch(connection: psycopg.Connection[Any], words: str) -> Iterator[uuid.UUID]:
    name = uuid.uuid4()
    connection.execute("INSERT INTO screen_batches (id, seeds) VALUES (%s, %s)", [name, words])
    try:
        yield name
    finally:
        if not connection.closed:
            connection.execute("DELETE FROM screen_batches WHERE id = %s", [name])


class _Batch:
    """The blocks of one run that are under way."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        info: str,
        name: uuid.UUID,
        alone: Callable[[], None],
        patience_s: float,
    ) -> None:
        self._connection, self._name = connection, name
        self._alone, self._patience_s = alone, patience_s
        self._app = make_app(info)
        self._put = self._taken = 0
        self._signed = time.monotonic()

    @property
    def waiting(self) -> int:
        """Blocks that were put and not yet taken."""
        return self._put - self._taken

    def put(self, block: bytes) -> None:
        """A block and its job, in one transaction: never the one without the other."""
        packed = zstandard.ZstdCompressor(level=1).compress(block)
        with self._connection.transaction():
            self._connection.execute(
                "INSERT INTO screen_blocks (batch, number, names) VALUES (%s, %s, %s)", [self._name, self._put, packed]
            )
            job = self._app.configure_task(TASK, connection=self._connection)
            job.defer(batch=str(self._name), number=self._put)
        self._put += 1

    def ready(self) -> bool:
        """Whether the next block is done, or gone."""
        self._sign()
        if not self.waiting:
            return False
        done = self._connection.execute(
            "SELECT result IS NOT NULL OR error IS NOT NULL FROM screen_blocks WHERE batch = %s AND number = %s",
            [self._name, self._taken],
        ).fetchone()
        return done is None or bool(done[0])

    def take(self) -> Screened:
        """The next block's result, waited for."""
        began, pause = time.monotonic(), _SOONEST_S
        while not self.ready():
            time.sleep(pause)
            pause = min(pause * 1.5, _LATEST_S)
            if time.monotonic() - began > self._patience_s and not self._lives():
                self._alone()
                self._alone = lambda: None
        row = self._connection.execute(
            "DELETE FROM screen_blocks WHERE batch = %s AND number = %s RETURNING result, error",
            [self._name, self._taken],
        ).fetchone()
        self._taken += 1
        if row is None or row[0] is None:
            reason = row[1] if row else "its block was swept away"
            raise LookalikeError(f"a worker could not judge block {self._taken}: {reason}")
        return unpacked(row[0])

    def _lives(self) -> bool:
        sql = "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s) LIMIT 1"
        return self._connection.execute(sql, [STALLED_AFTER]).fetchone() is not None

    def _sign(self) -> None:
        if time.monotonic() - self._signed > _SIGN_S:
            self._signed = time.monotonic()
            self._connection.execute("UPDATE screen_batches SET seen_at = now() WHERE id = %s", [self._name])
