"""Lines written from right to left, so that filters find no word: told by words that stand reversed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import re2

_WORDS = (
    "操作证", "电工证", "焊工证", "登高证", "叉车证", "资格证", "毕业证", "办理", "考试", "培训", "包过", "免考",
    "可查", "官网", "微信", "手机", "电话", "出证", "下证", "拿证", "先出", "扫码", "到场", "联系", "特种", "高处",
    "付款",
)  # fmt: skip
_REVERSED = tuple(word[::-1] for word in _WORDS)
REVERSED = "|".join(_REVERSED)
"""Stands in every text of which a line is written backwards."""
_ANY: Any = re2.compile(REVERSED.encode())
LEAST = 3
"""Distinct reversed words of a line that is written backwards."""
LONGEST = 400
"""Characters of a line: nobody reads more than that from the right."""


@lru_cache(maxsize=8)
def forwards(text: str) -> str:
    """The lines that are written backwards, turned round, each on a line of its own; empty where there are none."""
    if _ANY.search(text.encode("utf-8", "replace")) is None or sum(word in text for word in _REVERSED) < LEAST:
        return ""
    return "\n".join(line[::-1] for line in text.splitlines() if len(line) <= LONGEST and _backwards(line))


def _backwards(line: str) -> bool:
    reversed_words = sum(word in line for word in _REVERSED)
    return reversed_words >= LEAST and reversed_words > sum(word in line for word in _WORDS)
