"""正规培训学校的写法：条件、学时、考试、办学许可。Counter-evidence: conditions, hours, exams, a licence to teach.

Sellers copy some of it: where they also promise papers without exams, it clears half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST, FULL = 1.0, 2.4


class HonestSchool:
    """Words of schools, each counted once."""

    name = "honest_school"
    title = "正规培训写法"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """The strongest text."""
        best, best_strength = None, 0.0
        for text in ctx.texts:
            weight = text.weight("school")
            if weight >= LEAST:
                offered = text.offers.strength
                strength = min(1.0, weight / FULL) * (0.4 if offered >= 0.6 else 1.0)
                if strength > best_strength:
                    best, best_strength = text, strength
        if best is None:
            return MISS
        said = "、".join(best.words("school")[:5])
        return hit(
            f"正规培训的写法（{said}）", best.evidence(best.matches["school"][0]), strength=round(best_strength, 3)
        )
