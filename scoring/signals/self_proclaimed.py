"""自称“唯一官方”“国家指定”的查询网站。A query that calls itself the only official one.

After a family of sites that print 该网站工信部已备案，唯一官方认证 in one layout. Genuine platforms do not have to
say so; schools that are 指定培训 look nothing up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class SelfProclaimed:
    """Phrases of ``proclaimed`` on sites that answer for certificates."""

    name = "self_proclaimed"
    title = "自封官方查询"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit where such a phrase stands on a site with a query or a record."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        for seen in ctx.pages if ctx.answers else ():
            found = seen.text.matches.get("proclaimed", ())
            if found:
                return hit(f"查询网站自封“{found[0].term}”，真正的官方平台不这样写", seen.text.evidence(found[0]))
        return MISS
