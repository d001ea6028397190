"""不同客户端在同一地址看到的不是同一个页面。

Clients get different sites at one address: the forged page shows to some alone. Every pair of clients is compared at
every address that both asked for. Honest sites differ too: they send telephones to their own mobile host, ask openly
for WeChat or a browser, show other numbers and banners at every visit, or put a firewall before one client. So the
difference must be in whether there is a page, in whose site one ends at, or in title, text and owner together.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from scoring.challenge import wall_of
from scoring.domains import registrable_domain
from scoring.faces import asks_for_another_program
from scoring.lookups import shows_certificate
from scoring.not_seen import NAMES
from scoring.page_urls import host_of
from scoring.result import MISS, Evidence, SignalResult, hit, unknown
from scoring.similarity import containment, jaccard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.case import Case, View
    from scoring.context import Context

BLANK = 60
"""Characters of visible text below which a page shows nothing."""
UNLIKE = 0.05
SAME_TITLE = 0.3
"""Share of the shorter title's letter pairs from which one site speaks to two kinds of visitors."""
PUT_OFF = frozenset({429})
"""Statuses that say *later*: nothing about what the client would see."""
DOORMEN = ("weixin.qq.com", "apps.apple.com", "itunes.apple.com", "a.app.qq.com", "sj.qq.com")
"""Where honest sites send telephones: WeChat's login, the shops for programs."""
MOBILE_LABELS = frozenset({"m", "wap", "h5", "mobile", "3g", "4g", "mip", "touch", "wx", "weixin"})
ASKED_FOR = 0.8
"""Strength of a notice to come with another program, where that one is shown a certificate."""


class ClientDifference:
    """Views of one address by different clients."""

    name = "client_difference"
    title = "不同客户端内容不同"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """The largest difference of any pair; *unknown* where no address was seen by two clients."""
        if ctx.official or case.site is None:
            return MISS
        if len(case.views) < 2:
            return unknown("没有用两种客户端访问，无法比较")
        open_views = [view for view, wall in zip(case.views, ctx.walled, strict=True) if wall is None]
        pairs = [pair for views in _by_address(open_views) for pair in combinations(views, 2)]
        if not pairs:
            tried = {v.client for v in case.views}
            why = "没有两种客户端取到同一地址的结果" if len(tried) > 1 else "没有用两种客户端访问"
            return unknown(f"{why}，无法比较")
        best, best_strength = MISS, 0.0
        for one, other in pairs:
            strength, why = _differ(one, other)
            shown = any(seen.view in (one, other) and shows_certificate(seen) for seen in ctx.pages)
            if shown:
                strength, why = _with_certificate(one, other, strength, why)
            if strength > best_strength:
                best, best_strength = _found(case, one, other, why, strength), strength
        return best


def _by_address(views: Iterable[View]) -> list[list[View]]:
    """Answered views, one a client, by the address that was asked for; walls and *later* say nothing."""
    found: dict[str, dict[str, View]] = defaultdict(dict)
    for view in views:
        answered = view.page is not None or view.status is not None
        if answered and view.status not in PUT_OFF and wall_of(view) is None:
            found[view.requested_url].setdefault(view.client, view)
    order = list(NAMES)
    return [sorted(by.values(), key=lambda v: order.index(v.client)) for by in found.values()]


def _found(case: Case, one: View, other: View, why: str, strength: float) -> SignalResult:
    evidence = [Evidence(f"{one.final_url} / {other.final_url}"[:200], other.final_url, "views", other.body_sha256)]
    evidence += [_face(view, one) for views in _by_address(case.views) if one in views for view in views]
    return hit(f"{NAMES[one.client]}访问与{NAMES[other.client]}访问结果不同：{why}", *evidence, strength=strength)


def _face(view: View, beside: View) -> Evidence:
    """What one client got, in one line."""
    said = f"{NAMES[view.client]}：HTTP {view.status}，可见文字 {_shown(view)} 字"
    if view is not beside and view.page is not None and beside.page is not None:
        same = jaccard(view.page.text_shingles, beside.page.text_shingles)
        said += f"，与{NAMES[beside.client]}所见相似度 {same:.2f}"
    if host_of(view.final_url) != host_of(view.requested_url):
        said += f"，转到 {host_of(view.final_url)}"
    return Evidence(said[:200], view.final_url, f"views:{view.client}", view.body_sha256)


def _differ(one: View, other: View) -> tuple[float, str]:
    here, there = _shown(one), _shown(other)
    if max(here, there) < BLANK:
        return 0.0, ""
    hosts = host_of(one.final_url), host_of(other.final_url)
    if any(host == doorman or host.endswith(f".{doorman}") for host in hosts for doorman in DOORMEN):
        return 0.0, ""
    if min(here, there) < BLANK:
        blank, full = (one, other) if here < there else (other, one)
        if _asks(blank):
            return 0.0, ""
        strength = 1.0 if blank.client == "desktop" else 0.6
        return strength, f"{NAMES[blank.client]}看不到内容，{NAMES[full.client]}能看到"
    if hosts[0] != hosts[1] and _domain(hosts[0]) != _domain(hosts[1]):
        return 1.0, f"分别落到 {hosts[0]} 和 {hosts[1]}"
    return (0.7, "标题和正文都不一样") if _other_page(one, other, hosts) else (0.0, "")


def _with_certificate(one: View, other: View, strength: float, why: str) -> tuple[float, str]:
    """Certificates are what such doors are for; being asked for another program counts only before one."""
    if strength:
        return 1.0, why
    asking = next((view for view in (one, other) if _asks(view)), None)
    if asking is None:
        return 0.0, ""
    full = other if asking is one else one
    return ASKED_FOR, f"{NAMES[asking.client]}被要求换用别的程序，{NAMES[full.client]}看到证书"


def _other_page(one: View, other: View, hosts: tuple[str, str]) -> bool:
    """Whether title and text have nothing in common, though neither stands on the site's own mobile host."""
    if one.page is None or other.page is None or any(host.split(".", 1)[0] in MOBILE_LABELS for host in set(hosts)):
        return False
    titles = sorted((_pairs(one.page.title), _pairs(other.page.title)), key=len)
    if containment(*titles) >= SAME_TITLE or one.page.title == other.page.title:
        return False
    return jaccard(one.page.text_shingles, other.page.text_shingles) < UNLIKE


def _pairs(title: str) -> frozenset[str]:
    bare = "".join(title.split()).lower()
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))


def _asks(view: View) -> bool:
    return view.page is not None and asks_for_another_program(f"{view.page.title}\n{view.page.text}")


def _domain(host: str) -> str:
    return registrable_domain(host) or host


def _shown(view: View) -> int:
    if view.page is None or (view.status or 200) >= 400:
        return 0
    return len(view.page.text) + len(view.page.script_text)
