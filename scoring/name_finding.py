"""One rule that a name meets, as it is told to the analyst. Says what was found; finds nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scoring.name_slips import LabelHit


@dataclass(frozen=True, slots=True)
class NameFinding:
    """One rule that a name meets. ``strength`` in (0, 1]: from 0.5 it is worth a visit by itself."""

    rule: str
    strength: float
    platform: str | None
    matched: str
    text: str
    """One sentence in Chinese for the analyst."""
    clear: bool = False
    """Whether the name points at that platform and at no other of its organ as well."""


LABEL_TEXT = {
    "embedded_host": "把官方域名 {genuine} 嵌在自己的域名里（{matched}）",
    "typo": "“{matched}”与官方域名 {genuine} 只差一两处（增减、换位、连字符或后缀）",
    "bitsquat": "“{matched}”与官方域名 {genuine} 只差一个比特",
    "homoglyph": "“{matched}”用形近字符仿写官方域名 {genuine}",
    "punycode": "国际化域名显示出来与官方域名 {genuine} 形近（{matched}）",
}
SAME_LOOK = {
    "punycode": "国际化域名显示出来就是官方域名 {genuine}，实为另一个域名",
    "homoglyph": "用形近的字母或数字仿写官方域名 {genuine}，实为另一个域名",
}


def label_finding(hit: LabelHit, disguise: str) -> NameFinding:
    """A look-alike label as a finding; ``disguise`` is the rule by which disguised letters were read, else empty."""
    rule = disguise or hit.rule
    text = LABEL_TEXT[rule].format(genuine=hit.genuine, matched=hit.matched)
    return NameFinding(rule, hit.strength, hit.platform, hit.matched, text)
