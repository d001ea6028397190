"""Parses pages: ordinary ones here, odd ones in a child of bounded time and memory, hostile ones without a tree.

Which way a page goes is told by counting (``scoring.page_guard``), so a stored visit always gives the same case; the
child's limits are ten times what any page within those counts was seen to take. If it is ever broken, the page is
read linearly and says so in ``why_linear``, which goes into the assessment.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from scoring import page as pages
from scoring import page_guard
from scoring.page import PageFacts
from spiders.limited import ChildFailed, LimitedChild, Limits

LIMITS = Limits(seconds=6.0, cpu_seconds=3.0, memory=1 << 30)
LEAST_LINKS = 10
_CHILD = LimitedChild("spiders.parse_child:read", LIMITS, ("scoring.page", "scoring.page_model"))


@lru_cache(maxsize=4)
def parse(html: str, url: str) -> PageFacts:
    """As ``scoring.page.parse``, and safe for whatever came: total, in bounded time. Blocks 6 s at most."""
    if not page_guard.odd(html) or page_guard.too_costly(html):
        return pages.parse(html, url)
    try:
        facts: PageFacts = _CHILD.call(html[: pages.MAX_HTML + 1], url)
    except ChildFailed as failed:
        return pages.parse_linearly(html, url, f"解析被终止：{failed}")
    linear = pages.parse_linearly(html, url, "按标签解析丢失了内容")
    return linear if loses(facts, linear) else replace(facts, html=linear.html)


def read(html: str, url: str) -> PageFacts:
    """What the child does: the facts of one page, without its source, which the parent has."""
    return replace(pages.parse(html, url), html="")


def loses(facts: PageFacts, linear: PageFacts) -> bool:
    """Whether the tree lost the title or most links that stand in the source."""
    if linear.title and not facts.title:
        return True
    return len(linear.links) >= LEAST_LINKS and len(facts.links) * 2 < len(linear.links)
