"""所有访问都转到官方平台。Counter-evidence: every visit ends at a genuine platform.

Only when *every* client ends there: crews send desktops to the original and WeChat to the copy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.page_urls import host_of
from scoring.result import MISS, Evidence, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.case import Case, View
    from scoring.context import Context

THIN = 200


class RedirectToGenuine:
    """Where the views end, by hops or by the only thing that their page does."""

    name = "redirect_to_genuine"
    title = "转到官方平台"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit when all answering views end at an official host elsewhere."""
        if ctx.official or case.site is None:
            return MISS
        answered = [v for v in case.views if v.page is not None]
        if not answered:
            return unknown("没有取到网页，不知道它转向何处")
        ends = [_end(v) for v in answered]
        if all(host_of(u) != ctx.host and (ctx.ref.genuine_url(u) or ctx.ref.official_host(host_of(u))) for u in ends):
            return hit(f"所有访问都转到官方网站 {host_of(ends[0])}", Evidence(ends[0][:200], case.url, "hops"))
        return MISS


def _end(view: View) -> str:
    page = view.page
    if page is not None and len(page.text) <= THIN and not page.fields:
        onward = page.refresh or (page.redirects[0].url if len(page.redirects) == 1 else "")
        if onward:
            return onward
    return view.final_url
