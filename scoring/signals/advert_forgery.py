"""明示伪造、代做证件。The text offers to make, forge or sell papers.

Police reports use the same verbs of others: what stands in a sentence of report or warning does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


LEAST = 0.4
"""What counts where no paper of the trade is named: any paper can be forged."""


class AdvertForgery:
    """Asserted phrases of making papers."""

    name = "advert_forgery"
    title = "兜售伪造证件"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """0.6 for one phrase, full from three on; less where no paper of the trade is named."""
        missing = ctx.no_page() if not ctx.texts else None
        if missing is not None:
            return missing
        text = max(ctx.texts, key=lambda t: len(t.offers.forgery), default=None)
        if text is None or not text.offers.forgery:
            return MISS
        phrases = text.offers.forgery[:3]
        strength = min(1.0, 0.4 + 0.2 * len(phrases)) * max(LEAST, text.offers.topic)
        evidence = tuple(text.quote(p) for p in phrases)
        return hit(f"兜售证件：“{'”“'.join(phrases)}”", *evidence, strength=round(strength, 3))
