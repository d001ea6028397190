"""二维码指向可疑网站。A QR code on a page, an advert or a card leads to a site that is no platform's.

A code that leads to a genuine platform is no sign; most codes lead to honest places, so the target itself must be
suspicious by its name, its bare address or its free hosting, or stand on a card that names an authority.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.domains import is_ip, private_suffix
from scoring.qr import read_code
from scoring.result import MISS, Evidence, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.case import Case, PictureFacts
    from scoring.context import Context
    from scoring.qr import Code

ON_CARD = 0.5
"""A card's code that leads to a host whose name says nothing."""
NO_NAME, FREE = 0.8, 0.6


class QrTarget:
    """Targets of all codes, judged by their hosts."""

    name = "qr_target"
    title = "二维码指向"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """The most suspicious target."""
        if ctx.official:
            return MISS
        if not case.pictures:
            return ctx.no_page() or MISS
        read = [p for p in case.pictures if p.qr.value is not None]
        if not read:
            return unknown(next((p.qr.why for p in case.pictures if p.qr.why), "图片没有读取二维码"))
        found = [_judge(read_code(text), p, ctx) for p in read for text in p.qr.value or ()]
        hits = [result for result in found if result.status == "hit"]
        return max(hits, key=lambda r: r.strength, default=MISS)


def _judge(code: Code, picture: PictureFacts, ctx: Context) -> SignalResult:
    if code.kind != "url" or ctx.ref.genuine_url(code.value) or ctx.ref.official_host(code.host):
        return MISS
    card = _on_card(picture, ctx)
    if code.host == ctx.host and not card:
        return MISS  # what its name is worth has been said of the site itself
    strength, why, platform = _suspicion(code.host, ctx)
    if why and strength < 1 and not (card or ctx.poses or ctx.offering):
        return MISS
    if card:
        strength = 1.0 if why else ON_CARD
    if not strength:
        return MISS
    what = "证件" if card else "图片"
    shown = code.value.partition("://")[2].partition("/")[0][:80]
    text = f"{what}上的二维码指向 {shown}{why}，不是官方平台"
    evidence = Evidence(code.value[:200], picture.url, "qr", picture.sha256)
    return hit(text, evidence, strength=round(strength, 3), platform=platform)


def _suspicion(host: str, ctx: Context) -> tuple[float, str, str | None]:
    """Strength, reason and imitated platform of a host by itself."""
    if is_ip(host):
        return NO_NAME, "（没有域名的 IP 地址）", None
    findings = ctx.ref.names.judge(host)
    best = max(findings, key=lambda f: f.strength, default=None)
    if best is not None:
        return best.strength, "（名称仿冒官方）", best.platform
    return (FREE, "（免费空间）", None) if private_suffix(host) else (0.0, "", None)


def _on_card(picture: PictureFacts, ctx: Context) -> bool:
    """Whether the picture is a photo of a card: filled, or one that names a public body as its issuer."""
    read = next((seen for seen in ctx.pictured if seen.picture is picture), None)
    if read is None or picture.page_url:
        return False
    bodies = (ctx.ref.body(c.value) for c in read.bodies)
    return read.card and any(m is not None and m.kind in ("organ", "platform", "gov") for m in bodies)
