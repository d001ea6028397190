"""“政府网站找错”链接指向别的网站。The 找错 link reports on another site than this one: a footer copied whole.

Only government sites carry the link; the parameter names the site that it was made for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.domains import registrable_domain
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class ForeignJiucuo:
    """The link's ``url`` and ``site_code`` against the site's own host."""

    name = "foreign_jiucuo"
    title = "找错链接仍指原站"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when the link was made for another host, or for a code that another platform owns."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        for seen in ctx.pages:
            for link in seen.claims.jiucuo:
                owners = ctx.ref.site_codes.get(link.site_code, ())
                platform = ctx.choose(owners)
                other = bool(link.host) and registrable_domain(link.host) != registrable_domain(ctx.host)
                if other or platform:
                    text = f"“政府网站找错”链接填的是{link.host or link.site_code}，不是本站"
                    return hit(text, seen.evidence(link.quote, "a[href]"), platform=platform)
        return MISS
