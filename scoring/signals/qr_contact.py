"""售证内容旁的二维码是微信、QQ 或收款码。Beside an offer of certificates stands a code that adds a person or pays one.

Every honest business has such a code too: without an offer it says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.qr import code_contacts, read_code
from scoring.result import MISS, Evidence, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

_SAID = {"wechat": "微信", "qq": "QQ", "phone": "电话", "email": "邮箱", "telegram": "Telegram"}


class QrContact:
    """Codes of pictures on pages, adverts and photos that offer certificates."""

    name = "qr_contact"
    title = "二维码联系方式"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """1.0 for a payee's code, 0.8 for a contact."""
        if ctx.official or not case.pictures or not ctx.offering:
            return MISS
        read = [(p, text) for p in case.pictures for text in p.qr.value or ()]
        if all(p.qr.value is None for p in case.pictures):
            return unknown(next((p.qr.why for p in case.pictures if p.qr.why), "图片没有读取二维码"))
        for picture, text in read:
            evidence = Evidence(text[:200], picture.url, "qr", picture.sha256)
            if read_code(text).kind == "pay":
                return hit("售证内容旁有收款二维码", evidence)
        for picture, text in read:
            if found := code_contacts(text):
                said = f"售证内容旁的二维码是{_SAID[found[0].type]}联系方式：{found[0].value[:60]}"
                return hit(said, Evidence(text[:200], picture.url, "qr", picture.sha256), strength=0.8)
        return MISS
