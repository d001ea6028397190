"""不同客户端在同一地址看到的不是同一个页面。

Clients get different sites at one address: the forged page shows to some alone. Every pair of clients is compared at
every address that both asked for. Mobile layouts and “请在微信打开” differ honestly: the difference must be in where
one ends or whether there is a page. A visit that failed or was put off saw nothing.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from scoring.domains import registrable_domain
from scoring.lookups import shows_certificate
from scoring.page_urls import host_of
from scoring.result import MISS, Evidence, SignalResult, hit, unknown
from scoring.similarity import jaccard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.case import Case, Client, View
    from scoring.context import Context

BLANK = 60
"""Characters of visible text below which a page shows nothing."""
UNLIKE = 0.05
PUT_OFF = frozenset({429})
"""Statuses that say *later*: nothing about what the client would see."""
CLIENTS: dict[Client, str] = {"desktop": "电脑", "wechat": "微信", "mobile": "手机", "referred": "搜索来访者"}


class ClientDifference:
    """Views of one address by different clients."""

    name = "client_difference"
    title = "不同客户端内容不同"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """The largest difference of any pair; *unknown* where no address was seen by two clients."""
        if ctx.official or case.site is None:
            return MISS
        pairs = [pair for views in _by_address(case.views) for pair in combinations(views, 2)]
        if not pairs:
            tried = {v.client for v in case.views}
            why = "没有两种客户端取到同一地址的结果" if len(tried) > 1 else "没有用两种客户端访问"
            return unknown(f"{why}，无法比较")
        best, best_strength = MISS, 0.0
        for one, other in pairs:
            strength, why = _differ(one, other)
            shown = any(seen.view in (one, other) and shows_certificate(seen) for seen in ctx.pages)
            strength = 1.0 if strength and shown else strength
            if strength > best_strength:
                best, best_strength = _found(one, other, why, strength), strength
        return best


def _by_address(views: Iterable[View]) -> list[list[View]]:
    """Answered views, one a client, by the address that was asked for."""
    found: dict[str, dict[str, View]] = defaultdict(dict)
    for view in views:
        if view.page is not None or (view.status is not None and view.status not in PUT_OFF):
            found[view.requested_url].setdefault(view.client, view)
    order = list(CLIENTS)
    return [sorted(by.values(), key=lambda v: order.index(v.client)) for by in found.values()]


def _found(one: View, other: View, why: str, strength: float) -> SignalResult:
    evidence = Evidence(f"{one.final_url} / {other.final_url}"[:200], other.final_url, "views", other.body_sha256)
    return hit(f"{CLIENTS[one.client]}访问与{CLIENTS[other.client]}访问结果不同：{why}", evidence, strength=strength)


def _differ(one: View, other: View) -> tuple[float, str]:
    here, there = _shown(one), _shown(other)
    if max(here, there) < BLANK:
        return 0.0, ""
    if min(here, there) < BLANK:
        blank, full = (one, other) if here < there else (other, one)
        strength = 1.0 if blank.client == "desktop" else 0.6
        return strength, f"{CLIENTS[blank.client]}看不到内容，{CLIENTS[full.client]}能看到"
    hosts = host_of(one.final_url), host_of(other.final_url)
    if hosts[0] != hosts[1] and _domain(hosts[0]) != _domain(hosts[1]):
        return 1.0, f"分别落到 {hosts[0]} 和 {hosts[1]}"
    if one.page is None or other.page is None or one.page.title == other.page.title:
        return 0.0, ""
    shared = jaccard(one.page.text_shingles, other.page.text_shingles)
    return (0.7, "标题和正文都不一样") if shared < UNLIKE else (0.0, "")


def _domain(host: str) -> str:
    return registrable_domain(host) or host


def _shown(view: View) -> int:
    if view.page is None or (view.status or 200) >= 400:
        return 0
    return len(view.page.text) + len(view.page.script_text)
