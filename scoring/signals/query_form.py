"""证书查询表单：姓名、证件号码、证书编号、验证码。A form that looks certificates up, by old or new field names.

Schools, associations and 健康证 pages have such forms rightly: by itself it weighs little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.lookups import best_form
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 0.4


class QueryForm:
    """The form that asks most like a certificate query."""

    name = "query_form"
    title = "证书查询表单"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit from a name and a number on."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        rated = [(*best_form(seen), i) for i, seen in enumerate(ctx.pages)]
        strength, quote, at = max(rated, default=(0.0, "", 0))
        if strength < LEAST:
            return MISS
        return hit(
            f"页面有证书查询表单，要求填写{quote}", ctx.pages[at].evidence(quote, "form"), strength=round(strength, 3)
        )
