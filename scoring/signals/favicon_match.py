"""网站图标与官方平台相同。The favicon is a genuine platform's.

A plain framework's default icon would match too: baselines with such icons carry no hash.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit, unknown
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class FaviconMatch:
    """Favicon hashes of the views against those of the baselines."""

    name = "favicon_match"
    title = "网站图标相同"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for the same bytes or the same hash."""
        cannot = cannot_judge(ctx)
        if cannot is not None or not ctx.pages:
            return cannot or MISS
        icons = [b for b in ctx.ref.baselines if b.favicon_mmh3 is not None or b.favicon_sha256]
        views = [v for v in case.views if v.favicon_mmh3 is not None or v.favicon_sha256]
        if not icons or not views:
            return unknown("没有取到网站图标，或没有官方图标可比")
        for view in views:
            for icon in icons:
                same = view.favicon_sha256 and view.favicon_sha256 == icon.favicon_sha256
                if same or (view.favicon_mmh3 is not None and view.favicon_mmh3 == icon.favicon_mmh3):
                    text = f"网站图标与官方页面（{icon.url}）的图标相同"
                    evidence = Evidence(str(view.favicon_mmh3), view.final_url, "favicon", view.favicon_sha256)
                    return hit(text, evidence, platform=icon.platform)
        return MISS
