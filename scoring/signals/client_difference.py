"""电脑与微信看到的不是同一个页面。Desktop and WeChat get different sites: the forged page shows in WeChat alone.

Mobile layouts and “请在微信打开” differ honestly: the difference must be in where one ends or whether there is a page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.lookups import shows_certificate
from scoring.page_urls import host_of
from scoring.result import MISS, Evidence, SignalResult, hit, unknown
from scoring.similarity import jaccard

if TYPE_CHECKING:
    from scoring.case import Case, View
    from scoring.context import Context

BLANK = 60
"""Characters of visible text below which a page shows nothing."""


class ClientDifference:
    """The desktop view against each other client's view."""

    name = "client_difference"
    title = "不同客户端内容不同"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit where one client is sent away or shown nothing and another gets a page."""
        if ctx.official or case.site is None:
            return MISS
        desktop = case.view("desktop")
        others = [v for c in ("wechat", "mobile", "referred") if (v := case.view(c)) is not None]
        if desktop is None or not others:
            return unknown("没有用两种客户端访问，无法比较")
        if all(v.error and v.page is None for v in (desktop, *others)):
            return unknown("各客户端都没有取到页面，无法比较")
        for view in others:
            strength, why = _differ(desktop, view)
            if strength:
                if any(seen.view is view and shows_certificate(seen) for seen in ctx.pages):
                    strength = 1.0
                name = {"wechat": "微信", "mobile": "手机", "referred": "搜索来访者"}[view.client]
                evidence = Evidence(
                    f"{desktop.final_url} / {view.final_url}"[:200], view.final_url, "views", view.body_sha256
                )
                return hit(f"电脑访问与{name}访问结果不同：{why}", evidence, strength=strength)
        return MISS


def _differ(desktop: View, other: View) -> tuple[float, str]:
    here, there = _shown(desktop), _shown(other)
    if max(here, there) < BLANK:
        return 0.0, ""
    if min(here, there) < BLANK:
        blank = "电脑看不到内容" if here < there else "只有电脑能看到内容"
        return (1.0 if here < there else 0.6), blank
    hosts = host_of(desktop.final_url), host_of(other.final_url)
    if (
        hosts[0] != hosts[1]
        and hosts[0].rpartition(".")[0].rpartition(".")[2] != hosts[1].rpartition(".")[0].rpartition(".")[2]
    ):
        return 1.0, f"分别落到 {hosts[0]} 和 {hosts[1]}"
    if desktop.page is None or other.page is None or desktop.page.title == other.page.title:
        return 0.0, ""
    shared = jaccard(desktop.page.text_shingles, other.page.text_shingles)
    return (0.7, "标题和正文都不一样") if shared < 0.05 else (0.0, "")


def _shown(view: View) -> int:
    if view.page is None or (view.status or 200) >= 400:
        return 0
    return len(view.page.text) + len(view.page.script_text)
