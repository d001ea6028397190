"""What the row of a platform is called in letters: pinyin and initials of its names, its organs, its certificates.

Decides which spellings there are; which of them a name may be judged by is for ``scoring.name_words``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scoring.spelling import syllables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seeds.model import Platform

SpelledKind = Literal["name", "organ", "subject"]

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_HEADS = ("中华人民共和国", "中国", "全国", "国家")
_TAILS = ("小程序", "公众号", "平台", "系统", "官网", "网站", "网", "信息平台", "信息网", "公共服务平台", "管理系统")
_DIVISIONS = "省市"
_NAME_LEAST, _CUT_LEAST, _SUBJECT_LEAST = 3, 4, 2
"""Characters of a whole name, of a name without its tail, of a certificate's word."""
_SHORT_LEAST, _LABEL_MAX = 4, 63
"""Letters from which initials say anything; longer than a DNS label can be, nobody spells it."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """One spelling of one word of a platform's row."""

    letters: str
    syllables: int
    kind: SpelledKind
    short: bool
    """Whether these are initials."""


def spelled(platform: Platform, places: Iterable[str] = ()) -> Iterator[Spelled]:
    """Every spelling of a row, each once; names of more letters than a label holds have none.

    ``places`` are those whose initials may stand before an organ in full (``sdanjianju``).
    """
    known: set[tuple[str, str]] = set()
    groups: tuple[tuple[SpelledKind, tuple[str, ...]], ...] = (
        ("name", (platform.name, *platform.aliases)),
        ("organ", (platform.organ, *platform.organ_aliases)),
        ("subject", platform.subjects),
    )
    towns = tuple(places)
    for kind, texts in groups:
        for text in texts:
            for one in spelled_text(text, kind, towns):
                if len(one.letters) <= _LABEL_MAX and (kind, one.letters) not in known:
                    known.add((kind, one.letters))
                    yield one


def cuts(text: str, kind: SpelledKind) -> Iterator[str]:
    """A name's runs of characters without what everybody leaves out (全国, 平台, the 省 after a place)."""
    for run in _HAN.findall(text):
        for kept in _cuts(run, kind):
            yield "".join(run[i] for i in kept)


def spelled_text(text: str, kind: SpelledKind, places: tuple[str, ...] = ()) -> Iterator[Spelled]:
    """Every spelling of one name."""
    for run in _HAN.findall(text):
        heard = syllables(run)
        if len(heard) != len(run):
            continue  # a character that the dictionary does not know
        for kept in _cuts(run, kind):
            said = [heard[i] for i in kept]
            yield Spelled("".join(said), len(said), kind, short=False)
            if len(said) >= _SHORT_LEAST:
                yield Spelled("".join(s[0] for s in said), len(said), kind, short=True)
            place = next((p for p in places if run.startswith(p)), "")
            if kind == "organ" and place and kept[0] == 0 and len(said) > len(place) + 1:
                head = "".join(s[0] for s in said[: len(place)])
                yield Spelled(head + "".join(said[len(place) :]), len(said), kind, short=False)


def _cuts(run: str, kind: SpelledKind) -> Iterator[range | tuple[int, ...]]:
    """The characters that stay when what everybody leaves out is left out: 全国, 平台, the 省 after a place."""
    least = _SUBJECT_LEAST if kind == "subject" else _NAME_LEAST
    starts = {0, *(len(head) for head in _HEADS if run.startswith(head))} if kind != "subject" else {0}
    ends = (
        {len(run), *(len(run) - len(tail) for tail in _TAILS if run.endswith(tail))} if kind == "name" else {len(run)}
    )
    for start in sorted(starts):
        for end in sorted(ends, reverse=True):
            if end - start >= (least if end == len(run) else _CUT_LEAST):
                yield range(start, end)
    if kind == "organ" and len(run) > _CUT_LEAST and any(mark in run[2:4] for mark in _DIVISIONS):
        at = next(i for i in (2, 3) if run[i] in _DIVISIONS)
        yield tuple(i for i in range(len(run)) if i != at)
