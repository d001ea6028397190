"""Address ranges in flat arrays: half a million rows in some twenty megabytes, found by bisection."""

from __future__ import annotations

import ipaddress
from array import array
from bisect import bisect_right
from socket import AF_INET6, inet_aton, inet_pton

Row = tuple[int, str, str]
Range = tuple[int, int, int]
_LOW = (1 << 64) - 1


class _Family:
    """Ranges of one address family; the upper halves of 128-bit numbers stand in arrays of their own."""

    def __init__(self, *, wide: bool) -> None:
        self._wide = wide
        self._first, self._last = array("Q"), array("Q")
        self._first_high, self._last_high = array("Q"), array("Q")
        self._row = array("L")
        self._highest = -1
        self._ordered = True

    def add(self, first: int, last: int, row: int) -> None:
        if first <= self._highest:
            self._ordered = False
        self._highest = max(self._highest, last)
        if self._wide:
            self._first_high.append(first >> 64)
            self._last_high.append(last >> 64)
        self._first.append(first & _LOW)
        self._last.append(last & _LOW)
        self._row.append(row)

    def _begin(self, index: int) -> int:
        return self._first_high[index] << 64 | self._first[index] if self._wide else self._first[index]

    def _end(self, index: int) -> int:
        return self._last_high[index] << 64 | self._last[index] if self._wide else self._last[index]

    def find(self, address: int) -> int | None:
        """The row of the range that holds ``address``."""
        index = bisect_right(range(len(self._row)), address, key=self._begin) - 1
        return self._row[index] if index >= 0 and address <= self._end(index) else None

    def flattened(self) -> _Family:
        """Sorted and without overlaps: where ranges lie in each other, the inner one counts."""
        if self._ordered:
            return self
        flat = _Family(wide=self._wide)
        for piece in flatten([(self._begin(i), self._end(i), self._row[i]) for i in range(len(self._row))]):
            flat.add(*piece)
        return flat


def flatten(ranges: list[Range]) -> list[Range]:
    """Pieces ``(first, last, row)`` in order; each address goes to the range that begins last among its own."""
    pieces: list[Range] = []
    open_ranges: list[tuple[int, int]] = []  # (last, row), the innermost on top
    here = 0
    for first, last, row in sorted(ranges, key=lambda r: (r[0], -r[1])):
        here = _close(pieces, open_ranges, here, first)
        if open_ranges and here < first:
            pieces.append((here, first - 1, open_ranges[-1][1]))
        here = first
        open_ranges.append((last, row))
    _close(pieces, open_ranges, here, None)
    return pieces


def _close(pieces: list[Range], open_ranges: list[tuple[int, int]], here: int, before: int | None) -> int:
    """Write out the open ranges that end ahead of ``before`` (None: all); returns where we stand then."""
    while open_ranges and (before is None or open_ranges[-1][0] < before):
        last, row = open_ranges.pop()
        if here <= last:
            pieces.append((here, last, row))
            here = last + 1
    return here


class Ranges:
    """IPv4 and IPv6 ranges with their networks; equal networks share one row."""

    def __init__(self) -> None:
        self._v4, self._v6 = _Family(wide=False), _Family(wide=True)
        self._rows: list[Row] = []
        self._known: dict[str, int] = {}

    def add(self, first: str, last: str, network: str) -> None:
        """One range; ``network`` is AS number, country and name separated by tabs, ``0`` for *not routed*.

        Raises ``OSError`` or ``ValueError`` for addresses that are none or the wrong way round, or a network
        that cannot be read.
        """
        index = self._known.get(network)
        if index is None:
            index = self._known[network] = self._new_row(network)
        if ":" in first:
            family = self._v6
            low, high = int.from_bytes(inet_pton(AF_INET6, first)), int.from_bytes(inet_pton(AF_INET6, last))
        else:
            family = self._v4
            low, high = int.from_bytes(inet_aton(first)), int.from_bytes(inet_aton(last))
        if low > high:
            raise ValueError("the first address is above the last")
        if index >= 0:
            family.add(low, high, index)

    def _new_row(self, network: str) -> int:
        number, country, name = network.split("\t")[:3]
        if int(number) == 0:
            return -1
        self._rows.append(
            (int(number), "" if country in {"None", "Unknown"} else country, "" if name == "None" else name)
        )
        return len(self._rows) - 1

    def finish(self) -> Ranges:
        """Ready for ``find``."""
        self._v4, self._v6 = self._v4.flattened(), self._v6.flattened()
        self._known = {}
        return self

    def find(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> Row | None:
        """``(AS number, country, name)`` of the range that holds the address."""
        index = (self._v4 if address.version == 4 else self._v6).find(int(address))
        return self._rows[index] if index is not None else None
