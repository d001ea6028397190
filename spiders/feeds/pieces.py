"""What a file holds, piece by piece: a piece is stored in one transaction, and a killed run goes on behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Generic, TypeVar

from spiders.feeds.folder import FeedError
from spiders.feeds.row import BadRow

T = TypeVar("T")

CHUNK = 500
"""Things of one file that are stored in one transaction."""
NAMED = 20
"""Bad rows of a piece that are named; all are counted."""


class Pieces(Generic[T]):
    """What a reader yields, ``CHUNK`` at a time, one ahead; what came before an error is handed on before it."""

    def __init__(self, found: Iterator[T], skip: int) -> None:
        self._found = islice(found, skip, None)
        self._error: FeedError | None = None
        self._ahead = self._pull()

    @property
    def more(self) -> bool:
        """Whether another piece, or the error, is still to come."""
        return bool(self._ahead) or self._error is not None

    def take(self) -> list[T]:
        """The next piece; raises the reader's ``FeedError`` when everything before it has been taken."""
        piece, self._ahead = self._ahead, []
        if not piece and self._error is not None:
            raise self._error
        if len(piece) == CHUNK and self._error is None:
            self._ahead = self._pull()
        return piece

    def _pull(self) -> list[T]:
        piece: list[T] = []
        try:
            for row in islice(self._found, CHUNK):
                piece.append(row)  # noqa: PERF402 - what came before an error is kept
        except FeedError as error:
            self._error = error
        return piece


def told(bad: Sequence[BadRow]) -> str:
    """Bad rows by reason, with their numbers: ``3 行不能用：第 5、9 行没有网址；第 12 行不是有效的 JSON``."""
    if not bad:
        return ""
    numbers: dict[str, list[int]] = {}
    for row in bad[:NAMED]:
        numbers.setdefault(row.why, []).append(row.number)
    parts = [f"第 {'、'.join(map(str, rows))} 行{why}" for why, rows in numbers.items()]
    return f"{len(bad)} 行不能用：{'；'.join(parts)}{' 等' if len(bad) > NAMED else ''}"
