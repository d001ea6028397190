"""How a sighting came about, in Chinese: found by a search, or led to by a page, a picture, a list, a report."""

from __future__ import annotations

_LED = {
    "advert": "广告页 {} 引流",
    "qr": "网页 {} 图片中的二维码",
    "redirect": "由 {} 跳转",
    "script": "由 {} 的脚本跳转",
    "link": "短链接服务的另一链接（{}）",
    "tips": "举报 {}",
    "names": "新注册域名名单 {}",
    "ct": "证书透明度日志 {}",
}
"""Sources that are no search, by what they name instead of a query."""

WAYS = {
    "advert": "广告引流",
    "qr": "图片二维码",
    "redirect": "跳转",
    "script": "脚本跳转",
    "link": "短链接",
    "names": "新注册域名名单",
    "ct": "证书透明度日志",
}
"""Their short names, for lists of sources."""


def reached(source: str, query: str) -> str:
    """``baidu 搜索“电工证 免考”``; for what was no search, who led there."""
    if source in _LED:
        return _LED[source].format(query).strip()
    return f"{source} 搜索“{query}”" if query else source
