"""网页留有“另存自官方网站”的注释。A comment says that the page was saved or mirrored from a genuine host.

Archives keep it as well, and are cleared by their frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.page_urls import host_of
from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class MirroredFrom:
    """*Saved from* and *mirrored from* comments, and a canonical address at a genuine host."""

    name = "mirrored_from"
    title = "镜像自官方网站"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when the comment or the canonical address names a genuine host."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        for seen in ctx.pages:
            for where, source in (
                *(("comment", s) for s in seen.page.saved_from),
                ("link[rel=canonical]", seen.page.canonical),
            ):
                address = source if "://" in source else f"http://{source}"
                host = host_of(address)
                if source and host != ctx.host and ctx.ref.official_host(host):
                    platform = ctx.ref.genuine_url(address) or ctx.ref.sister(host)
                    text = f"网页代码注明取自官方网站 {host}"
                    return hit(text, seen.evidence(source, where), platform=platform.id if platform else None)
        return MISS
