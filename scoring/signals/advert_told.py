"""售证说法是在警示、报道、发问或规定中转述的。Counter-evidence: what is offered is told of others, or asked about.

Not where the reader is told how to reach a seller: he may warn of his rivals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Text

LEAST = 0.1
OFFERS = 0.3
"""What a text offers before it has to be told of others: one seller's text among warnings is not cleared by them."""


class AdvertTold:
    """The distance of all texts that hold an offer."""

    name = "advert_told"
    title = "转述而非兜售"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """The smallest distance among texts that would be offers by themselves."""
        offering = [text for text in ctx.texts if _would_offer(text)]
        if not offering:
            return MISS
        text = min(offering, key=lambda t: t.offers.distance)
        if text.offers.distance < LEAST:
            return MISS
        said = "、".join(text.offers.cues[:6])
        return hit(f"相关说法是在警示、转述或发问（{said}）", text.quote(said), strength=round(text.offers.distance, 3))


def _would_offer(text: Text) -> bool:
    offers = text.offers
    return offers.pattern >= OFFERS or bool(offers.forgery) or max(offers.weights, default=0.0) >= OFFERS
