"""页面截图与官方页面相近。The page looks like a genuine one in a browser, whatever its source says.

Perceptual hashes (256 bits) of the whole page and of its first screenful; pages of one colour are like nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.pictured import far
from scoring.result import MISS, Evidence, SignalResult, hit, unknown
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case, Screen
    from scoring.context import Context

NEAR = 44
"""Bits of 256. Measured on 130 rendered pages of counterfeits, adverts, honest sites and genuine platforms, most of
them text on white: copies of a page with another name, notice or field are 0 to 38 apart, the same page below an
archive's bar 26, unrelated pages 58 and more (1 % of pairs under 92, the median at 124). With 64 bits unrelated
pages were 0 to 10 apart as often as copies, so they are not compared.
"""
SAME = 16


class ScreenSimilarity:
    """Screens of the views against those of the baselines."""

    name = "screen_similarity"
    title = "截图与官方页面相近"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """The nearest pair; full from 16 bits down, half at 44."""
        cannot = cannot_judge(ctx)
        if cannot is not None or not ctx.pages:
            return cannot or MISS
        baselines = [(b, b.screen) for b in ctx.ref.baselines if b.screen is not None]
        own = {id(seen.view) for seen in ctx.pages}
        screens = [(v, v.screen.value) for v in case.views if id(v) in own and v.screen.value is not None]
        if not screens:
            why = next((v.screen.why for v in case.views if v.screen.why), "没有用浏览器访问")
            return unknown(f"没有页面截图（{why}）")
        if not baselines:
            return unknown("没有官方页面的截图可比")
        pairs = [(_far(screen, theirs), view, base) for view, screen in screens for base, theirs in baselines]
        bits, view, base = min(pairs, key=lambda p: (p[0] is None, p[0] or 0, p[2].url, p[1].final_url))
        if bits is None:
            return unknown("页面没有可比的版面")
        if bits > NEAR:
            return MISS
        strength = 1.0 if bits <= SAME else 1.0 - 0.5 * (bits - SAME) / (NEAR - SAME)
        shown = view.screen.value
        evidence = Evidence(f"感知哈希相差 {bits}/256 位", view.final_url, "screen", shown.sha256 if shown else "")
        return hit(
            f"页面截图与官方页面（{base.url}）几乎相同", evidence, strength=round(strength, 3), platform=base.platform
        )


def _far(screen: Screen, theirs: Screen) -> int | None:
    """Bits between the nearer of both pictures; None where there is nothing to compare."""
    pairs = [(screen.fine_whole, theirs.fine_whole), (screen.fine_fold, theirs.fine_fold)]
    return min((far(a, b) for a, b in pairs if a is not None and b is not None), default=None)
