"""网站厂商的演示站。Counter-evidence: a vendor's demonstration of a government CMS, which says so.

A crew could say so too and would lose its visitors by it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.lookups import best_form, shows_certificate
from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LABELS = ("demo", "test", "yanshi", "preview", "template", "templates")
TOP = 600
FORM = 0.4
"""A page that takes names and numbers is used, whatever a line of its text says."""


_DENIED = re.compile(
    r"非官方(?:网站|平台|网页)?|与[\u4e00-\u9fff]{2,12}无关|不会提交任何数据|数据(?:均)?为(?:随机生成|虚构|模拟)"
)
"""What no crew writes for its visitors to read."""


class DemoSite:
    """The title, the top of the page, the first label of the host."""

    name = "demo_site"
    title = "演示站"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit where the title says so, or the text and a denial; half for top or footer, or the host alone."""
        for seen in ctx.pages:
            titled = next((m for m in seen.title_matches if m.group == "demo"), None)
            if titled is not None:
                return hit(f"标题说明是演示（{titled.term}）", seen.evidence(titled.quote, "title"))
        for seen in ctx.pages:
            if "demo" not in seen.text.matches:
                continue
            denied = _DENIED.search(seen.page.text)
            if denied:
                return hit(f"页面说明是演示，并声明{denied.group()}", seen.evidence(denied.group(), "body"))
            if best_form(seen)[0] >= FORM or shows_certificate(seen):
                continue
            around = f"{seen.page.text[:TOP]}\n{seen.page.text[-TOP:]}"
            said = next((m for m in ctx.ref.terms.find(around) if m.group == "demo"), None)
            if said is not None:
                return hit(f"页面说明是演示（{said.term}）", seen.evidence(said.quote, "body"), strength=0.5)
        labels = ctx.host.replace("-", ".").split(".")[:-1]
        if ctx.pages and any(label.startswith(LABELS) for label in labels[:2]):
            return hit("域名表明是演示或测试站", ctx.pages[0].evidence(ctx.host, "host"), strength=0.5)
        return MISS
