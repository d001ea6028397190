"""自称由某官方机构主办，却不在其地址上。The page names a registered organ or platform as its own sponsor.

Sponsor, copyright and undertaker are claims; technical support and running text are not. A certificate's
issuer is the weakest: honest copies of a certificate name it too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.bodies import plain_name
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

STRENGTH = {"host": 1.0, "copyright": 1.0, "title": 0.7, "letterhead": 0.7, "undertaker": 0.7, "issuer": 0.4}
BESIDE = 0.6
"""Of organs whose rows are provincial or extra: their other hosts are many, and crews seldom take their names."""
POINTED = 1.5
_BELOW = re.compile(r"(?:中心|学院|研究院|研究所|总站)$")
"""A body below an organ that no row names runs none of its platforms: what the title is about names the one meant."""
SAID = {
    "title": "标题",
    "letterhead": "页首",
    "host": "主办单位",
    "copyright": "版权所有",
    "undertaker": "承办单位",
    "issuer": "发证机关",
}


class ClaimOrgan:
    """Claimed bodies that are registered organs or platforms living elsewhere."""

    name = "claim_organ"
    title = "自称官方机构"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """The strongest such claim on any page."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        best, best_strength = MISS, 0.0
        for seen in ctx.pages:
            for claim in seen.bodies:
                match = ctx.ref.body(claim.value)
                strength = STRENGTH.get(claim.kind, 0.0)
                if match is None or match.kind not in ("organ", "platform") or strength <= best_strength:
                    continue
                strength *= 1.0 if any(ctx.ref.platforms[p].group == "core" for p in match.platforms) else BESIDE
                if strength <= best_strength:
                    continue
                platform = ctx.choose(match.platforms, seen)
                pointed = max((ctx.affinity.get(p, 0.0) for p in match.platforms), default=0.0)
                below = _BELOW.search(claim.value) and plain_name(claim.value) != plain_name(match.name)
                if below and pointed < POINTED:
                    platform = ctx.titled_subject
                elif claim.kind == "issuer":  # names who issued the paper, not whose page this is
                    platform = ctx.subject or platform
                text = f"页面{SAID[claim.kind]}写“{claim.value}”，而该机构的平台不在此地址（{ctx.host}）"
                best = hit(text, seen.evidence(claim.quote, claim.where), strength=strength, platform=platform)
                best_strength = strength
        return best
