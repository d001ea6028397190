"""宣称免考、包过、不用到场即可拿证。The text itself offers certificates without learning or exams.

Warnings, news and judgments quote the same words: a slogan in a sentence of warning or denial does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.offers import LOOSELY
from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Text

LEAST = 0.25


class AdvertSlogans:
    """Asserted slogans of all texts, weighed by how much each says by itself."""

    name = "advert_slogans"
    title = "免考包过等售证用语"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """The text with the strongest slogans; halved where no certificate is named."""
        missing = ctx.no_page() if not ctx.texts else None
        if missing is not None:
            return missing
        best = max(((_strength(t), -i) for i, t in enumerate(ctx.texts)), default=(0.0, 0))
        if best[0] < LEAST:
            return MISS
        text = ctx.texts[-best[1]]
        said = "、".join((*(m.term for m in text.offers.slogans[:5]), *text.offers.spared[:2]))
        evidence = tuple(text.evidence(m) for m in text.offers.slogans[:3]) or (text.quote(said),)
        return hit(f"宣称“{said}”", *evidence, strength=round(best[0], 3))


def _strength(text: Text) -> float:
    doubt = 1.0
    for weight in text.offers.weights:
        doubt *= 1 - 0.7 * weight * weight
    topic = text.offers.topic
    about = topic >= LOOSELY or (text.names_paper and not topic)
    return (1 - doubt) * (1.0 if about else 0.4)
