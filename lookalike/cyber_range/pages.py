"""What a search engine would know of the range: the pages of its indexed hosts, by title and visible text.

Reads pages by itself, so that a slip in the parsers under test cannot hide itself here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import webencodings
from selectolax.lexbor import LexborHTMLParser

from lookalike.cyber_range.exchange import Answer, Request
from lookalike.cyber_range.model import Host
from lookalike.cyber_range.sites import answer_host, charset_of, fitting_route

_DESKTOP = {
    "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36",
    "accept-language": "zh-CN,zh;q=0.9",
}
_BLOCKS = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|body|br|button|center|dd|details|div|dl|dt|fieldset|figure|footer|form"
    r"|h[1-6]|header|hr|input|label|legend|li|main|nav|ol|option|p|pre|section|select|summary|table|td|th|title|tr|ul)\b)",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_ENDLESS_TAG = re.compile(r"<[^<>]{5000,}(?:>|\Z)")  # thousands of attributes: quadratic for parsers
_META_CHARSET = re.compile(rb"<meta[^<>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_UNSEEN = ["script", "style", "noscript", "template", "title"]
_HIDDEN = '[hidden], [style*="display:none"], [style*="display: none"]'
_MOST_TAGS = 20_000  # above it a tree costs too much: nesting is quadratic for some parsers
_MOST_TEXT = 200_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the index."""

    host: str
    path: str
    target: str
    """Its true address."""
    title: str
    text: str
    """Visible text, white space collapsed."""
    date: str = ""
    """``2026-02-20`` when the page itself says when it was published."""


def indexed_pages(hosts: tuple[Host, ...]) -> Iterator[Page]:
    """Every HTML page that a plain desktop GET of an indexed host gets with status 200.

    A page that goes wrong on the way (``behaviour``) is known by what it would have said: hostile
    pages are found by searching too. Files that routes answer with are known by the routes' paths.
    """
    for host in hosts:
        if host.indexed:
            for path in _paths(host):
                page = _page(host, path)
                if page is not None:
                    yield page


def _paths(host: Host) -> list[str]:
    used = {route.file for route in host.routes}
    paths = {route.path or "/" for route in host.routes}
    for path, file in host.files.items():
        home = path.removesuffix("index.html") if file.name == "index.html" else path
        if file not in used and fitting_route(host, _desktop(host, path)) is None:
            paths.add(home)
    return sorted(paths)


def _desktop(host: Host, path: str) -> Request:
    target = quote(path, safe="/:@!$&'()*+,;=~")
    return Request("GET", "http", host.host, host.ports[0], target, _DESKTOP)


def _page(host: Host, path: str) -> Page | None:
    request = _desktop(host, path)
    answer = answer_host(host, request)
    if answer.status != 200 or not answer.header("content-type").lower().startswith(("text/html", "application/xhtml")):
        return None
    markup = decode(answer)
    title, text, date = read_markup(markup)
    return Page(host.host, path, host.origin + request.target, title, text, date)


def decode(answer: Answer) -> str:
    """The body as text: byte order mark, header, ``meta``, then UTF-8 or GB 18030, whichever fits. Never raises."""
    body = answer.body
    label = charset_of(answer.header("content-type"))
    meta = _META_CHARSET.search(body[:2048])
    for candidate in (label, meta[1].decode("ascii", "replace") if meta else ""):
        known = webencodings.lookup(candidate) if candidate else None
        if known is not None:
            return webencodings.decode(body, known, "replace")[0]
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def read_markup(markup: str) -> tuple[str, str, str]:
    """Title, visible text and publishing day of a page."""
    if markup.count("<") > _MOST_TAGS:
        return "", _collapsed(_TAG.sub(" ", markup[: 4 * _MOST_TEXT])), ""
    tree = LexborHTMLParser(_BLOCKS.sub(" <", _ENDLESS_TAG.sub(" ", markup)))
    heading = tree.css_first("title")
    title = _collapsed(heading.text()) if heading is not None else ""
    date = _published(tree)
    tree.strip_tags(_UNSEEN)
    for node in tree.css(_HIDDEN):
        node.decompose()
    return title, _collapsed(tree.body.text(separator="") if tree.body is not None else ""), date


def _published(tree: LexborHTMLParser) -> str:
    selector = (
        'meta[name="PubDate" i], meta[name="publishdate" i], meta[property="article:published_time"], time[datetime]'
    )
    node = tree.css_first(selector)
    if node is None:
        return ""
    day = _DAY.match(node.attributes.get("content") or node.attributes.get("datetime") or "")
    return day[0] if day else ""


def _collapsed(text: str) -> str:
    return " ".join(text.split())[:_MOST_TEXT]
