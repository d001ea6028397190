"""The cheap pass over one buffer: which lines must be judged carefully. Lets through too many, never too few."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.domains import normalise_host, unicode_host
from scoring.screen import bare_name, flat_name
from scoring.screening.characters import characters
from scoring.screening.idn import JUDGED, LETTERS, outlines
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
        self._characters = characters(index.written.terms)

    def suspects(self, buffer: bytes) -> Iterator[tuple[int, bytes]]:
        """Line numbers from 0 and the lines that must be judged, in order; ``buffer`` ends with a line feed."""
        data = np.frombuffer(buffer, np.uint8)
        numbers, starts, ends, marks = suspicious(data, self._tables)
        kept = (marks & (UNUSUAL | NON_ASCII)) == 0
        unusual = (marks & UNUSUAL) != 0
        wide = np.flatnonzero((marks & (UNUSUAL | NON_ASCII)) == NON_ASCII)
        spans = zip(starts[wide].tolist(), ends[wide].tolist(), strict=True)
        plain = np.array([buffer[start:end].isascii() for start, end in spans], bool)
        unusual[wide[~plain]] = True
        encoded = wide[plain]
        kept[encoded] = self._decoded(data, starts[encoded], ends[encoded])
        kept[np.flatnonzero(unusual)] = self._tidied(buffer, starts[unusual], ends[unusual])
        for number, start, end in zip(*(part[kept].tolist() for part in (numbers, starts, ends)), strict=True):
            yield number, buffer[start:end]

    def _decoded(self, data: Any, starts: Any, ends: Any) -> Any:
        """Which plain names with punycode may be hits, by their outlines and by the characters in them."""
        careful = np.zeros(starts.size, np.uint8)
        out = np.empty(int((ends - starts).sum()) + starts.size + 1, np.uint8)
        known = self._characters
        size = outlines(data, starts, ends, known.kinds, known.sides, known.pairs, out, careful)
        kept = careful == JUDGED
        beside = np.flatnonzero(careful == LETTERS)
        if beside.size:
            lines = out[:size].tobytes().split(b"\n")
            kept[beside] = [known.letters.search(lines[row].lower()) is not None for row in beside]
        return self._found(out[:size], kept)

    def _tidied(self, buffer: bytes, starts: Any, ends: Any) -> Any:
        """Which odd lines may be hits, once they are plain names; those that are no names are kept, to be counted."""
        kept = np.zeros(starts.size, bool)
        flat = []
        for at, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            bare = bare_name(buffer[start:end])
            try:
                name = normalise_host(bare.decode())
            except ValueError:
                kept[at], name = True, ""
            kept[at] |= "xn--" in name and self._index.written.could(unicode_host(name))
            flat.append(flat_name(name))
        return self._found(np.frombuffer(b"".join(name + b"\n" for name in flat), np.uint8), kept)

    def _found(self, outlined: Any, kept: Any) -> Any:
        """``kept``, and those whose outline (a line each) holds what a hit needs."""
        if kept.size:
            kept[suspicious(outlined, self._tables, spare_gov=False).numbers] = True
        return kept
