"""把售证词藏在看不见的地方，或用零宽字符拆开。

Words of sellers that readers cannot see, or that invisible signs cut up. For search engines, or against machines.
Menus, dialogs and tabs are hidden honestly: only words of offers and promises count, and a page that warns of them
openly shows them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.hidden_blocks import hidden_blocks
from scoring.invisible import visible
from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Seen

LEAST = 2
GROUPS = ("slogans", "promises")
_CUT = re.compile("[\u4e00-\u9fff][\u200b-\u200f\u2060-\u2064\u00ad\ufeff]+(?=[\u4e00-\u9fff])")
CUTS = 5
"""Chinese characters parted by signs of no width: one slips in by pasting, several are meant."""


class HiddenText:
    """Blocks hidden by inline styles, and Chinese text parted by signs of no width."""

    name = "hidden_text"
    title = "隐藏文字"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for two words of offers or promises in hidden blocks, or five cuts on a page that names certificates."""
        missing = ctx.no_page()
        if missing is not None:
            return missing
        for seen in () if ctx.official else ctx.pages:
            for block in hidden_blocks(seen.page.encoded_html) if _may_hide(seen) else ():
                words = {m.term: m for m in ctx.ref.terms.find(block) if m.group in GROUPS}
                if len(words) >= LEAST:
                    said = "、".join(list(words)[:4])
                    first = next(iter(words.values()))
                    quote = " ".join(block[max(0, first.start - 30) : first.end + 60].split())
                    return hit(f"页面把“{said}”藏在看不见的地方", seen.evidence(quote, "[style]"))
            if (cuts := _cuts(seen)) >= CUTS:
                found = _CUT.search(seen.page.text)
                quote = seen.page.text[found.start() : found.start() + 40] if found else ""
                text = f"页面文字里夹着{cuts}处看不见的零宽字符，意在躲避检索"
                return hit(text, seen.evidence(quote, "body"), strength=0.6)
        return MISS


def _may_hide(seen: Seen) -> bool:
    """Whether a style hides something, and enough words stand in the text, which holds what styles hide as well.

    What a comment or a template holds is shown to nobody and read by no search engine.
    """
    return "hides" in seen.source_marks and sum(len(set(seen.text.words(group))) for group in GROUPS) >= LEAST


def _cuts(seen: Seen) -> int:
    text = seen.page.text
    if "unseen" not in seen.marks or not seen.text.names_paper or visible(text) is text:
        return 0
    return sum(1 for _ in _CUT.finditer(text))
