"""A plain list of names as stretches of its file, which whoever judges them reads: each line is in one of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import UsageError
from lookalike.screening.blocks import BLOCK, LONGEST, blocks, plain_names
from lookalike.screening.forms import Form

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Part:
    """The lines that begin in ``[start, end)`` of a file."""

    path: Path
    start: int
    end: int

    def read(self) -> bytes:
        """The lines, whole; of one that is longer than ``LONGEST`` its beginning. Raises ``UsageError``."""
        try:
            with self.path.open("rb", buffering=0) as file:
                return self._lines(file.fileno())
        except OSError as error:
            raise UsageError(
                f"{self.path}: {error.strerror or error}; expected the file that was there; run again"
            ) from error

    def _lines(self, file: int) -> bytes:
        begun = max(0, self.start - 1)  # whether a line begins at the start is told by the byte before
        data = os.pread(file, self.end - begun, begun)
        first = 0
        if self.start:
            first = data.find(b"\n") + 1
            if not first or first == len(data):
                return b""
        rest = b"" if data.endswith(b"\n") else self._rest(file, begun + len(data))
        return data[first:].removeprefix(_BOM) + rest

    @staticmethod
    def _rest(file: int, at: int) -> bytes:
        """What is left of the last line."""
        found = b""
        while len(found) < LONGEST and (more := os.pread(file, 4096, at + len(found))):
            line, feed, _ = more.partition(b"\n")
            found += line + feed
            if feed:
                return found
        return found[:LONGEST] + b"\n"


def parts(path: Path, *, form: Form | None = None, column: str = "") -> Iterator[bytes | Part]:
    """The names of a file as ``blocks`` gives them, a plain list's as stretches to be read. Raises as it does."""
    if not plain_names(path, form=form, column=column):
        yield from blocks(path, form=form, column=column)
        return
    size = path.stat().st_size
    yield from (Part(path, start, min(start + BLOCK, size)) for start in range(0, size, BLOCK))
