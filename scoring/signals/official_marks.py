"""不在政府域名下却挂网站标识码或党政机关标识。A site off gov.cn carries marks that only public bodies get.

Whose they are is not known here. Public institutions off gov.cn carry them rightly: so this weighs little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class OfficialMarks:
    """Site codes and CONAC badges that are in no table."""

    name = "official_marks"
    title = "党政机关专用标识"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for marks of unknown owners; known ones are the business of the stolen ones."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        for seen in ctx.pages:
            for mark in seen.claims.official_marks:
                if mark.value not in ctx.ref.site_codes and mark.value not in ctx.ref.conac:
                    text = f"域名不属于政府域名，页面却挂着党政机关专用标识（{mark.value}）"
                    return hit(text, seen.evidence(mark.quote, mark.where), platform="gov")
        return MISS
