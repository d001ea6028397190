"""警示、通报、报道、案例的语境。Counter-evidence: the text warns, reports or judges; its slogans are others'.

Copies of genuine pages carry warnings too: a page that looks certificates up, sells, or signs as an organ elsewhere is
not cleared by them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.lookups import best_form, shows_certificate
from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST, FULL = 1.2, 3.0
OWN = 0.4
"""Several facets of an offer that the text does not hold at a distance: its warnings are a seller's."""


class QuotingContext:
    """Words of distance in the texts, each counted once."""

    name = "quoting_context"
    title = "警示或报道语境"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """The strongest text; nothing where the site works as a query or the text offers papers itself."""
        if ctx.signs_as_organ and not ctx.official:
            return MISS
        if any(best_form(seen)[0] >= 0.5 or shows_certificate(seen) for seen in ctx.pages):
            return MISS
        best, best_weight = None, 0.0
        for text in ctx.texts:
            weight = text.weight("quoting") + 0.5 * len(text.words("news"))
            # A seller's own offer is worth as much as three words of warning.
            weight -= 2.0 * text.offers.strength
            if text.offers.pattern >= OWN and text.offers.distance < OWN:
                continue
            if text.matches.get("quoting") and weight > best_weight:
                best, best_weight = text, weight
        if best is None or best_weight < LEAST:
            return MISS
        said = "、".join(best.words("quoting")[:5])
        evidence = best.evidence(best.matches["quoting"][0])
        return hit(f"警示或报道的语境（{said}）", evidence, strength=round(min(1.0, best_weight / FULL), 3))
