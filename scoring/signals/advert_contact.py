"""留私人联系方式揽客，拆写变形者更可疑。Private contacts beside an offer; broken spellings weigh more.

Every honest business has contacts: without an offer or the name of a certificate it is a miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.contacts import disguised
from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.contacts import Contact
    from scoring.context import Context
    from scoring.seen import Text

SHORT = 400
_PRIVATE = frozenset({"wechat", "qq", "telegram"})
_SAID = {"wechat": "微信", "qq": "QQ", "phone": "电话", "email": "邮箱", "telegram": "Telegram"}


class AdvertContact:
    """Contacts of the texts that offer papers."""

    name = "advert_contact"
    title = "揽客联系方式"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """1.0 for a disguised contact, 0.6 for WeChat or QQ, 0.4 for a telephone; only beside an offer."""
        best, best_strength = MISS, 0.0
        for text in ctx.texts:
            if not _offers(text):
                continue
            for contact in text.contacts:
                strength = _strength(contact)
                if strength > best_strength:
                    how = "（变形写法）" if strength == 1.0 else ""
                    said = f"揽客联系方式：{_SAID[contact.type]} {contact.value}{how}"
                    best, best_strength = hit(said, text.quote(contact.quote), strength=strength), strength
        return best


def _offers(text: Text) -> bool:
    if text.offers.strength >= 0.3:
        return True
    return len(text.text) < SHORT and text.names_paper and any(disguised(c) for c in text.contacts)


def _strength(contact: Contact) -> float:
    if disguised(contact):
        return 1.0
    return 0.6 if contact.type in _PRIVATE else 0.4 if contact.type == "phone" else 0.2
