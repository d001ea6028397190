"""The kinds of keys that tie leads together: how much each says, and how many may share one before it says nothing.

A weight of 1 ties two leads by itself; smaller ones only with a key of another family. Nothing is computed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["shared", "target", "own"]
"""``shared``: both leads have the key; ``target``: it names a place that may be a lead; ``own``: the lead's own."""

THRESHOLD = 1.0
"""Weight from which two leads are tied."""
HOSTING = frozenset({"registrant", "batch", "certificate", "ip", "dns", "analytics", "favicon", "page"})
"""Families that belong to whoever runs the host: among posts on one host they say nothing of who wrote them."""


@dataclass(frozen=True, slots=True)
class KeyType:
    """One kind of key."""

    name: str
    title: str
    """Chinese, a few words."""
    reason: str
    """Chinese sentence for the analyst; ``{value}`` is the key's value."""
    weight: float
    cap: int
    """Most leads that may share a value; more, and the value links nothing."""
    family: str
    """Of one family only the heaviest key counts: registrant and his mail address are one observation."""
    role: Role = "shared"
    meeting: float = 0.0
    """For targets: the weight between two leads that name the same place when that place is no lead."""
    sketched: bool = False
    """One of several parts of a sketch: when one part is common, the others are not asked either."""


_ALL = (
    KeyType("contact", "联系方式", "留有同一联系方式 {value}", 1.0, 60, "contact"),
    KeyType("analytics", "统计代码", "使用同一统计账号 {value}", 1.0, 60, "analytics"),
    KeyType("registrant_email", "注册邮箱", "域名注册邮箱同为 {value}", 1.0, 500, "registrant"),
    KeyType("registrant_org", "注册单位", "域名注册单位同为 {value}", 1.0, 500, "registrant"),
    KeyType("registrant", "注册人", "域名注册人姓名同为 {value}", 0.6, 60, "registrant"),
    KeyType("batch", "同批注册", "域名在同一天经同一注册商注册（{value}）", 0.4, 8, "batch"),
    KeyType("certificate", "证书", "使用同一张证书（指纹 {value}）", 1.0, 60, "certificate"),
    KeyType("cert_name", "证书域名", "证书上写有对方的域名 {value}", 1.0, 20, "certificate", "target", 0.6),
    KeyType("ip", "服务器地址", "同在少见的服务器地址 {value}", 0.6, 12, "ip"),
    KeyType("name_server", "域名服务器", "同用自有的域名服务器 {value}", 0.6, 20, "dns"),
    KeyType("favicon", "网站图标", "网站图标相同（mmh3 {value}），且不是官方的", 0.6, 20, "favicon"),
    KeyType("template", "网页模板", "网页结构和样式名几乎相同，且不是官方页面的", 0.6, 20, "page", sketched=True),
    KeyType("wording", "网页文字", "网页文字几乎相同，且不是官方页面的", 0.4, 20, "page", sketched=True),
    KeyType("qr", "二维码", "二维码指向 {value}", 1.0, 60, "qr", "target", 1.0),
    KeyType("redirect", "跳转", "把访问者转到 {value}", 1.0, 60, "redirect", "target", 0.6),
    KeyType("advert_link", "广告链接", "广告给出的网址是 {value}", 1.0, 60, "link", "target"),
    KeyType("link", "网页链接", "网页链接到 {value}", 0.6, 20, "link", "target"),
    KeyType("domain", "同一域名", "同在域名 {value} 之下", 1.0, 60, "domain", "own"),
    KeyType("theme", "仿冒对象", "仿冒同一机关：{value}", 0.4, 0, "theme"),
)
TYPES = {t.name: t for t in _ALL}
"""``theme`` makes no pair; it only adds to one that a key of ``WITH_THEME`` has made."""
WITH_THEME = frozenset({"ip", "registrant", "link"})
"""Not likeness of pages: what imitates one organ is alike by that alone; nor name servers, which small sellers give
to all their customers."""
