"""As whom a suspect is visited: the headers of each client. Nothing personal is ever in them."""

from __future__ import annotations

from scoring.case import Client

_CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
_WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; 2311DRK48C Build/UP1A.230905.011; wv) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/130.0.6723.103 Mobile Safari/537.36 XWEB/1300333 MMWEBSDK/20250904 MMWEBID/1 "
    "MicroMessenger/8.0.64.2940(0x28004034) WeChat/arm64 Weixin NetType/4G Language/zh_CN ABI/arm64"
)
_HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
_PICTURE = "image/webp,image/apng,image/*;q=0.8,*/*;q=0.5"
"""Without AVIF, which nothing here can read: delivery networks send what is asked for."""

_USER_AGENTS: dict[Client, str] = {"desktop": _CHROME, "wechat": _WECHAT}


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
