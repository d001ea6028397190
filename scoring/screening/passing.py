"""The cheap pass over one buffer: which lines must be judged carefully. Lets through too many, never too few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.domains import normalise_host, unicode_host
from scoring.screen import bare_name, flat_name
from scoring.screening.kernel import NON_ASCII, UNUSUAL, suspicious
from scoring.screening.patterns import patterns
from scoring.screening.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.names import NameIndex


class Pass:
    """Finds the lines of a buffer that may be hits."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index
        self._tables = tables(patterns(index))

    def suspects(self, buffer: bytes) -> Iterator[tuple[int, bytes]]:
        """Line numbers from 0 and the lines that must be judged, in order; ``buffer`` ends with a line feed."""
        data = np.frombuffer(buffer, np.uint8)
        starts, ends, marks = suspicious(data, self._tables)
        odd = (marks & (UNUSUAL | NON_ASCII)) != 0
        kept = ~odd
        kept[np.flatnonzero(odd)] = self._second_look(buffer, starts[odd], ends[odd])
        numbers = np.searchsorted(np.flatnonzero(data == 10), starts[kept])
        for number, start, end in zip(numbers.tolist(), starts[kept].tolist(), ends[kept].tolist(), strict=True):
            yield number, buffer[start:end]

    def _second_look(self, buffer: bytes, starts: Any, ends: Any) -> Any:
        """Which odd lines may be hits, once they are plain names; those that are no names are kept, to be counted."""
        kept = np.zeros(starts.size, bool)
        flat, of_line = [], []
        for at, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            bare = bare_name(buffer[start:end])
            try:
                name = normalise_host(bare.decode())
            except ValueError:
                kept[at] = True
                continue
            if "xn--" in name and self._index.written(unicode_host(name)):
                kept[at] = True
            else:
                flat.append(flat_name(name))
                of_line.append(at)
        if flat:
            data = np.frombuffer(b"\n".join(flat) + b"\n", np.uint8)
            found, _, _ = suspicious(data, self._tables, spare_gov=False)
            kept[np.array(of_line)[np.searchsorted(np.flatnonzero(data == 10), found)]] = True
        return kept
