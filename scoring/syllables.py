"""Pinyin syllables: which strings are syllables, and where the boundaries of a run of letters lie.

Decides spelling only; what a word means is the lexicon's business.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_FINALS = {
    "": "a o e ai ei ao ou an en ang eng er yi ya yo ye yao you yan yin yang ying yong yu yue yuan yun "
    "wu wa wo wai wei wan wen wang weng",
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan un v ve",
    "l": "a o e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un v ve",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "a e i ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "ch": "a e i ai ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "sh": "a e i ai ei ao ou an en ang eng u ua uo uai ui uan un uang",
    "r": "e i ao ou an en ang eng ong u ua uo ui uan un",
    "z": "a e i ai ei ao ou an en ang eng ong u uo ui uan un",
    "c": "a e i ai ao ou an en ang eng ong u uo ui uan un",
    "s": "a e i ai ao ou an en ang eng ong u uo ui uan un",
}
SYLLABLES = frozenset(initial + final for initial, finals in _FINALS.items() for final in finals.split())
"""The syllables of standard pinyin without tones (GB/T 16159); ``ü`` is written ``v`` where it is heard."""

LONGEST = 6
"""Letters of the longest syllables: zhuang, chuang, shuang."""

_TONES = frozenset("\u0300\u0301\u0304\u030c")
_RUN = 63
"""Longest run that is cut into syllables: a DNS label's length; longer ones are noise."""


def plain(spelling: str) -> tuple[str, bool]:
    """Letters of a toned spelling in lower case with ``ü`` as ``v``, and whether any tone was marked.

    Tones are marks (``yè``) or digits 1-5 behind a syllable (``ye4``); digits stay in the letters.
    """
    letters: list[str] = []
    toned = False
    for char in unicodedata.normalize("NFD", spelling.lower()):
        if char in _TONES:
            toned = True
        elif char == "\u0308":
            if letters and letters[-1] == "u":
                letters[-1] = "v"
        elif not unicodedata.combining(char):
            letters.append(char)
    return "".join(letters), toned


@lru_cache(maxsize=65536)
def segment(run: str) -> tuple[str, ...] | None:
    """The run as syllables, fewest first and then longest first; None when it does not divide wholly.

    ``zhanjie`` is zhan-jie (never z-hanjie), ``tuanjian`` tuan-jian. Linear in the run's length.
    """
    size = len(run)
    if not size or size > _RUN:
        return None
    best: list[tuple[int, int] | None] = [None] * size + [(0, 0)]
    for start in range(size - 1, -1, -1):
        for length in range(min(LONGEST, size - start), 0, -1):
            rest = best[start + length]
            if rest is None or run[start : start + length] not in SYLLABLES:
                continue
            here = best[start]
            if here is None or rest[0] + 1 < here[0]:
                best[start] = (rest[0] + 1, length)
    if best[0] is None:
        return None
    cut: list[str] = []
    at = 0
    while at < size:
        step = best[at]
        assert step is not None
        cut.append(run[at : at + step[1]])
        at += step[1]
    return tuple(cut)
