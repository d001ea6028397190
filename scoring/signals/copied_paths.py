"""路径照抄官方平台的接口和资源。The page's own addresses repeat paths of a genuine platform.

Common library files do not count; only paths long and odd enough to come from one place.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.generations import distinctive_path
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

_LIBRARY = re.compile(
    r"jquery|bootstrap|vue|react|layui|layer|swiper|element|echarts|axios|iconfont|favicon|hm\.js|common\.(?:js|css)"
)
LEAST_ASSETS = 4


class CopiedPaths:
    """Paths of generations in the source, and asset paths shared with a baseline."""

    name = "copied_paths"
    title = "照抄官方路径"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for two paths of a generation (or one and its marks), or four odd asset paths of a baseline."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        for seen in ctx.pages:
            for match in seen.generations:
                own = [p for p in match.paths if _own(seen.page.html, p, ctx)]
                if own and (len(own) >= 2 or match.marks):
                    text = f"页面使用官方平台的路径 {own[0]}（{match.generation}）"
                    strength = min(1.0, 0.5 + 0.25 * len(own))
                    return hit(text, seen.evidence(own[0], "html"), strength=strength, platform=match.platform)
            for baseline in ctx.ref.baselines:
                shared = sorted(p for p in seen.page.asset_paths & baseline.page.asset_paths if _odd(p))
                if len(shared) >= LEAST_ASSETS:
                    text = f"有{len(shared)}个资源路径与官方页面（{baseline.url}）相同"
                    return hit(text, seen.evidence(shared[0], "[src]"), strength=0.8, platform=baseline.platform)
        return MISS


def _own(html: str, path: str, ctx: Context) -> bool:
    """Whether the path stands without a genuine host before it: a link to the platform repeats its path too."""
    at = html.find(path)
    while at >= 0:
        before = html[max(0, at - 60) : at]
        host = re.search(r"//([a-z0-9.-]+)(?::\d+)?[^\s\"'<>]*$", before, re.IGNORECASE)
        if host is None or not ctx.ref.official_host(host.group(1).lower()):
            return True
        at = html.find(path, at + len(path))
    return False


def _odd(path: str) -> bool:
    return distinctive_path(path) and not _LIBRARY.search(path.lower())
