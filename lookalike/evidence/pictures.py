"""What was read in the pictures of a lead's pages: QR codes, text, and the codes that take money."""

from __future__ import annotations

from collections.abc import Iterable

from lookalike.evidence.facts import Json
from scoring.case import PictureFacts

_TAKES_MONEY = {
    "wxp://": "微信收款码",
    "https://qr.alipay.com/": "支付宝收款码",
    "https://qr.95516.com/": "银联云闪付收款码",
}
"""By how the content of a code begins, in lower case: what the code is."""


def pictures_json(facts: Iterable[PictureFacts]) -> list[Json]:
    """Pictures in which anything was read, each once."""
    found = {p.sha256: _picture(p) for p in facts if p.qr.value or p.text.value}
    return list(found.values())


def payments(pictures: Iterable[Json]) -> list[Json]:
    """Codes that take money, as read; whose they are, nobody has asked."""
    return [
        {"kind": kind, "value": content, "picture": picture["sha256"], "source": picture["url"], "verified": "observed"}
        for picture in pictures
        for content in picture["qr"]
        for start, kind in _TAKES_MONEY.items()
        if content.lower().startswith(start)
    ]


def _picture(facts: PictureFacts) -> Json:
    told: Json = {"url": facts.url, "page": facts.page_url, "sha256": facts.sha256}
    return told | {"qr": list(facts.qr.value or ()), "text": list(facts.text.value or ())}
