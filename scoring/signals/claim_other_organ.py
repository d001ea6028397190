"""自称某个未登记的政府部门，域名却不是政府域名。The page claims to be a public body that no row knows, off gov.cn.

4,141 of 11,420 official sites are off gov.cn: this alone is far from a conviction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.bodies import plain_name
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

STRENGTH = {"host": 1.0, "copyright": 1.0, "title": 0.7, "letterhead": 0.7, "undertaker": 0.6, "issuer": 0.4}


class ClaimOtherOrgan:
    """Claimed bodies that read like public bodies."""

    name = "claim_other_organ"
    title = "自称政府部门"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """The strongest such claim on any page; none beside a registered organ's, which is the claim then."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        if not ctx.signed_elsewhere and ctx.names_registered:
            return MISS
        best, best_strength = MISS, 0.0
        for seen in ctx.pages:
            for claim in seen.bodies:
                match = ctx.ref.body(claim.value)
                strength = STRENGTH.get(claim.kind, 0.0)
                if claim.kind == "title" and plain_name(claim.value) == plain_name(seen.page.title):
                    strength = 1.0  # the whole title is the body's name
                if match is None or match.kind != "gov" or strength <= best_strength:
                    continue
                text = f"页面自称“{claim.value}”，域名却不是政府域名，也未登记"
                best = hit(text, seen.evidence(claim.quote, claim.where), strength=strength, platform=ctx.named_subject)
                best_strength = strength
        return best
