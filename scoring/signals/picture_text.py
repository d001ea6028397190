"""机构名称或证书内容只写在图片里。A card or an authority's name that stands only in a picture.

Honest schools show sample cards beside their own text: a picture speaks for the site where it stands alone, or is
the photo that the case is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.page import bare
from scoring.result import MISS, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.pictured import Pictured

LITTLE = 200
"""Characters of visible text below which a site speaks by its pictures."""
PUBLIC = frozenset({"organ", "platform", "gov"})


class PictureText:
    """Cards and claims in the recognised text of pictures, held against the address."""

    name = "picture_text"
    title = "只写在图片里的内容"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """1.0 for a filled card that names a public body, 0.6 without one, 0.7 for such a name alone."""
        if ctx.official:
            return MISS
        if not case.pictures:
            return ctx.no_page() or MISS
        if not ctx.pictured:
            why = next((p.text.why for p in case.pictures if p.text.state != "ok"), "")
            return unknown(why) if why else MISS
        if not ctx.host:
            card = any(seen.certificate for seen in ctx.pictured)
            return unknown("照片上没有可核对的网址，无法判断所写机构与网站是否相符") if card else MISS
        found = [r for r in (_judge(seen, ctx) for seen in ctx.pictured) if r.status == "hit"]
        return max(found, key=lambda r: r.strength, default=MISS)


def _judge(seen: Pictured, ctx: Context) -> SignalResult:
    case = ctx.case
    shown = bare("\n".join(own.page.text for own in ctx.pages))
    alone = not seen.picture.page_url or len(shown) < LITTLE
    labels = tuple(word for word in seen.certificate if alone or word not in shown)
    body, platform = _body(seen, ctx, shown)
    if not alone and not ctx.poses:
        return MISS
    where = "照片上" if not seen.picture.page_url else "图片里"
    if labels:
        strength = (1.0 if body else 0.6) if alone else 0.35
        names = f"，写明“{body}”" if body else ""
        text = f"{where}是一张证书（{'、'.join(labels[:6])}）{names}，而网址（{case.site}）不属于该机构"
        text = text if body else f"{where}是一张证书（{'、'.join(labels[:6])}），网址（{case.site}）不是官方平台"
        return hit(
            text, seen.evidence(" ".join(seen.lines), "picture"), strength=strength, platform=platform or ctx.subject
        )
    if not body:
        return MISS
    text = f"机构名称“{body}”只写在{where.rstrip('里上')}里，而网址（{case.site}）不属于该机构"
    return hit(text, seen.evidence(body, "picture"), strength=0.7 if alone else 0.4, platform=platform)


def _body(seen: Pictured, ctx: Context, shown: str) -> tuple[str, str | None]:
    """The public body that the picture names and no page does."""
    for claim in seen.bodies:
        match = ctx.ref.body(claim.value)
        if match is not None and match.kind in PUBLIC and bare(claim.value) not in shown:
            about = ctx.subject if seen.certificate and ctx.subject in match.platforms else None
            return claim.value, about or ctx.choose(match.platforms) or next(iter(match.platforms), None)
    return "", None
