"""Whom the name of a body means: a registered organ, another public body, an invented one, or a private one."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from operator import neg
from typing import TYPE_CHECKING, Any, Literal

import ahocorasick

from scoring.invisible import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seeds.model import Platform

LEAST_NAME = 5
"""Characters of a platform's name that says by itself which one is meant."""
BodyKind = Literal["organ", "platform", "gov", "official_sounding", "private"]
"""``organ``: the organ of a registered platform; ``platform``: its own name; ``gov``: reads like another public
body; ``official_sounding``: a 国家…中心 or 全国…网 that no row knows; ``private``: company, school, association."""

_PRIVATE = re.compile(
    r"公司|集团|学校|学院|大学|中学|协会|学会|商会|联合会|报社|日报|晚报|杂志|传媒|网络科技|科技有限|工作室|培训|咨询|"
    r"人才网|招聘网|教育网|论坛|百科|编辑部|事务所|基金会|医院|研究院|图书馆|大厦|厂$"
)
_COMPANY = re.compile(r"公司|集团|学校|协会|学会|商会|工作室|报社|医院")
_REGION = r"(?:[\u4e00-\u9fff]{2,9}(?:省|市|县|区|州|盟|旗|自治区))"
_FIELD = (
    r"(?:管理|监督|保障|建设|教育|公安|安监|质监|人社|住建|交通|运输|卫生|健康|卫健|税务|财政|应急|监管|民政|司法|水利|农业|农村|"
    r"消防|统计|审批|服务|资源|环境|旅游|审计|信息化|商务|人事|劳动|能源|气象|地震|档案|体育|文化|执法|督察|监察|技术)"
)
_GOV = re.compile(
    rf"^(?:中国·)?{_REGION}{{0,3}}[\u4e00-\u9fff]{{0,14}}?(?:人民政府|{_FIELD}(?:局|厅|总局|委员会|总队|支队)|委员会|国务院|"
    rf"政务服务中心|人民法院|人民检察院|工业和信息化部|国家[\u4e00-\u9fff]{{1,10}}(?:局|署|委))"
    r"(?:办公室|办公厅|信息中心|网|网站|门户网站)?$"
)
_MINISTRY = re.compile(r"^(?:中华人民共和国|国家)[\u4e00-\u9fff]{2,10}部$")
_OFFICIAL = re.compile(
    rf"(?:^|[^\u4e00-\u9fff])(?:国家|全国|中国|中华|{_REGION}|[\u4e00-\u9fff]{{2,3}})"
    r"[\u4e00-\u9fff]{2,20}(?:中心|平台|系统|服务网|管理网|查询网|核验网|公示网|考试网|鉴定网|证书网|信息网|资格网|人才网|人事网|委员会|管理局)$"
)
_PUBLIC = frozenset("府局厅会队院心部署委")
"""One of them stands in every public body's name that no row knows."""
_SUBJECT = re.compile(
    r"证书|资格|技能|职业|人才|人事|安全生产|考试|鉴定|特种|职称|学历|学籍|教育|从业|作业|建设|监管|安监|应急"
)
_FORMER = re.compile(r"[（(](?:原|曾用名)[^（()）]{1,60}[）)]")
"""A former name in brackets: whom it named does not say what the body is now."""
_BRACKETS = re.compile(rf"[\s()（）\[\]【】《》“”\"'·.,，。:：!！?？、—_|/{INVISIBLE}-]")


def plain_name(name: str) -> str:
    """A name without blanks, brackets and punctuation, in lower case."""
    return _BRACKETS.sub("", name).lower()


@dataclass(frozen=True, slots=True)
class BodyMatch:
    """Whom a name means."""

    kind: BodyKind
    platforms: tuple[str, ...] = ()
    """Platform ids that the body runs; ``("gov",)`` for a public body without a row."""
    name: str = ""
    """The registered name that fitted."""


class BodyIndex:
    """Names of organs and platforms, built once."""

    def __init__(self, platforms: Iterable[Platform]) -> None:
        self._organs: dict[str, list[str]] = {}
        self._platforms: dict[str, list[str]] = {}
        for p in platforms:
            if p.kind == "body":
                continue
            for name in (p.organ, *p.organ_aliases):
                self._enter(self._organs, name, p.id)
            for name in (p.name, *p.aliases):
                self._enter(self._platforms, name, p.id)
        self._lengths = sorted({len(name) for name in self._organs}, reverse=True)
        self._names: Any = ahocorasick.Automaton()
        for rank, name in enumerate(self._platforms):
            if len(name) >= LEAST_NAME:
                self._names.add_word(name, (len(name), -rank, name))
        if self._names:
            self._names.make_automaton()
        self._lasts = frozenset(name[-1] for name in (*self._organs, *self._platforms)) | _PUBLIC

    @staticmethod
    def _enter(table: dict[str, list[str]], name: str, platform_id: str) -> None:
        key = plain_name(name)
        if len(key) >= 3 and platform_id not in table.setdefault(key, []):
            table[key].append(platform_id)

    def may_be_public(self, line: str) -> bool:
        """Whether an organ, a platform or another public body may be named in a line: most lack every last character
        of such names.
        """
        return not self._lasts.isdisjoint(line.lower())

    def find(self, value: str) -> BodyMatch | None:
        """Whom ``value`` means; None when it says nothing about a body."""
        name = plain_name(_FORMER.sub("", value))
        known = self._organ(name) or self._platform(name)
        if known is not None:
            return known
        if _PRIVATE.search(name):
            return BodyMatch("private", name=value)
        if _GOV.match(name) or _MINISTRY.match(name):
            return BodyMatch("gov", ("gov",), value)
        if self.official_sounding(value):
            return BodyMatch("official_sounding", ("gov",), value)
        return None

    def _organ(self, name: str) -> BodyMatch | None:
        bare = name.removeprefix("中华人民共和国").removeprefix("国家")
        for said in dict.fromkeys((name, bare)):
            for length in self._lengths[bisect_left(self._lengths, -len(said), key=neg) :]:
                organ = said[:length]
                # A department or centre of the organ speaks for it; a company that carries its name does not.
                if organ in self._organs and not _COMPANY.search(said[length:]):
                    return BodyMatch("organ", tuple(self._organs[organ]), organ)
        return None

    def _platform(self, name: str) -> BodyMatch | None:
        """The longest platform's name that is more than half of ``name``, of those as long the one entered first."""
        inside = self._names.iter(name) if self._names else ()
        size, _, known = max((found for _, found in inside), default=(0, 0, ""))
        if size * 2 <= len(name):
            return None
        return BodyMatch("platform", tuple(self._platforms[known]), known)

    def official_sounding(self, value: str) -> bool:
        """Whether a name sounds like a public body for certificates or people, without being registered."""
        name = plain_name(value)
        return bool(_OFFICIAL.search(name) and _SUBJECT.search(name) and not _PRIVATE.search(name))
