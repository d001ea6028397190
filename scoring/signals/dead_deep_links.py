"""首页照搬、内页打不开：官方平台的内部链接在此已失效。Deep links of a genuine platform that are dead on this host.

A static mirror holds the pages that somebody saved and no others. Only links that a visit followed count; a broken
link of the site's own says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.page_urls import host_of, path_of
from scoring.result import MISS, Evidence, SignalResult, hit, unknown
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case, View
    from scoring.context import Context

GONE = frozenset({404, 410})
LEAST = 2
"""Links into one platform's paths: a single one may carry that name by chance."""


class DeadDeepLinks:
    """The site's links into path spaces of genuine platforms, against what visits of them brought."""

    name = "dead_deep_links"
    title = "照搬的内页打不开"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a followed deep link that is gone; *unknown* where such links stand and none was followed."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        platform, paths = _copied(ctx)
        if not paths:
            return MISS
        followed = [v for v in case.views if _own_path(v, ctx.host) in paths and v.status is not None]
        if not followed:
            return unknown("页面带有官方平台的内部链接，但没有逐一访问，不知道能否打开")
        dead = [v for v in followed if v.status in GONE]
        if not dead:
            return MISS
        name = ctx.ref.platforms[platform].name
        gone = sorted({_own_path(v, ctx.host) for v in dead})
        text = f"页面带有“{name}”的内部链接 {gone[0]}，在此打开是 {dead[0].status}（照搬首页的静态镜像常如此）"
        evidence = Evidence(
            f"{dead[0].requested_url} → {dead[0].status}", dead[0].final_url, "views", dead[0].body_sha256
        )
        return hit(text, evidence, strength=min(1.0, 0.5 + 0.25 * len(gone)), platform=platform)


def _own_path(view: View, host: str) -> str:
    return path_of(view.requested_url) if host_of(view.requested_url) == host else ""


def _copied(ctx: Context) -> tuple[str, frozenset[str]]:
    """The platform into whose paths most links of the site lead, and these paths."""
    mine: set[str] = set()
    for page in (seen.page for seen in ctx.pages if ctx.ref.may_lead_deep(seen.page.encoded_links)):
        mine |= page.own_paths if host_of(page.own) == ctx.host else set()
        mine.update(path_of(link.url) for link in page.links_out if host_of(link.url) == ctx.host)
    found = {pid: mine & paths for pid, paths in ctx.ref.deep_paths.items() if mine & paths}
    pointed = {pid for pid in found if ctx.affinity.get(pid, 0.0) > 0}
    enough = {pid: paths for pid, paths in found.items() if len(paths) >= LEAST or pid in pointed}
    if not enough:
        return "", frozenset()
    best = min(enough, key=lambda pid: (-len(enough[pid]), -ctx.affinity.get(pid, 0.0), pid))
    return best, frozenset(enough[best])
