"""What a document consists of, before it becomes docx or PDF: both are made from one and the same sheet."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the first level, or below."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; line ends are kept. ``note``: smaller, for remarks."""

    text: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Fields:
    """A form: names on the left, values on the right."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``widths`` are shares of the line, ``mono`` the columns of hashes and numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    mono: frozenset[int] = frozenset()
    small: bool = False
    more: str = ""
    """Where the rows stand that did not fit; empty: all are here."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with what stands below it; ``png`` empty: ``why`` stands in its place."""

    caption: str
    png: bytes
    why: str = ""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two pictures, to be compared."""

    left: Picture
    right: Picture


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to be filled in by hand."""

    lines: tuple[str, ...]


Block = Heading | Text | Fields | Grid | SideBySide | Signatures


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document."""

    title: str
    number: str
    """Stands below the title and on every page."""
    status: str
    """``未签名草稿`` or who reviewed it; on every page."""
    draft: bool
    """Whether the watermark stands behind the text."""
    blocks: tuple[Block, ...]
    landscape: bool = False
    foot: str = field(default="")
    """Stands at the end, small."""

    def texts(self) -> str:
        """All characters that it prints, for the check of the fonts."""
        return "".join([self.title, self.number, self.status, self.foot, *(t for b in self.blocks for t in _of(b))])


def capped(grid: Grid, most: int, pointer: str) -> Grid:
    """The first ``most`` rows, and where the others stand."""
    if len(grid.rows) <= most:
        return grid
    more = f"本表共 {len(grid.rows)} 行，此处列前 {most} 行，其余见 {pointer}"
    return Grid(grid.head, grid.rows[:most], grid.widths, grid.mono, grid.small, more)


def _of(block: Block) -> list[str]:
    match block:
        case Heading() | Text():
            return [block.text]
        case Fields():
            return [cell for row in block.rows for cell in row]
        case Grid():
            return [*block.head, block.more, *(cell for row in block.rows for cell in row)]
        case SideBySide():
            return [p.caption + p.why for p in (block.left, block.right)]
        case Signatures():
            return list(block.lines)
