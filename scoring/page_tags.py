"""What the tags of a source begin with, told for all of them at once: limits are asked of every page.

Counts only; what is too much is for ``scoring.page_guard``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

HEAD = 8
"""Bytes of a tag that are looked at."""


class Tags:
    """The first bytes behind every ``<`` of a source in UTF-8."""

    def __init__(self, encoded: bytes) -> None:
        padded = encoded + bytes(HEAD + 1)
        at = np.flatnonzero(np.frombuffer(padded, np.uint8) == ord("<"))
        everywhere: NDArray[np.uint64] = np.ndarray((len(encoded) + 1,), "<u8", padded, strides=(1,))
        self._heads = everywhere[at + 1]

    def count(self, begins: Iterable[bytes]) -> int:
        """How many tags begin with one of these, none of which is the beginning of another; eight bytes at most."""
        return sum(map(self._beginning, begins))

    def _beginning(self, with_: bytes) -> int:
        mask = np.uint64((1 << 8 * len(with_)) - 1)
        return int(np.count_nonzero((self._heads & mask) == np.uint64(int.from_bytes(with_, "little"))))

    def like_formatting(self) -> int:
        """How many begin as formatting elements do."""
        return int(np.count_nonzero(_like_formatting()[(self._heads & np.uint64(0xFFFF)).astype(np.intp)]))


@lru_cache(maxsize=1)
def _like_formatting() -> Any:
    """For every two bytes, the first one lowest, whether a formatting element begins so."""
    told = np.zeros(0x10000, np.bool_)
    words = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
    for second in set(range(256)) - words:
        for first in b"bisuBISU":
            told[first | second << 8] = True
    for pair in (b"bi", b"sm", b"st", b"co", b"fo", b"no", b"em", b"tt"):
        for first in (pair[0], pair[0] - 32):
            for second in (pair[1], pair[1] - 32):
                told[first | second << 8] = True
    return told
