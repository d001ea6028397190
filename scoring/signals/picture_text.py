"""机构名称或证书内容只写在图片里。A card or an authority's name that stands only in a picture.

Honest schools show sample cards beside their own text: a picture speaks for the site where it stands alone, or is
the photo that the case is about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.page import bare
from scoring.reference import SUBJECT_GROUP
from scoring.result import MISS, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.pictured import Pictured

LITTLE = 200
"""Characters of visible text below which a site speaks by its pictures."""
SIGNED, NAME, FEW, BESIDE = 0.85, 0.7, 0.6, 0.35
"""Strength of a card that is signed but not filled, of a name alone, of a card without a public body, and of any
beside a page's own text."""
PUBLIC = frozenset({"organ", "platform", "gov"})


class PictureText:
    """Cards and claims in the recognised text of pictures, held against the address."""

    name = "picture_text"
    title = "只写在图片里的内容"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """1.0 for a filled card that names a public body, less for one of both."""
        if ctx.official:
            return MISS
        if not case.pictures:
            return ctx.no_page() or MISS
        if not ctx.pictured:
            why = next((p.text.why for p in case.pictures if p.text.state != "ok"), "")
            return unknown(why) if why else MISS
        if not ctx.host:
            card = any(seen.card for seen in ctx.pictured)
            return unknown("照片上没有可核对的网址，无法判断所写机构与网站是否相符") if card else MISS
        found = [r for r in (_judge(seen, ctx) for seen in ctx.pictured) if r.status == "hit"]
        return max(found, key=lambda r: r.strength, default=MISS)


def _judge(seen: Pictured, ctx: Context) -> SignalResult:
    site = ctx.case.site
    shown = bare("\n".join(own.page.text for own in ctx.pages))
    alone = not seen.picture.page_url or len(shown) < LITTLE
    if not alone and not ctx.poses:
        return MISS
    where = "图片里" if seen.picture.page_url else "照片上"
    body, platform = _body(seen, ctx, shown)
    labels = tuple(word for word in seen.certificate if alone or word not in shown)
    if labels or (seen.card and body):
        listed = f"（{'、'.join(labels[:6])}）" if labels else ""
        whose = f"，写明“{body}”，而网址（{site}）不属于该机构" if body else f"，网址（{site}）不是官方平台"
        strength = (1.0 if body and labels else SIGNED if body else FEW) if alone else BESIDE
        evidence = seen.evidence(" ".join(seen.lines), "picture")
        return hit(f"{where}是一张证书{listed}{whose}", evidence, strength=strength, platform=platform or ctx.subject)
    if not body:
        return MISS
    text = f"机构名称“{body}”只写在{where[:-1]}里，而网址（{site}）不属于该机构"
    return hit(text, seen.evidence(body, "picture"), strength=NAME if alone else BESIDE, platform=platform)


def _body(seen: Pictured, ctx: Context, shown: str) -> tuple[str, str | None]:
    """The public body that the picture names and no page does: a registered organ before others."""
    found = ((claim.value, ctx.ref.body(claim.value)) for claim in seen.bodies)
    public = [(v, m) for v, m in found if m is not None and m.kind in PUBLIC and bare(v) not in shown]
    if not public:
        return "", None
    value, match = min(public, key=lambda pair: pair[1].kind == "gov")
    about = _answers_for(seen, match.platforms) if seen.card else None
    return value, about or ctx.choose(match.platforms) or next(iter(match.platforms), None)


def _answers_for(seen: Pictured, platforms: tuple[str, ...]) -> str | None:
    """The one of an organ's platforms where such certificates are looked up."""
    points = {p: len(seen.text.matches.get(SUBJECT_GROUP + p, ())) for p in platforms}
    best = max(points, key=lambda p: (points[p], -platforms.index(p)), default="")
    return best if points.get(best) else None
