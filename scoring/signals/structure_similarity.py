"""页面结构与官方页面相同。The markup is laid out as a genuine page is, whatever its words are.

Sister bureaus on one government CMS share a layout and nothing else: without a claim to be official this is a miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 0.75


class StructureSimilarity:
    """Tag 4-grams and tag sequence against each baseline."""

    name = "structure_similarity"
    title = "结构与官方页面相同"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """The most alike pair from 0.75 on, where something else points at the same platform."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        if ctx.pages and not ctx.ref.baselines:
            return unknown("没有官方页面的基线，无法比较")
        best = max(ctx.likeness, key=lambda pair: (pair[3], pair[1].url), default=None)
        if best is None or best[3] < LEAST:
            return MISS
        seen, baseline, text, structure = best
        if text < 0.1 and not any(name.platform == baseline.platform for _, name in seen.names):
            return MISS
        said = f"页面结构与官方页面（{baseline.url}）相同程度{structure:.0%}"
        quote = f"{len(seen.page.tags)} 个元素"
        return hit(said, seen.evidence(quote, "html"), strength=round(structure, 3), platform=baseline.platform)
