"""自称像官方机构、实无登记的“中心”“网”，并提供证书查询。A body that sounds official, is in no row, and answers queries.

Real associations and evaluation centres off gov.cn trip it; age and a company's name in the footer speak for them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.lookups import best_form, shows_certificate
from scoring.reference import segments
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Seen


_LOCAL = re.compile(r"(?:全省|全市|全县|[\u4e00-\u9fff]{2,8}?(?:省|市|县|区|州|盟|旗))")
"""A body of one place is that place's, whatever it answers for."""


class InventedBody:
    """Official-sounding names in title, heading, sponsor or copyright, with a query function."""

    name = "invented_body"
    title = "虚构官方机构"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit only where the site looks certificates up and no public body signs it: then that one is claimed."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        if ctx.signs_as_organ:
            return MISS
        for seen in ctx.pages:
            if best_form(seen)[0] < 0.5 and not shows_certificate(seen):
                continue
            for where, value in _names(seen):
                match = ctx.ref.body(value)
                if match is not None and match.kind == "official_sounding":
                    text = f"以“{value}”名义提供证书查询，登记的官方机构中没有这个名称"
                    strength = 0.7 if where == "title" else 1.0
                    return hit(
                        text,
                        seen.evidence(value, where),
                        strength=strength,
                        platform="gov" if _LOCAL.match(value) else ctx.titled_subject,
                    )
        return MISS


def _names(seen: Seen) -> Iterator[tuple[str, str]]:
    for claim in seen.claims.bodies:
        if claim.kind in ("host", "copyright", "undertaker"):
            yield claim.where, claim.value
    for title in (seen.page.title, *seen.page.headings[:2]):
        for segment in segments(title):
            yield "title", segment
