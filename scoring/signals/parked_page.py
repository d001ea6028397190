"""待售或停放的域名页面。Counter-evidence: a page that offers the name itself for sale; nothing else lives there.

The name may be a fake's one day: the row stays in the list of all sites, and the site is visited again. A page that
looks certificates up is not parked; a server's own first page is no sign that nobody is about to move in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.faces import notice_of, sale_words
from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Seen

LEAST, THIN = 2, 1500
"""Words of sale or parking, and characters of text: a page with more is about names, or lives."""


class ParkedPage:
    """Words of registrars' sale and parking pages on a thin page."""

    name = "parked_page"
    title = "待售或停放域名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when every page of the site is such a page."""
        if not ctx.pages or ctx.answers:
            return MISS
        for seen in ctx.pages:
            if seen.text.offers.strength or not _words(seen):
                return MISS
        first = ctx.pages[0]
        said = _words(first)
        return hit(f"域名待售或停放，没有网站（{'、'.join(said[:3])}）", first.evidence(said[0], "text"))


def _words(seen: Seen) -> tuple[str, ...]:
    """What says that the name is for sale or parked, on a page of few words."""
    if len(seen.page.text) > THIN:
        return ()
    phrases = sale_words(seen.page.title, seen.page.text) if notice_of(seen.page.title, seen.page.text) else ()
    terms = seen.text.words("parked")
    return phrases or (terms if len(terms) >= LEAST else ())
