"""非官方网站使用官方页面的国徽或徽标图片。A picture of a genuine page, such as the emblem, stands on another site.

By likeness of the picture itself; where none was fetched or known, a file called 国徽 counts little. A picture
that is loaded from the genuine host is the business of ``hotlinked_resources``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.lookups import has_emblem
from scoring.page_urls import host_of
from scoring.pictured import far, plain
from scoring.result import MISS, Evidence, SignalResult, hit, unknown
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case, PictureFacts
    from scoring.context import Context

NEAR = 4
"""Bits of 64 in which the same emblem differs after scaling and another compression."""
LEAST_SIDE = 24
BY_NAME = 0.25


class Emblem:
    """Pictures of the site against the baselines' own; then the names of picture files."""

    name = "emblem"
    title = "官方徽标图片"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """1.0 for the same picture, 0.25 for an emblem by name on a site that poses as an authority."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        known = [(p, b.platform, b.url) for b in ctx.ref.baselines for p in b.pictures if _tells(p)]
        own = [p for p in case.pictures if _tells(p) and not ctx.ref.official_host(host_of(p.url))]
        for picture in own:
            same = {platform: url for p, platform, url in known if _alike(picture, p)}
            if same:
                platform = ctx.choose(same)
                text = f"使用了官方页面（{same.get(platform or '', next(iter(same.values())))}）的徽标图片"
                return hit(text, Evidence(picture.url, picture.page_url, "img", picture.sha256), platform=platform)
        named = next((seen for seen in ctx.pages if has_emblem(seen)), None)
        if named is None:
            return MISS
        if ctx.poses:
            return hit("自称官方的页面使用名为“国徽”的图片", named.evidence("国徽", "img"), strength=BY_NAME)
        return MISS if own and known else unknown("页面有名为“国徽”的图片，但图片没有取到，或没有官方图片可比")


def _tells(picture: PictureFacts) -> bool:
    """Whether the picture has a shape to compare, and is no QR code: all of those are alike."""
    if picture.phash is None or plain(picture.phash) or picture.qr.value:
        return False
    return min(picture.width, picture.height) >= LEAST_SIDE


def _alike(a: PictureFacts, b: PictureFacts) -> bool:
    if a.sha256 == b.sha256:
        return True
    assert a.phash is not None
    assert b.phash is not None
    return far(a.phash, b.phash) <= NEAR and 0.8 <= (a.width * b.height) / (a.height * b.width) <= 1.25
