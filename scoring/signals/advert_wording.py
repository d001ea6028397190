"""措辞与卖证广告相近。The text is worded as sellers of papers word theirs, by a model of characters, sounds and words.

Warnings and reports quote adverts word by word: what they hold at a distance is for ``advert_told`` and
``quoting_context``, which count beside this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit
from scoring.wording import read_wording

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Text
    from scoring.wording import Reading

FROM, FULL = -1.0, 3.5
"""Log-odds from which wording says something, and from which it says all that it can."""
ANSWERS = 0.3
"""What is left on a site that looks certificates up or shows one: its words are those of a query, whoever built it."""


class AdvertWording:
    """The most telling window of all texts."""

    name = "advert_wording"
    title = "措辞近于卖证广告"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """Rises evenly from FROM to FULL log-odds."""
        missing = ctx.no_page() if not ctx.texts else None
        if missing is not None:
            return missing
        read = [(reading, text) for text in ctx.texts if (reading := read_wording(text.text)) is not None]
        reading, text = max(read, key=lambda pair: pair[0].logit, default=(None, None))
        if reading is None or text is None or reading.logit <= FROM:
            return MISS
        strength = min(1.0, (reading.logit - FROM) / (FULL - FROM))
        if ctx.answers:
            strength *= ANSWERS
        window = " ".join(text.text[reading.start : reading.end].split())
        return hit(_said(reading, text), text.quote(window), strength=round(strength, 3))


def _said(reading: Reading, text: Text) -> str:
    phrases = "”“".join(" ".join(text.text[start:end].split()) for start, end in reading.phrases)
    return f"措辞近于卖证广告，最像的是“{phrases}”" if phrases else "整段措辞近于卖证广告"
