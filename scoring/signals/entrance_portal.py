"""只是查询入口，链接到官方平台。Counter-evidence: the page has no query of its own and links to the genuine one.

Copies link to the original as well; a page with a form, a result or a sponsor's claim is not cleared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.lookups import best_form, shows_certificate
from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.seen import Seen


class EntrancePortal:
    """Links to genuine platforms from pages without a query."""

    name = "entrance_portal"
    title = "查询入口导航"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when a link leads to a registered platform and no page of the site looks anything up."""
        if any(best_form(s)[0] >= 0.4 or shows_certificate(s) or _claims(ctx, s) for s in ctx.pages):
            return MISS
        for seen in ctx.pages:
            for link in seen.page.links if ctx.ref.genuine_url(seen.page.url) else seen.page.links_out:
                platform = ctx.ref.genuine_url(link.url)
                if platform is not None and platform.group != "extra":
                    text = f"本页不提供查询，链接到官方平台“{platform.name}”"
                    return hit(text, seen.evidence(f"{link.text} {link.url}", "a[href]"))
        return MISS


def _claims(ctx: Context, seen: Seen) -> bool:
    matches = (ctx.ref.body(c.value) for c in seen.claims.bodies if c.kind in ("host", "copyright"))
    return any(m is not None and m.kind in ("organ", "platform") for m in matches)
