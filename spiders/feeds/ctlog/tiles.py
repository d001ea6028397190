"""Where a tiled log keeps its entries (C2SP static-ct-api: 256 of them a tile, the last tile partial)."""

from __future__ import annotations

from typing import NamedTuple

WIDTH = 256


class Tile(NamedTuple):
    """The tile that holds an entry, in a tree of a given size."""

    path: str
    full_path: str
    """The same once it is full; partial tiles may be gone by then."""
    first: int
    width: int
    """Entries that the tree has of it."""

    @property
    def full(self) -> bool:
        """Whether no more entries will come to it."""
        return self.width == WIDTH


def tile_of(index: int, size: int) -> Tile:
    """The data tile with entry ``index`` of a tree with ``size`` entries; ``index`` lies below ``size``."""
    number = index // WIDTH
    first = number * WIDTH
    width = min(WIDTH, size - first)
    full = f"/tile/data/{_digits(number)}"
    return Tile(full if width == WIDTH else f"{full}.p/{width}", full, first, width)


def _digits(number: int) -> str:
    """1234067 as ``x001/x234/067``."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.append(f"x{number % 1000:03d}")
    return "/".join(reversed(parts))
