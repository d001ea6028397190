"""Which addresses may be connected to, and which spellings of a host are an address.

Decides by an explicit deny table, never by ``ipaddress``'s ``is_global``: that one calls IPv6 forms
of loopback, multicast and 6to4 global on some Python versions. Unknown input is refused, never let through.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import unquote

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

UNREADABLE = "无法识别的地址"
METADATA = "云元数据"

METADATA_ADDRESSES = frozenset(
    ipaddress.ip_address(a)
    for a in (
        "169.254.169.254",  # AWS, Azure, GCP, Huawei, OpenStack
        "169.254.170.2",  # AWS containers
        "169.254.0.23",  # Tencent Cloud
        "100.100.100.200",  # Alibaba Cloud
        "192.0.0.192",  # Oracle Cloud classic
        "168.63.129.16",  # Azure's wire server: a public address that never leaves the host
        "fd00:ec2::254",  # AWS
        "fd20:ce::254",  # GCP
    )
)

DENY_V4 = tuple(
    (ipaddress.IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "本网络"),  # RFC 6890; 0.0.0.0 connects to this host
        ("10.0.0.0/8", "内网"),  # RFC 1918
        ("100.64.0.0/10", "运营商级 NAT"),  # RFC 6598
        ("127.0.0.0/8", "环回"),  # RFC 1122
        ("169.254.0.0/16", "链路本地"),  # RFC 3927
        ("172.16.0.0/12", "内网"),  # RFC 1918
        ("192.0.0.0/24", "协议专用"),  # RFC 6890
        ("192.0.2.0/24", "文档示例"),  # RFC 5737
        ("192.88.99.0/24", "6to4 中继"),  # RFC 7526
        ("192.168.0.0/16", "内网"),  # RFC 1918
        ("198.18.0.0/15", "性能测试"),  # RFC 2544
        ("198.51.100.0/24", "文档示例"),  # RFC 5737
        ("203.0.113.0/24", "文档示例"),  # RFC 5737
        ("224.0.0.0/4", "组播"),  # RFC 5771
        ("255.255.255.255/32", "广播"),  # RFC 919
        ("240.0.0.0/4", "保留"),  # RFC 1112
    )
)

DENY_V6 = tuple(
    (ipaddress.IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "未指定"),  # RFC 4291
        ("::1/128", "环回"),  # RFC 4291
        ("::/96", "IPv4 兼容"),  # RFC 4291, deprecated
        ("64:ff9b::/96", "NAT64"),  # RFC 6052
        ("64:ff9b:1::/48", "本地 NAT64"),  # RFC 8215
        ("100::/64", "丢弃"),  # RFC 6666
        ("2001::/32", "Teredo"),  # RFC 4380
        ("2001::/23", "协议专用"),  # RFC 2928
        ("2001:db8::/32", "文档示例"),  # RFC 3849
        ("2002::/16", "6to4"),  # RFC 3056
        ("3fff::/20", "文档示例"),  # RFC 9637
        ("5f00::/16", "SRv6 段标识"),  # RFC 9602
        ("fc00::/7", "内网"),  # RFC 4193
        ("fe80::/10", "链路本地"),  # RFC 4291
        ("fec0::/10", "内网"),  # RFC 3879, deprecated site-local
        ("ff00::/8", "组播"),  # RFC 4291
    )
)
MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")  # the only global unicast space IANA has opened

_STOPS = str.maketrans({"。": ".", "．": ".", "｡": "."})
_IGNORED = re.compile("[\u00ad\u034f\u180b-\u180f\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+", re.ASCII)
_MAX_HOST = 300


def _address(ip: str) -> Address | None:
    try:
        return ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return None


def _inner(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 transition form carries."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if int(address) >> 32 in {0, int(ipaddress.IPv6Address("64:ff9b::")) >> 32}:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _reason(address: Address) -> str | None:
    if address in METADATA_ADDRESSES:
        return METADATA
    if isinstance(address, ipaddress.IPv4Address):
        return next((reason for network, reason in DENY_V4 if address in network), None)
    inner = _inner(address)
    inside = _reason(inner) if inner is not None else None
    if address in MAPPED:
        return f"IPv4 映射：{inside}" if inside else None
    for network, reason in DENY_V6:
        if address in network:
            return f"{reason}：{inside}" if inside and network.prefixlen < 128 else reason
    return None if address in GLOBAL_V6 else "未分配"


def classify(ip: str) -> str | None:
    """Why ``ip`` (an address in usual spelling, a zone id is ignored) must not be connected to.

    None for an ordinary public address; otherwise a few words in Chinese, for embedded IPv4 with the
    class of what is inside. Text that is no address is refused too: see ``parse_literal`` for spellings.
    """
    address = _address(ip)
    return UNREADABLE if address is None else _reason(address)


def _number(part: str) -> int | None:
    """One part of an IPv4 host: decimal, octal with a leading 0, hexadecimal with 0x."""
    if not _NUMBER.fullmatch(part):
        return None
    try:
        if part[:2] in {"0x", "0X"}:
            return int(part[2:] or "0", 16)
        return int(part, 8) if len(part) > 1 and part[0] == "0" else int(part)
    except ValueError:  # 08 and 09 are no octal numbers
        return None


def _parse_v4(host: str) -> str | None:
    parts = host.split(".")
    if len(parts) > 4:
        return None
    numbers = [_number(part) for part in parts]
    *front, last = numbers
    if last is None or any(n is None or n > 255 for n in front) or last >= 256 ** (5 - len(parts)):
        return None
    value = last
    for index, number in enumerate(front):
        value += (number or 0) << (8 * (3 - index))
    return str(ipaddress.IPv4Address(value))


def parse_literal(host: str) -> str | None:
    """The address that ``host`` spells, in usual spelling, or None when it is a name.

    Understands what browsers (WHATWG URL, section 3.5) and ``inet_aton`` accept: ``127.1``,
    ``2130706433``, ``0x7f000001``, ``0177.0.0.1``, ``0``, full-width and circled digits, per cent
    escapes, ideographic and trailing dots, brackets, zone ids (dropped).
    """
    if len(host) > _MAX_HOST:
        return None
    text = unquote(host) if "%" in host and ":" not in host else host
    text = _IGNORED.sub("", unicodedata.normalize("NFKC", text.translate(_STOPS))).translate(_STOPS)
    text = text.strip().rstrip(".")
    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    if ":" in text:
        address = _address(text)
        return str(address) if address is not None else None
    return _parse_v4(text)


class AllowList:
    """The deny table with exceptions: reserved networks that a range uses for its hosts.

    Raises ``ValueError`` for text that is no network. Metadata addresses are refused whatever is allowed;
    ``own`` are this machine's public addresses, refused like loopback.
    """

    def __init__(self, networks: Iterable[str] = (), own: Iterable[str] = ()) -> None:
        self._allowed: tuple[Network, ...] = tuple(ipaddress.ip_network(n) for n in networks)
        self._own: frozenset[Address] = frozenset(ipaddress.ip_address(a) for a in own)

    def refusal(self, ip: str) -> str | None:
        """As ``classify``, but None inside an allowed network."""
        address = _address(ip)
        if address is None:
            return UNREADABLE
        plain = getattr(address, "ipv4_mapped", None) or address
        if plain in self._own:
            return "本机"
        if plain in METADATA_ADDRESSES:
            return METADATA
        if any(plain.version == network.version and plain in network for network in self._allowed):
            return None
        return _reason(address)

    def __contains__(self, ip: str) -> bool:
        """Whether ``ip`` may be connected to."""
        return self.refusal(ip) is None
