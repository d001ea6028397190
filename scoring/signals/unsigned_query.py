"""查询页面不写主办单位、版权和备案号。A page answers for certificates and names nobody who does.

Whoever runs a query honestly signs it: sponsor, copyright or filing number stand on every such page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.lookups import unsigned
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class UnsignedQuery:
    """Query forms and result pages without a signature."""

    name = "unsigned_query"
    title = "查询页面不署名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for the first such page; named after the platform that answers for such certificates."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        for seen in ctx.pages:
            if unsigned(seen):
                text = "页面提供证书查询或展示证书，却没有主办单位、版权和备案号"
                return hit(
                    text, seen.evidence(seen.page.title or seen.page.text[:60], "title"), platform=ctx.named_subject
                )
        return MISS
