"""网页直接引用官方网站的图片、脚本、样式。The page loads pictures, scripts or styles from a genuine platform.

A cheap static mirror does. Badges of the filing and badge services are on every honest page and do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.domains import is_gov_label
from scoring.page_urls import host_of
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST_GOV = 4
"""Pictures that news pages take from some gov.cn site are fewer."""


class HotlinkedResources:
    """Resource hosts against the platforms' hosts."""

    name = "hotlinked_resources"
    title = "盗链官方资源"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for any resource of a registered platform, or several of one gov.cn host."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        for seen in ctx.pages:
            for host, count in sorted(seen.page.resource_hosts.items(), key=lambda i: (-i[1], i[0])):
                if ctx.ref.plumbing(host) or "beian" in host:
                    continue
                if not (ctx.ref.lives_at(host) or ctx.ref.official_host(host)):
                    continue
                address = next(u for u in seen.page.resources if host_of(u) == host)
                platform = ctx.ref.genuine_url(address) or ctx.ref.sister(host)
                if platform is None and not (is_gov_label(host) and count >= LEAST_GOV):
                    continue
                text = f"页面有{count}个资源直接取自官方网站 {host}"
                strength = min(1.0, 0.5 + 0.1 * count) if platform else 0.4
                chosen = platform.id if platform else None
                return hit(text, seen.evidence(address, "[src]"), strength=round(strength, 3), platform=chosen)
        return MISS
