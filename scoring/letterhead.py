"""Bodies that a page passes for without a word such as 主办: their bare name heads it, or ends its title."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.bodies import plain_name
from scoring.claims import Claim, readable
from scoring.reference import segments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.page import PageFacts
    from scoring.reference import Reference

HEAD_LINES = 8
MAX_LINE = 40
_REST = re.compile(
    r"(?:官网|官方网站|网站|政府网站|门户网站|[\u4e00-\u9fff]{0,16}(?:查询|核验|验证|平台|系统|中心|入口|证|证书|评价|鉴定|服务))?"
)


def letterheads(page: PageFacts, ref: Reference) -> tuple[Claim, ...]:
    """Organs and other public bodies that stand as the page's own name; links to them do not count."""
    found = []
    for kind, where, line in _lines(page):
        match = ref.body(line)
        if match is None or match.kind not in ("organ", "gov"):
            continue
        rest = plain_name(line).partition(plain_name(match.name))[2]
        if _REST.fullmatch(rest):
            found.append(Claim(kind, line, line, where))
    return tuple(found)


def _lines(page: PageFacts) -> Iterator[tuple[str, str, str]]:
    for segment in segments(readable(page.title)):
        if len(segment) <= MAX_LINE:
            yield "title", "title", segment
    linked = {link.text for link in page.links[:50]}
    for line in page.text.split("\n", HEAD_LINES)[:HEAD_LINES]:
        if 4 <= len(line) <= MAX_LINE and line not in linked:
            yield "letterhead", "body", readable(line)
