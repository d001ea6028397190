"""Sentences around slogans: what is quoted, denied, refused or asked about there, and so not offered.

Words far away do not clear a slogan: sellers warn of each other; who speaks at all is for ``scoring.distance``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.text import Match

_STOP = re.compile("[。\n]")
_ASKED = re.compile(r"[^。！\n]{0,6}?(?:真的|可信|靠谱|合法|可以|[^。！\n]{0,2})吗")
_SAID = re.compile(
    r"[^“”「」\n]{0,60}[”」](?:这[些种类]|那[些种]|的(?:话|说法|承诺|广告|信息|旗号)|之类|一类|云云|等(?:话|说|承|字|口))"
)
"""The end of a quotation that is spoken of."""
_REFUSED = re.compile(r"(?:[、/][^，。、；\n]{1,8}){0,4}(?:者?勿扰|者勿|一律不|免谈|绕道)")
_WHETHER = re.compile(r"(?:能不能|可不可以|是不是|是否|谁说能?|凡是?|凡称|有没有)[^。！!\n]{0,14}$")
_NEGATED = re.compile(
    r"(?:[不未勿]|拒绝|没有|绝不|从不|不会|不可能|不得)(?:承诺|提供|存在|搞|做|办理|接受|有|出具|开具|受理)?"
    r"(?:任何|所谓的?)?[“「『‘\"]?$"
)
_OPEN = frozenset('“「『"‘')
_CLOSE = re.compile('[”」』"’]')
_EVERYWHERE = frozenset({"举报", "违法违规", "提醒", "案例", "防范", "立案"})
"""Words of footers and of schools: too common to clear a slogan."""
WINDOW = 60


class Sentences:
    """What a text says around its slogans, and where words of distance stand."""

    def __init__(self, text: str, distance: Iterable[Match]) -> None:
        self.text = text
        self.marks = sorted(m.start for m in distance if m.term not in _EVERYWHERE)

    def quotes(self, start: int, end: int) -> bool:
        """Whether the words at ``[start, end)`` are held at a distance by their sentence."""
        first = max(0, start - WINDOW)
        left = max(first, self.text.rfind("。", first, start), self.text.rfind("\n", first, start))
        stop = _STOP.search(self.text, start, end + WINDOW)
        right = stop.start() if stop else min(len(self.text), end + WINDOW)
        if bisect_right(self.marks, right) > bisect_left(self.marks, left):
            return True
        if self.marks and self.text[start - 1 : start] in _OPEN and _CLOSE.search(self.text, end, end + 12):
            return True
        if _NEGATED.search(self.text, max(0, start - 10), start):
            return True
        if _WHETHER.search(self.text, max(left, start - 18), start):
            return True
        if _SAID.match(self.text, end, end + 72):
            return True
        return bool(_ASKED.match(self.text, end, end + 12) or _REFUSED.match(self.text, end, end + 48))
