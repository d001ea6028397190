"""What two sites for small ads have in common: the whole row is the ad's text, contacts may stand in attributes."""

from __future__ import annotations

from dataclasses import replace

from selectolax.lexbor import LexborNode

from spiders.pages.base import SerpPage
from spiders.pages.blocks import SNIPPET, attribute, first, labels, select, text_of, tidy
from spiders.pages.result import SerpResult

CONTACTS = {
    "data-contact": "电话",
    "data-phone": "电话",
    "data-tel": "电话",
    "data-mobile": "电话",
    "data-qq": "QQ",
    "data-wechat": "微信",
    "data-weixin": "微信",
}
"""Attributes of a row in which buttons such as 点击查看电话 keep what they show."""
_PACKED = 40
"""Longest value that can be a contact."""


class AdsPage(SerpPage):
    """A list of ads. ``layout.asides``: badges (精, 顶) that are no words of the ad."""

    def refined(self, block: LexborNode, read: SerpResult) -> SerpResult:
        """Title without badges, the whole row as its text, contacts that its buttons hold."""
        title = first(block, self.layout.titles)
        badges = frozenset(n.mem_id for n in (*select(block, self.layout.asides), *labels(block)))
        shown = text_of(title, 300, badges) if title is not None else read.title
        held = badges | ({title.mem_id} if title is not None else frozenset())
        row = text_of(block, SNIPPET, held)
        contacts = [c for c in _contacts(block) if c.partition(" ")[2] not in row]
        return replace(read, title=shown or read.title, snippet=tidy(" ".join([*contacts, row])))


def _contacts(block: LexborNode) -> list[str]:
    found = []
    for node in (block, *block.css(", ".join(f"[{name}]" for name in CONTACTS))):
        for name, label in CONTACTS.items():
            value = tidy(attribute(node, name), _PACKED)
            if value and any(c.isalnum() for c in value):
                found.append(f"{label} {value}")
    return list(dict.fromkeys(found))
