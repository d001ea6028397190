"""页面文字与官方页面高度相同。The visible text contains most of a genuine page's text.

Snapshots and archives do too, and are cleared by their frame; quotations stay below the threshold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST, FULL = 0.35, 0.8
"""Unrelated pages share nothing (99.9th percentile 0.35 of any measure); copies with new markup keep 0.94."""


class TextSimilarity:
    """Containment of each baseline's shingles in each page."""

    name = "text_similarity"
    title = "文字与官方页面相同"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """The most similar pair, from 0.35 on."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        if ctx.pages and not ctx.ref.baselines:
            return unknown("没有官方页面的基线，无法比较")
        best = max(ctx.likeness, key=lambda pair: (pair[2], pair[1].url), default=None)
        if best is None or best[2] < LEAST:
            return MISS
        seen, baseline, text, _ = best
        name = (
            ctx.ref.platforms[baseline.platform].name if baseline.platform in ctx.ref.platforms else baseline.platform
        )
        said = f"页面含有官方页面（{name}，{baseline.url}）{text:.0%}的文字"
        strength = round(min(1.0, 0.4 + 0.6 * (text - LEAST) / (FULL - LEAST)), 3)
        return hit(said, seen.evidence(seen.page.text[:120], "body"), strength=strength, platform=baseline.platform)
