"""Bodies that a page passes for without a word such as 主办: their bare name heads it, or ends its title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.bodies import plain_name
from scoring.claims import Claim, readable
from scoring.invisible import visible
from scoring.reference import segments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.bodies import BodyMatch
    from scoring.page import PageFacts
    from scoring.reference import Reference

HEAD_LINES = 8
BLANK = 60
"""Characters of text below which a page shows what its scripts write."""
MAX_LINE = 40
_REST = re.compile(
    r"(?:官网|官方网站|网站|政府网站|门户网站|[\u4e00-\u9fff]{0,16}(?:查询|核验|验证|平台|系统|中心|入口|证|证书|评价|鉴定|服务))?"
)


_LABELLED = re.compile(r"^[\u4e00-\u9fff ]{2,8}[:：]|^[\u4e00-\u9fff]{2,4}(?:机关|单位|机构|部门)[ \u3000]")
"""A line that says what its body did (发证机关：, 来源：) is no bare name; sponsors are read as claims."""
_HOST = re.compile(r"(?<![A-Za-z0-9.-])(?:[a-z0-9-]{1,40}\.){1,4}(?:cn|org|com)(?![A-Za-z0-9-])")
_HEAD = re.compile(r"[\u4e00-\u9fff]{2,20}?(?:(?:管理|监督|保障|建设|教育|公安|监管)[局厅]|[市县区]局|委员会)")


def letterheads(page: PageFacts, ref: Reference) -> tuple[Claim, ...]:
    """Organs and other public bodies that stand as the page's own name; links to them do not count."""
    found = []
    for kind, where, line in _lines(page):
        if not ref.bodies.may_be_public(line):
            continue
        match, value = ref.body(line), line
        if match is None or match.kind == "platform":
            match = _leading(line, ref)
            value = match.name if match else line
        if match is None or match.kind not in ("organ", "gov"):
            continue
        rest = plain_name(line).partition(plain_name(match.name))[2]
        if _REST.fullmatch(rest):
            found.append(Claim(kind, value, line, where))
    return tuple(found)


def _leading(line: str, ref: Reference) -> BodyMatch | None:
    """The public body with which a line begins: 应急管理局 in 应急管理局特种作业操作证查询入口."""
    head = _HEAD.match(line)
    return ref.body(head.group()) if head else None


def _lines(page: PageFacts) -> Iterator[tuple[str, str, str]]:
    told_of = _HOST.search(page.title) is not None  # a title that prints an address tells of that site
    for segment in segments(readable(visible(page.title))):
        if len(segment) <= MAX_LINE and not told_of:
            yield "title", "title", segment
    linked = {link.text for link in page.links[:50]}
    shown = page.text if len(page.text) > BLANK else f"{page.text}\n{page.script_text}"
    for raw in shown.split("\n", HEAD_LINES)[:HEAD_LINES]:
        line = visible(raw)
        if 4 <= len(line) <= MAX_LINE and raw not in linked and not _LABELLED.match(line):
            yield "letterhead", "body", readable(line)
