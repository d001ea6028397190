"""明码标价或谈定金、先证后款。A price, a deposit, or payment after the paper, beside an offer.

Schools and exam notices state fees too: without an offer it is a miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 0.5


class AdvertPrice:
    """Terms of money in the texts that offer papers."""

    name = "advert_price"
    title = "谈价收款"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """Hit beside an offer of the same text."""
        for text in ctx.texts:
            if text.offers.strength < 0.4:
                continue
            terms = [m for m in text.matches.get("price", ()) if ctx.ref.weight(m) >= LEAST]
            if terms:
                strength = max(ctx.ref.weight(m) for m in terms)
                return hit(f"谈价收款：“{terms[0].term}”", text.evidence(terms[0]), strength=strength)
        return MISS
