"""As whom a suspect is visited: the headers of each client, and the page of search results that it comes from.

Nothing personal is ever in them. A Referer is only ever the public address of a search engine's results, as any
visitor's browser would send it; a range of documents, a file or a place of our own is never named.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from scoring.case import Client

_CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
_EDGE = f"{_CHROME} Edg/142.0.0.0"
_WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; 2311DRK48C Build/UP1A.230905.011; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300333 MMWEBSDK/20250904 MMWEBID/1 "
    "MicroMessenger/8.0.64.2940(0x28004034) WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64"
)
_IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 "
    "Mobile/15E148 Safari/604.1"
)
_ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
_HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
_PICTURE = "image/webp,image/apng,image/*;q=0.8,*/*;q=0.5"
"""Without AVIF, which nothing here can read: delivery networks send what is asked for."""

_USER_AGENTS: dict[Client, str] = {
    "desktop": _CHROME,
    "wechat": _WECHAT,
    "mobile": _IPHONE,
    "referred": _EDGE,
    "mobile_referred": _ANDROID,
}
"""Two telephones and two browsers, so that a site that knows one of them by name is seen by the other clients."""

_RESULTS = {
    "baidu": "https://www.baidu.com/s?wd={}",
    "so360": "https://www.so.com/s?q={}",
    "sogou": "https://www.sogou.com/web?query={}",
    "bing": "https://www.bing.com/search?q={}",
    "shenma": "https://m.sm.cn/s?q={}",
    "quark": "https://quark.sm.cn/s?q={}",
    "weixin": "https://weixin.sogou.com/weixin?type=2&query={}",
}
"""Addresses of public results pages by source; other sources show results to nobody but us."""
_PHONE = "https://m.baidu.com/s?word={}"
LONGEST_QUERY = 60
"""Characters of a query that people type; longer ones are put together by programs."""


def headers(client: Client, referer: str = "", *, picture: bool = False) -> dict[str, str]:
    """Request headers of ``client`` in the order that its browser sends them, for a page or for a picture on one."""
    found = {
        "User-Agent": _USER_AGENTS[client],
        "Accept": _PICTURE if picture else _HTML,
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "zh-CN,zh;q=0.9",
    }
    if not picture:
        found["Upgrade-Insecure-Requests"] = "1"
    if referer:
        found["Referer"] = referer
    return found


def referer(client: Client, searches: Sequence[tuple[str, str]], host: str) -> str:
    """The results page that ``client`` comes from; empty for one that comes from none.

    ``searches`` are source and query of the searches that showed the site, best first. The desktop comes from one of
    them, from Baidu's if there is one, which is what cloaks know best; the telephone from Baidu's page for telephones.
    A site that no public search showed is looked up by its name.
    """
    if client not in {"referred", "mobile_referred"}:
        return ""
    typed = [(source, query) for source, query in searches if source in _RESULTS and 0 < len(query) <= LONGEST_QUERY]
    source, query = next((s for s in typed if s[0] == "baidu"), typed[0] if typed else ("baidu", host))
    return (_PHONE if client == "mobile_referred" else _RESULTS[source]).format(quote(query, safe=""))
