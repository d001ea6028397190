"""One row of an asset search engine's export: which website it names. Columns are known by name, cells by nothing else.

Facts: column names of FOFA, Hunter (鹰图), Quake, ZoomEye, Shodan and urlscan exports of 2022 to 2026. A row of FOFA's
interface has no names; there the shape of a cell tells host, address, port and title apart.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import re2

from spiders.feeds.row import BadRow, Row, fold

URLS = ("url", "link", "网址", "链接", "地址", "page url", "task url", "web url", "资产链接")
HOSTS = (
    *("host", "hostname", "主机", "主机名", "子域名", "subdomain", "site", "website", "网站", "name", "rdns"),
    *("page domain", "service http host", "http host", "portinfo hostname", "域名", "domain", "网站域名", "dns name"),
)
ADDRESSES = ("ip", "ip地址", "ip address", "ip str", "page ip", "ipv6", "服务器ip")
PORTS = ("port", "端口", "端口号", "portinfo port")
PROTOCOLS = ("protocol", "协议", "service", "service name", "scheme", "portinfo service", "base protocol", "协议名")
TITLES = (
    *("title", "网站标题", "标题", "web title", "page title", "service http title", "http title", "portinfo title"),
    *("站点标题", "web标题", "网页标题"),
)
DATES = (
    *("lastupdatetime", "探查时间", "更新时间", "最后更新时间", "update time", "updated at", "task time", "time"),
    *("timestamp", "发现时间", "最近探测时间"),
)
NAMES_ANYTHING = frozenset(fold(name) for name in (*URLS, *HOSTS, *ADDRESSES))

WEB = frozenset(
    {"", "http", "https", "http/ssl", "https/ssl", "ssl", "tls", "http2", "unknown", "web", "http-simple-new"}
)
"""Services that may be a website; what has no name may be one."""
TLS_PORTS = frozenset({443, 4443, 8443, 9443, 10443})
MOST_HOSTS = 5
_DEEP = 3
_MOST_NAMES = 400
_HOST = re2.compile(r"(?i)(?:[^\s/:@.,;\"'<>()]{1,63}\.)+[^\s/:@.,;\"'<>()0-9][^\s/:@.,;\"'<>()]{0,62}\.?(?::\d{1,5})?")
_PARTS = 512


@dataclass(frozen=True, slots=True)
class Asset:
    """One website that the row names."""

    url: str
    title: str
    facts: str
    """Address, port and day as the export tells them, for the analyst."""


def assets_in(row: Row) -> Iterator[Asset | BadRow]:
    """The websites of one row, or why there is none."""
    cells = _by_shape(row.cells) if "0" in row.cells else _flat(row)
    if not NAMES_ANYTHING & cells.keys():
        yield BadRow(row.number, "没有认得的列（需要 url、host、域名、IP 之一）")
        return
    protocol = _first(cells, PROTOCOLS).lower()
    url = _first(cells, URLS)
    if not url and protocol not in WEB:
        yield BadRow(row.number, f"不是网站（协议 {protocol[:20]}）")
        return
    urls = [url if "://" in url else f"http://{url}"] if url else list(_built(row, cells, protocol))
    title, facts = _first(cells, TITLES), _facts(cells)
    if not urls:
        yield BadRow(row.number, "网址、域名和 IP 都是空的")
    for found in urls:
        yield Asset(found, title, facts)


def line_asset(number: int, text: str) -> Asset | BadRow | None:
    """A bare line: an address, a host, or a host and a port; None for a blank line or a remark."""
    text = text.strip().strip("\ufeff,;")
    if not text or text.startswith("#"):
        return None
    if "://" in text:
        return Asset(text, "", "")
    host = text.partition("/")[0]
    if _HOST.fullmatch(host) or _is_address(host.rpartition(":")[0] or host) or _is_address(host):
        return Asset(f"http://{text}", "", "")
    return BadRow(number, "不是网址、域名或 IP")


def _built(row: Row, cells: Mapping[str, str], protocol: str) -> Iterator[str]:
    """From host or address, port and protocol."""
    named = row.raw.get("hostnames") if isinstance(row.raw, dict) else None
    many = [h for h in named if isinstance(h, str) and h] if isinstance(named, list) else []
    hosts = many[:MOST_HOSTS] or [h for h in (_first(cells, HOSTS),) if h] or [_first(cells, ADDRESSES)]
    port = _port(_first(cells, PORTS))
    for host in hosts:
        if "://" in host:
            yield host
        elif host:
            yield _address(host, port, protocol)


def _address(host: str, port: int, protocol: str) -> str:
    if ":" in host and _is_address(host):
        host = f"[{host}]"
    elif ":" in host and not host.startswith("["):
        host, _, own = host.rpartition(":")
        port = _port(own) or port
    tls = protocol.startswith("https") or protocol.endswith(("/ssl", "ssl", "tls")) or port in TLS_PORTS
    scheme = "https" if tls and port != 80 else "http"
    default = 443 if scheme == "https" else 80
    return f"{scheme}://{host}/" if port in {0, default} else f"{scheme}://{host}:{port}/"


def _port(text: str) -> int:
    """0 for none; spreadsheets write 443.0."""
    digits = text.removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 5 and int(digits) < 65536 else 0


def _facts(cells: Mapping[str, str]) -> str:
    told = {"IP": _first(cells, ADDRESSES), "端口": _first(cells, PORTS), "探查时间": _first(cells, DATES)}
    return "，".join(f"{name} {value[:40]}" for name, value in told.items() if value)


def _first(cells: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((value for name in names if (value := cells.get(fold(name), ""))), "")


def _flat(row: Row) -> dict[str, str]:
    """The row's cells, and those of objects within it under joined names: ``page.url`` as ``pageurl``."""
    cells = dict(row.cells)
    stack: list[tuple[str, Any, int]] = [("", row.raw, 0)] if isinstance(row.raw, dict) else []
    while stack and len(cells) < _MOST_NAMES:
        prefix, inner, depth = stack.pop()
        for name, value in inner.items():
            joined = prefix + fold(str(name))
            if isinstance(value, dict) and depth < _DEEP:
                stack.append((joined, value, depth + 1))
            elif isinstance(value, (str, int)) and not isinstance(value, bool) and prefix:
                cells.setdefault(joined, str(value).strip()[:_PARTS])
    return cells


def _by_shape(row: Mapping[str, str]) -> dict[str, str]:
    """Names for the cells of a row without names, by what they look like; the first of a kind counts."""
    cells: dict[str, str] = {}
    for value in row.values():
        if not value:
            continue
        if " " not in value and ("://" in value or _is_address(value.rpartition(":")[0])):
            name = "host"
        elif _is_address(value):
            name = "ip"
        elif value.isascii() and value.isdigit() and len(value) <= 5:
            name = "port"
        elif value.lower() in WEB:
            name = "protocol"
        elif _HOST.fullmatch(value):
            name = "host"
        else:
            name = "title"
        cells.setdefault(name, value)
    return cells


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
