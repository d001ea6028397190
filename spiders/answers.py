"""From what the downloader gave to the exchange that is kept: whole, cut, or failed, always with the reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from spiders.failing import code_of
from spiders.http_handler import ODD_FRAMING, HeadersTooLong, header_bomb
from spiders.items import Exchange
from spiders.refusal import sentence

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


def answered(request: Request, response: Response, at: datetime) -> Exchange:
    """An answer came; ``meta`` of the request tells whether and where it was cut."""
    meta = request.meta
    cut: str = meta.get("lookalike_cut", "")
    error = ""
    if cut == "length":
        error = sentence("E_TOO_LONG", f"{meta['lookalike_limit']} 字节")
    elif cut == "time":
        error = sentence("E_TIMEOUT", f"{meta['download_timeout']:.0f} 秒，收到 {len(response.body)} 字节")
    elif "dataloss" in response.flags:
        cut, error = "disconnect", sentence("E_TRUNCATED", f"{len(response.body)} 字节")
    elif ODD_FRAMING in response.flags:
        error = sentence("E_PROTOCOL", "长度或传输编码无效，已读到连接结束")
    return Exchange(
        url=request.url,
        method="GET",
        request_headers=_pairs(request.headers),
        status=response.status,
        reason="",
        response_headers=_pairs(response.headers),
        body=response.body[: meta["lookalike_limit"]],
        at=at,
        ip=_peer(request, response),
        error=error,
        truncated=cut,
    )


def broken(request: Request, error: BaseException, at: datetime) -> Exchange:
    """The downloader raised ``error``."""
    bomb = header_bomb(error)
    if bomb is not None:
        return _cut_in_headers(request, bomb, at)
    code, detail = code_of(error)
    return failed(request.url, _pairs(request.headers), at, code, detail)


def failed(url: str, request_headers: list[tuple[str, str]], at: datetime, code: str, detail: str) -> Exchange:
    """Nothing came; a ``detail`` that begins with a code is the whole sentence."""
    error = detail if detail.startswith("E_") else sentence(code, detail)
    return Exchange(url, "GET", request_headers, None, "", [], b"", at, error=error)


def _cut_in_headers(request: Request, bomb: HeadersTooLong, at: datetime) -> Exchange:
    """What came before the bomb: the status where it was read, and the first headers."""
    kept = [(_text(name), _text(value)) for name, value in bomb.headers]
    return Exchange(
        url=request.url,
        method="GET",
        request_headers=_pairs(request.headers),
        status=bomb.status,
        reason="",
        response_headers=kept if bomb.status is not None else [],
        body=b"",
        at=at,
        ip=_ip(request),
        error=sentence("E_HEADERS", str(bomb)),
        truncated="length",
    )


def _peer(request: Request, response: Response) -> str:
    """Whom we talked to; through a proxy, what our name servers say of the host."""
    if response.ip_address is None or request.meta.get("proxy"):
        return _ip(request)
    return str(response.ip_address)


def _ip(request: Request) -> str:
    return ",".join(request.meta.get("lookalike_addresses") or ())


def _pairs(headers: Any) -> list[tuple[str, str]]:
    return [(_text(name), _text(value)) for name, values in headers.items() for value in values]


def _text(raw: bytes) -> str:
    """Header bytes as text: UTF-8 where valid, else GB18030 (common in Location), else Latin-1; one line."""
    for name in ("utf-8", "gb18030"):
        try:
            return raw.decode(name).replace("\r", " ").replace("\n", " ")
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1").replace("\r", " ").replace("\n", " ")
