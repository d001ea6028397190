"""用脚本或 meta 把人转到别的网站。The page sends visitors on to another, not genuine, site by script or meta.

Moves of a site and link shorteners do so too: little weight without a claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.domains import registrable_domain
from scoring.page_urls import host_of
from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.case import Case
    from scoring.context import Context

THIN = 400
"""Characters of text: a page with more of its own is more than a door."""


class RedirectOffsite:
    """Hops that scripts or meta led to, and targets that thin pages hold."""

    name = "redirect_offsite"
    title = "脚本跳转到他站"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a target on another registered domain that is not official."""
        if ctx.official or case.site is None:
            return MISS
        missing = ctx.no_page()
        if missing is not None:
            return missing
        for url, via, source in _targets(case, ctx):
            host = host_of(url)
            if not host or host == ctx.host or ctx.ref.official_host(host):
                continue
            if (registrable_domain(host) or host) != (registrable_domain(ctx.host) or ctx.host):
                return hit(f"页面用{via}把访问者转到 {host}", Evidence(url[:200], source, via))
        return MISS


def _targets(case: Case, ctx: Context) -> Iterator[tuple[str, str, str]]:
    for view in case.views:
        for before, after in zip(view.hops, view.hops[1:], strict=False):
            if after.via in ("meta", "script") or before.via in ("meta", "script"):
                yield after.url, "脚本或 meta 跳转", before.url
    for seen in ctx.pages:
        if len(seen.page.text) > THIN:
            continue
        if seen.page.refresh:
            yield seen.page.refresh, "meta 刷新", seen.view.final_url
        for redirect in seen.page.redirects:
            yield redirect.url, f"脚本（{redirect.via}）", seen.view.final_url
