"""如实署名为公司、学校或协会。Counter-evidence: the footer names a company, school or association, and no organ.

Crews rarely sign at all; those who do sign as the organ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class OwnBody:
    """Sponsors and copyright holders of all pages."""

    name = "own_body"
    title = "如实署名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when every known body on the pages is private."""
        signed = None
        for seen in ctx.pages:
            for claim in seen.claims.bodies:
                if claim.kind not in ("host", "copyright"):
                    continue
                match = ctx.ref.body(claim.value)
                if match is not None and match.kind != "private":
                    return MISS
                if match is not None and signed is None:
                    signed = (seen, claim)
        if signed is None:
            return MISS
        seen, claim = signed
        return hit(f"页面如实署名“{claim.value}”", seen.evidence(claim.quote, claim.where))
