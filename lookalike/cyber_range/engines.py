"""Answers for the range's search engines: result pages, redirectors and verification pages."""

from __future__ import annotations

import hashlib
import json
from html import escape
from pathlib import Path
from urllib.parse import quote_from_bytes, quote_plus, unquote_to_bytes, urlsplit

from lookalike.cyber_range.exchange import Answer, Request, html, redirect
from lookalike.cyber_range.model import Ad, Engine
from lookalike.cyber_range.names import plain
from lookalike.cyber_range.pages import Page
from lookalike.cyber_range.search import Index, snippet
from lookalike.cyber_range.templates import Shown, render, template_environment

_CJK = "\u2e80"
_DISPLAY = 60


class Engines:
    """All engines of a range over one index."""

    def __init__(self, engines: tuple[Engine, ...], index: Index, folder: Path) -> None:
        self.engines, self.index = engines, index
        self._environment = template_environment(folder / "engines")
        self._asked = dict.fromkeys(range(len(engines)), 0)
        self._pages: dict[tuple[str, str], list[int]] = {}
        self._redirectors: dict[tuple[str, str], dict[str, tuple[Engine, str]]] = {}
        self._captcha: set[tuple[str, str]] = set()
        for number, engine in enumerate(engines):
            self._pages.setdefault((engine.host, engine.path), []).append(number)
            if engine.redirect_path:
                tokens = self._redirectors.setdefault((engine.host, engine.redirect_path), {})
                targets = [page.target for page in index.pages] + [ad.url for ad in engine.ads]
                tokens.update((_token(engine, target), (engine, target)) for target in targets)
            if engine.captcha_every:
                parts = urlsplit(engine.captcha_url or _default_captcha("https", engine))
                self._captcha.add((plain(parts.hostname or ""), parts.path or "/"))
        self.hosts = frozenset([e.host for e in engines] + [host for host, _ in self._captcha])

    def answer(self, request: Request) -> Answer | None:
        """The answer of an engine's search page or redirector; None when the address is neither."""
        where = (request.host, request.path)
        numbers = self._pages.get(where)
        if numbers:
            return self._search(self._chosen(numbers, request), request)
        tokens = self._redirectors.get(where)
        return _redirected(tokens, request) if tokens is not None else None

    def rest(self, request: Request) -> Answer | None:
        """The verification page, and a home page for an engine's host that has no folder; None elsewhere."""
        if (request.host, request.path) in self._captcha:
            return html(200, "安全验证", "网络不给力，请完成安全验证后继续访问。请输入验证码。")
        if request.host in self.hosts and request.path == "/":
            return html(200, request.host, request.host)
        return None

    def _chosen(self, numbers: list[int], request: Request) -> int:
        """Of engines at one address the one whose parameters were sent, the most exacting first; else the first."""
        sent = dict(request.parameters)
        fitting = [n for n in numbers if all(sent.get(name) == value for name, value in self.engines[n].when)]
        fitting.sort(key=lambda n: -len(self.engines[n].when))
        given = {pair.partition("=")[0] for pair in request.query.split("&")}
        return next((n for n in fitting if self.engines[n].query_param in given), next(iter(fitting), numbers[0]))

    def _search(self, number: int, request: Request) -> Answer:
        engine = self.engines[number]
        if request.method not in {"GET", "HEAD"}:
            return Answer(405, (("Allow", "GET, HEAD"),))
        self._asked[number] += 1
        if engine.captcha_every and self._asked[number] % engine.captcha_every == 0:
            return redirect(engine.captcha_url or _default_captcha(request.scheme, engine))
        values = _parameters(request, engine.encoding)
        query = values.get(engine.query_param, "")
        offset = _offset(engine, values)
        found = self.index.search(query)
        pages = found[offset : offset + engine.page_size]
        more = bool(engine.offset_param) and offset + engine.page_size < len(found)
        text = render(
            self._environment,
            engine,
            query,
            results=tuple(self._result(engine, request, page, query) for page in pages),
            ads=tuple(self._ad(engine, request, ad) for ad in engine.ads if any(word in query for word in ad.match)),
            offset=offset,
            next_url=_next_url(engine, request, offset + engine.page_size) if more else "",
        )
        kind = f"{engine.content_type}; charset={engine.encoding}"
        markup = "xmlcharrefreplace" if engine.content_type == "text/html" else "replace"
        return Answer(200, (("Content-Type", kind),), text.encode(engine.encoding, markup))

    def _result(self, engine: Engine, request: Request, page: Page, query: str) -> Shown:
        title = page.title or page.text[:30] or page.host
        url = _link(engine, request, page.target)
        return Shown(page.target, url, _display(page.target), title, snippet(page, query), page.date, page.host)

    def _ad(self, engine: Engine, request: Request, ad: Ad) -> Shown:
        url = _link(engine, request, ad.url)
        return Shown(ad.url, url, ad.host or _display(ad.url), ad.title, ad.snippet, ad.date, ad.host)


def _default_captcha(scheme: str, engine: Engine) -> str:
    return f"{scheme}://{engine.host}/verify/captcha"


def _token(engine: Engine, target: str) -> str:
    """What stands for the target in a link: the same in every run, and nothing to read in it."""
    return hashlib.blake2b(target.encode(), key=engine.name.encode()[:64], digest_size=24).hexdigest()


def _link(engine: Engine, request: Request, target: str) -> str:
    if not engine.redirect_path:
        return target
    origin = f"{request.scheme}://{request.authority}"
    return f"{origin}{engine.redirect_path}?{quote_plus(engine.redirect_param)}={_token(engine, target)}"


def _redirected(tokens: dict[str, tuple[Engine, str]], request: Request) -> Answer:
    known = next(((*tokens[value], name) for name, value in request.parameters if value in tokens), None)
    if known is None or known[0].redirect_param != known[2]:
        return html(404, "404 Not Found", "404 Not Found")
    engine, target, _ = known
    if engine.redirect_style == "302":
        return redirect(target)
    script = json.dumps(target).replace("<", "\\u003c")
    page = (
        f"<!doctype html><html><head><meta charset=utf-8><script>window.location.replace({script})</script>"
        f'<noscript><meta http-equiv="refresh" content="0;URL=\'{escape(target)}\'"></noscript>'
        "</head><body></body></html>"
    )
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def _display(target: str) -> str:
    shown = target.partition("://")[2].removesuffix("/")
    return shown if len(shown) <= _DISPLAY else shown[: _DISPLAY - 1] + "…"


def _parameters(request: Request, encoding: str) -> dict[str, str]:
    """The query's parameters; of several with one name the first."""
    values: dict[str, str] = {}
    for pair in request.query.split("&"):
        name, _, value = pair.partition("=")
        if name:
            values.setdefault(_decoded(name, encoding), _decoded(value, encoding))
    return values


def _decoded(raw: str, encoding: str) -> str:
    """UTF-8 when the bytes are UTF-8 with Chinese in them, else the engine's encoding, as real engines guess."""
    data = unquote_to_bytes(raw.replace("+", " "))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(encoding if encoding.lower() not in {"utf-8", "utf8"} else "gb18030", "replace")
    return text if text.isascii() or max(text) >= _CJK else data.decode(encoding, "replace")


def _offset(engine: Engine, values: dict[str, str]) -> int:
    """The number of the first result, from 0; a value that is no number counts as the first page."""
    written = values.get(engine.offset_param, "") if engine.offset_param else ""
    if not written.isdecimal() or len(written) > 9:
        return 0
    steps = max(0, int(written) - engine.offset_start)
    return steps * (engine.page_size if engine.offset_unit == "page" else 1)


def _next_url(engine: Engine, request: Request, offset: int) -> str:
    steps = offset // engine.page_size if engine.offset_unit == "page" else offset
    own = quote_plus(engine.offset_param)
    kept = [pair for pair in request.query.split("&") if pair and _name(pair) != engine.offset_param]
    query = "&".join(_recoded(pair, engine) for pair in kept)
    return f"{request.scheme}://{request.authority}{engine.path}?{query}&{own}={steps + engine.offset_start}"


def _name(pair: str) -> str:
    return unquote_to_bytes(pair.partition("=")[0]).decode("ascii", "replace")


def _recoded(pair: str, engine: Engine) -> str:
    """The parameter with its value in the engine's encoding."""
    name, _, value = pair.partition("=")
    data = _decoded(value, engine.encoding).encode(engine.encoding, "replace")
    return f"{name}={quote_from_bytes(data, safe='')}"
