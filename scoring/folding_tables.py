"""What folding makes of single characters, and which characters it leaves alone: filled as they are met."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from scoring.skeleton import CONFUSABLES

STROKES = "丨乄丶丿亅"
"""Ideographs that nobody writes in prose: sellers use them as bars between characters."""
TONES = "\u0300\u0301\u0304\u0308\u030c"
"""Marks that pinyin has; any other goes at once, these when brackets have been read."""
_INVISIBLE = frozenset({"Cf", "Cc", "Cs"})
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_MARKS = frozenset({"Mn", "Me"})
_FIRST, _USUAL, _LAST = 0x3400, 0x4E00, 0x9FFF
"""Ideographs, of which those of the first standard are asked about all at once."""
_COMMON = "、。《》〈〉「」『』【】〔〕〖〗“”‘’—·×"
"""Marks of every Chinese text that stay as they are."""


_ENCLOSED = {
    chr(first + n): digit
    for first, digits in ((0x2474, "123456789"), (0x2488, "123456789"), (0x3220, "一二三四五六七八九"))
    for n, digit in enumerate(digits)
}
"""Digits in brackets or with a stop, as one character: numbers are spelled with them, so the marks go as circles do."""


@lru_cache(maxsize=1)
def _t2s() -> Any:
    import opencc  # noqa: PLC0415 - a process that folds nothing needs no dictionary

    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional to simplified characters, by phrases (乾坤 stays 乾坤); for reading."""
    return str(_t2s().convert(text))


def small(text: str) -> str:
    """Plain capitals made small, and nothing else: through bytes, which is the fastest way there is."""
    encoded = text.encode("utf-8", "surrogatepass")
    lowered = encoded.lower()
    return text if lowered == encoded else lowered.decode("utf-8", "surrogatepass")


class _Single(dict[str, str]):
    """One character for matching: width, invisible characters, simplified, plain capitals small."""

    def __missing__(self, char: str) -> str:
        folded = _ENCLOSED.get(char, char)
        for _ in range(4):
            before = folded
            folded = "".join(_fold_char(c) for c in unicodedata.normalize("NFKC", folded))
            if folded == before:
                break
        folded = "".join(c.lower() if c.isascii() else c for c in folded)
        self[char] = folded
        return folded


def _fold_char(char: str) -> str:
    if char.isspace():
        return "\n" if char in "\n\r\u2028\u2029\x0b\x0c\x85" else " "
    category = unicodedata.category(char)
    if char in _BLANKS or category in _INVISIBLE or (category in _MARKS and char not in TONES):
        return ""
    if char in CONFUSABLES:
        look = CONFUSABLES[char]
        return look.upper() if char.isupper() else look
    return simplify(char) if ord(char) >= _FIRST else char  # opencc knows ideographs only


class _Plain(dict[str, str]):
    """One folded character in lower case without diacritics."""

    def __missing__(self, char: str) -> str:
        text = unicodedata.normalize("NFKD", char)
        if not (text and text[0].isascii() and text[0].isalnum()):
            text = char
        kept = "".join(c for c in text.lower() if unicodedata.category(c) not in _MARKS)
        self[char] = kept
        return kept


single = _Single()
plain = _Plain()


class _Spelled(dict[str, bool]):
    """Whether ``plain`` still changes what ``single`` makes of a character: pinyin, accents, other alphabets."""

    def __missing__(self, char: str) -> bool:
        self[char] = any(plain[c] != c for c in single[char])
        return self[char]


spelled = _Spelled()


@lru_cache(maxsize=1)
def _usual_han() -> tuple[list[str], list[str]]:
    """The ideographs of the first standard that are simple by themselves, and those that are not."""
    han = [chr(code) for code in range(_USUAL, _LAST + 1)]
    made = simplify("\n".join(han)).split("\n")
    kept = [a for a, b in zip(han, made, strict=True) if a == b]
    return kept, [a for a, b in zip(han, made, strict=True) if a != b]


@lru_cache(maxsize=1)
def odd() -> re.Pattern[str]:
    """Finds the characters that have to be looked up, as a group; all others stay as they are."""
    return re.compile(f"([^\n -@\\[-~{_COMMON}{_ranges(_usual_han()[0])}])")


@lru_cache(maxsize=1)
def traditional() -> re.Pattern[str]:
    """Finds ideographs that are not simple by themselves, the rare ones of later standards included."""
    return re.compile(f"[{_ranges(_usual_han()[1])}㐀-䶿豈-﫿𠀀-𳑿]")


def _ranges(chars: list[str]) -> str:
    """Ascending characters as the inside of a character class."""
    ends: list[list[int]] = []
    for code in map(ord, chars):
        if ends and ends[-1][1] == code - 1:
            ends[-1][1] = code
        else:
            ends.append([code, code])
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in ends)
