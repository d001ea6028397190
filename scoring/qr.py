"""What the content of a QR code is: an address, a way to reach somebody, a payee, or words. Judges nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from scoring.contacts import Contact, contacts

CodeKind = Literal["url", "wechat", "qq", "phone", "pay", "text"]
"""``url``: an http(s) address that leads to a page; ``wechat``, ``qq``: adds a person or group; ``pay``: a payee."""

MAX_URL = 2048
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_BARE = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
"""A host name without a scheme, which scanners open as well."""
_PEOPLE: tuple[tuple[CodeKind, str, str], ...] = (
    ("wechat", "u.wechat.com", "/"),
    ("wechat", "weixin.qq.com", "/r/"),
    ("wechat", "weixin.qq.com", "/g/"),
    ("wechat", "weixin.qq.com", "/x/"),
    ("wechat", "work.weixin.qq.com", "/"),
    ("wechat", "wxwork.cn", "/"),
    ("qq", "qm.qq.com", "/"),
    ("qq", "jq.qq.com", "/"),
    ("qq", "qun.qq.com", "/"),
    ("pay", "qr.alipay.com", "/"),
    ("pay", "qr.95516.com", "/"),
)
"""Kind, host, and how the path begins."""
_SCHEMES: dict[str, CodeKind] = {"wxp": "pay", "alipays": "pay", "weixin": "wechat", "mqqapi": "qq", "mqqwpa": "qq"}
_TYPES: dict[CodeKind, Literal["wechat", "qq", "phone"]] = {"wechat": "wechat", "qq": "qq", "phone": "phone"}


@dataclass(frozen=True, slots=True)
class Code:
    """One QR code. ``value``: the address as it stands, the number, or the words."""

    kind: CodeKind
    value: str
    host: str = ""
    """Lower case, punycode where it is not ASCII; only of ``url``."""


def read_code(content: str) -> Code:
    """What a code's content is. Total: whatever cannot be read is words."""
    text = content.strip()
    scheme = text[:12].partition(":")[0].lower()
    if scheme in _SCHEMES:
        return Code(_SCHEMES[scheme], text)
    if scheme == "tel" and (mobile := _MOBILE.search(text)):
        return Code("phone", mobile[1])
    if scheme in {"http", "https"} or (_BARE.fullmatch(text) and len(text) <= MAX_URL):
        return _address(text if scheme in {"http", "https"} else f"http://{text}", text)
    return Code("text", text)


def _address(url: str, text: str) -> Code:
    try:
        parts = urlsplit(url)
        host = _ascii(parts.hostname or "")
        _ = parts.port
    except ValueError:
        return Code("text", text)
    if not host or len(url) > MAX_URL or any(c.isspace() for c in url):
        return Code("text", text)
    for kind, known, path in _PEOPLE:
        if host == known and (parts.path or "/").startswith(path):
            return Code(kind, text)
    return Code("url", url, host)


def _ascii(host: str) -> str:
    if host.isascii():
        return host.lower().rstrip(".")
    return host.encode("idna").decode().lower().rstrip(".")  # UnicodeError is a ValueError


def code_contacts(content: str) -> tuple[Contact, ...]:
    """Ways to reach somebody that a code gives: the code itself, or what its words say."""
    code = read_code(content)
    kind = _TYPES.get(code.kind)
    if kind is not None:
        value = code.value.partition("://")[2] or code.value
        return (Contact(kind, value, content[:200]),)
    return contacts(code.value) if code.kind == "text" else ()
