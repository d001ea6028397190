"""Words of two independent classes in one name. Decides when they are enough; reads no words itself."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from scoring.name_finding import NameFinding
from scoring.name_reading import CERTIFICATE
from scoring.name_word import Word

if TYPE_CHECKING:
    from collections.abc import Iterable

CLASS_NAMES = {
    "body": "机构名",
    "label": "官方标签",
    "suffix": "冒充的后缀",
    "alias": "平台名",
    "gov": "政府标记",
    "topic": "证书业务词",
    "paper": "证书名",
    "query": "查询词",
    "state": "国家字样",
}
WORN_SUFFIX = re.compile(r"[.-](?:com|net|org)[.-]?cn$")
"""Another suffix before the suffix."""
_SUFFIX = Word("cn", "suffix", 0.5)
_NAMES_OF_BODIES = ("label", "body", "alias")
_TRADE, _SURE_TRADE = 0.8, 0.9
"""Weight from which a trade beside its paper is enough, in full and by initials: everybody sells 电工 and 证书."""
_LONG_TRADE, _LONG_INITIALS = 0.6, 6
"""Weight of a trade's initials beside a paper in full, and their letters beside a paper's initials (``tzzyks-zs``)."""
_WHOLE_QUERY = 1.0
"""Weight of a query word that says certificate as well (证书查询): enough beside 全国."""
_WEAK, _PARTNER, _OWN = 0.3, 0.8, 0.6
"""Weight up to which a whole word (平台) needs one of the second weight, or a label of the third, beside it."""
_WHOLE = 5
"""Letters of a whole word."""
_ENGLISH, _IN_FULL, _BY_INITIALS = 0.15, 0.7, 0.6
"""Weight up to which a query word is an English one that techniques use, and of words of the field beside it."""
_COMMON = 0.7
"""Of an agency and a trade (应急, 考试) one must say so much, or both nearly."""
_ELSEWHERE = 0.8
"""What is left where no word stands in the label that somebody chose."""


def two_classes(found: Iterable[Word], front: str, label: str) -> NameFinding | None:
    """The finding that words of two classes make, or None where they are too few or too common."""
    words: dict[str, Word] = {}
    for word in found:
        known = words.get(word.cls)
        if known is None or known.weight < word.weight:
            words[word.cls] = word
    if WORN_SUFFIX.search(front) and not words.keys().isdisjoint(_NAMES_OF_BODIES):
        words["suffix"] = _SUFFIX
    words = {cls: word for cls, word in words.items() if not word.paired or _in_company(word, words)}
    words = _meaningful(words)
    if len(words) < 2 or not _independent(words):
        return None
    strength = 1.0 - math.prod(1.0 - w.weight for w in words.values())
    if not any(w.text in label.replace("-", "") for w in words.values()):
        strength *= _ELSEWHERE
    said = "、".join(f"{CLASS_NAMES[w.cls]} {w.text}" for w in words.values())
    matched = "+".join(w.text for w in words.values())
    return NameFinding("pinyin", round(strength, 3), None, matched, f"域名里同时出现{said}")


def _meaningful(words: dict[str, Word]) -> dict[str, Word]:
    """Without the words that say nothing in this company: a lone 证, 全国, or 平台."""
    paper = words.get("paper")
    if paper is not None and paper == CERTIFICATE and words.keys().isdisjoint((*_NAMES_OF_BODIES, "topic")):
        words = {cls: word for cls, word in words.items() if cls != "paper"}
    others = [word for cls, word in words.items() if cls != "state"]
    if "state" in words and len(others) < 2 and not any(w.cls == "query" and w.weight >= _WHOLE_QUERY for w in others):
        words = {cls: word for cls, word in words.items() if cls != "state"}
    return {} if len(words) == 2 and _both_common(words) else words


def _both_common(words: dict[str, Word]) -> bool:
    """Whether two whole words are such as honest names put together: 建筑平台, 证书平台, 应急考试."""
    query = words.get("query")
    if query is not None and query.weight <= _ENGLISH and any(_of_the_field(w) for w in words.values()):
        return False
    if query is not None and len(query.text) >= _WHOLE and query.weight <= _WEAK:
        return not any(w.weight >= (_OWN if w.cls == "label" else _PARTNER) for w in words.values())
    if words.keys() == {"body", "topic"} and all(w.full for w in words.values()):
        low, high = sorted(w.weight for w in words.values())
        return low < _OWN and high < _COMMON
    return False


def _of_the_field(word: Word) -> bool:
    """Whether few but this field's say a word, so that an English query word beside it is one: ``aqsc-query``."""
    return word.cls in ("topic", "paper") and word.weight >= (_IN_FULL if word.full else _BY_INITIALS)


def _independent(words: dict[str, Word]) -> bool:
    """Whether two classes are more than one word said twice: a label and its organ, a trade and its paper; the office
    of a place beside a label is (``hunanzjt-zlaq``).
    """
    if words.keys() == {"label", "body"}:
        return words["body"].there or _in_company(words["label"], words)
    if words.keys() == {"topic", "paper"}:
        trade, paper = words["topic"], words["paper"]
        if not trade.full:
            return trade.weight >= _LONG_TRADE and (paper.full or len(trade.text) >= _LONG_INITIALS)
        return trade.weight >= (_TRADE if paper.full else _SURE_TRADE)
    return True


def _in_company(word: Word, words: dict[str, Word]) -> bool:
    """Whether a word of the same platform stands beside it in another class."""
    return any(other.platforms & word.platforms for cls, other in words.items() if cls != word.cls)
