"""What a column of a hotline's or tip's table holds, by its heading, in whatever words and order.

The words lie in ``headings.toml``. A heading that no word fits holds nothing that is kept: what is not known to be
about the suspect may be about the reporter.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

LONGEST = 16
"""Characters of a heading, at most: longer cells are text."""
SAID = frozenset({"text", "title", "url", "contact", "suspect_contact", "suspect"})
"""Fields of which a table of tips has one at least."""
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_SUSPECT = re.compile(
    "被(?:举报|投诉|反映|诉|查)|涉(?:嫌|事|案|及|假|诈)|对方|[卖商店]家|中介|嫌疑|[违不]法|可疑|骗子|广告|发布|[假仿]冒|办证"
)


@dataclass(frozen=True, slots=True)
class _Group:
    field: str
    suspect: bool
    head: tuple[str, ...]
    whole: frozenset[str]
    tail: tuple[str, ...]

    def fits(self, heading: str, *, suspect: bool) -> bool:
        if self.suspect and not suspect:
            return False
        return (
            heading in self.whole or heading.endswith(self.tail) or (bool(self.head) and heading.startswith(self.head))
        )


@lru_cache(maxsize=1)
def _groups() -> tuple[_Group, ...]:
    read = tomllib.loads(files("spiders.feeds").joinpath("headings.toml").read_text(encoding="utf-8"))
    return tuple(
        _Group(
            row["field"],
            row.get("suspect", False),
            tuple(row.get("head", ())),
            frozenset(row.get("whole", ())),
            tuple(row.get("tail", ())),
        )
        for row in read["group"]
    )


def plain(heading: str) -> str:
    """A heading without width, letter case, blanks, marks, and what stands in brackets."""
    text = _BRACKETS.sub("", unicodedata.normalize("NFKC", heading)) or heading
    return "".join(c for c in text.lower() if c.isalnum())


def field_of(heading: str) -> str:
    """The field that a heading names; ``""`` where none is known.

    ``person`` and ``handling`` are known in order to be left out.
    """
    return _field(heading) if len(heading) <= 4 * LONGEST else ""


@lru_cache(maxsize=4096)
def _field(heading: str) -> str:
    text = plain(heading)
    if not text or len(text) > LONGEST:
        return ""
    suspect = _SUSPECT.match(text) is not None
    return next((group.field for group in _groups() if group.fits(text, suspect=suspect)), "")


def fields_of(cells: Sequence[str]) -> list[str]:
    """The fields of a row of headings, ``""`` for those that are none."""
    return [field_of(cell) for cell in cells]


def heads(cells: Sequence[str]) -> int:
    """How well a row would head a table of tips: how many different fields it names; 0 where it cannot.

    Most of its cells must be headings, and one must be about what is reported.
    """
    filled = [cell for cell in cells if cell.strip()]
    known = [field for field in fields_of(filled) if field]
    if len(known) * 2 < len(filled) or not SAID & set(known):
        return 0
    return len(set(known))
