"""Rows of 电子数据提取固定清单: every evidence file with what it is, where it came from, and its hashes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lookalike.evidence.facts import METHOD, CaptureFacts, Json

_KINDS: dict[str, tuple[str, str]] = {
    "capture.wacz": ("网页存档", "WACZ"),
    "capture.json": ("采集记录", "JSON"),
    "screenshot-full.png": ("整页截图", "PNG"),
    "screenshot-view.png": ("首屏截图", "PNG"),
    "response-body.bin": ("原始响应", "二进制"),
    "page-text.txt": ("解码后的网页源代码", "TXT（UTF-8）"),
    "page-rendered.txt": ("浏览器渲染后的网页源代码", "TXT（UTF-8）"),
    "dns.json": ("域名解析记录", "JSON"),
    "tls.json": ("证书记录", "JSON"),
    "certificate.pem": ("服务器证书", "PEM"),
    "registration.json": ("域名注册信息", "JSON"),
    "registration-whois.txt": ("WHOIS 原文", "TXT"),
    "registration-rdap.json": ("RDAP 原文", "JSON"),
    "geoip.json": ("IP 地址归属", "JSON"),
}


def items(
    captures: Sequence[CaptureFacts], sizes: Mapping[str, int], hashes: Mapping[str, Mapping[str, str]]
) -> list[Json]:
    """One row a file, by capture and name; ``sizes`` and ``hashes`` by path below the bag."""
    rows: list[Json] = []
    for capture in captures:
        for path in sorted(p for p in hashes if p.startswith(f"{capture.folder}/")):
            kind, form = _KINDS[path.rpartition("/")[2]]
            row = {"no": len(rows) + 1, "file": path, "kind": kind, "format": form, "bytes": sizes[path]}
            row |= {"source": capture.record["url"], "method": METHOD}
            rows.append(row | {name: hashes[path][name] for name in ("sha256", "sm3", "md5")})
    return rows
