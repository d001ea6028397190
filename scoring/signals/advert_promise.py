"""承诺“官网可查”“入库”。The text promises that a query site will show the paper: a seller tied to a forged site.

Honest schools promise the same of real papers: only beside an offer it counts in full.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class AdvertPromise:
    """Asserted promises of all texts."""

    name = "advert_promise"
    title = "承诺网上可查"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """Full beside an offer in the same text; a quarter without one."""
        missing = ctx.no_page() if not ctx.texts else None
        if missing is not None:
            return missing
        best, best_strength = MISS, 0.0
        for text in ctx.texts:
            promises = text.offers.promises
            weight = max((ctx.ref.weight(m) for m in promises), default=0.0)
            strength = weight * (1.0 if text.offers.strength >= 0.4 else 0.25)
            if weight >= 0.5 and strength > best_strength:
                said = "、".join(dict.fromkeys(m.term for m in promises[:4]))
                best = hit(f"承诺“{said}”", text.evidence(promises[0]), strength=round(strength, 3))
                best_strength = strength
        return best
