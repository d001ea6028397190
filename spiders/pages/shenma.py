"""Shenma's mobile search (m.sm.cn), the one behind Quark and UC: cards of 2024 to 2026, rows of 2016 to 2019.

Pages that hold their results only as data for scripts are read from that data. Facts: class names and data as
open-source parsers of 2024 to 2026 describe them; no capture of a real page was at hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from selectolax.lexbor import LexborNode

from spiders.pages.addresses import absolute, kind_of, leads_on
from spiders.pages.base import SerpPage, SerpResult
from spiders.pages.blocks import SNIPPET, TITLE, ancestors, attribute, tidy
from spiders.pages.dates import epoch_date
from spiders.pages.json_page import plain
from spiders.pages.layout import Layout
from spiders.pages.numbering import number_in, numbered

LAYOUT = Layout(
    domains=("sm.cn", "quark.cn", "dailyact.cn"),
    authors=(),
    search_paths=("/s",),
    redirectors=("/adclick", "/s/", "b.dailyact.cn/apps"),
    paid_links=("/adclick", "b.dailyact.cn/apps"),
    organic="div.qk-card, section.sc, div.sc, div.article.ali_row, div.ali_row",
    paid="[data-sc-type='ad'], .sc_ad, [class*='sc_ad_'], .ad-card, [class*='adclick'], .ali_ad",
    rail="",
    titles=(
        *("a.qk-link-wrapper[href]:has(.qk-title-text)", "a.qk-link-wrapper[href]:has(.qk-title)"),
        *(".qk-title-content a[href]", ".qk-title a[href]", "h2 a[href]", "h3 a[href]", "a.qk-link-wrapper[href]"),
    ),
    snippets=(".qk-paragraph-text", ".qk-paragraph", "[class*='paragraph']", ".ali_abs", ".desc", "p"),
    displays=(".qk-source-item", "[class*='source'] span", ".other .host", "cite"),
    dates=(".qk-source-time", ".qk-source-item + .qk-source-item", ".time"),
    targets=("data-openpageurl", "data-dest-url", "data-url"),
    none=".no-result, .noresult, #no-result",
    none_words=("没有找到相关结果", "没有找到与", "换个词试试"),
    captcha="#nocaptcha, .nc-container, iframe[src*='punish'], form[action*='punish']",
    captcha_words=("_____tmd_____", "x5secdata", "rgv587_flag", '"action":"captcha"', '"action": "captcha"'),
    asides=".qk-tag, .qk-icon",
)
_HYDRATED = "script[type='application/json'][data-used-by='hydrate']"
LARGEST = 400_000
"""Characters of one piece of data."""
MOST = 200
_LISTS = ("list", "feed", "items")


class ShenmaPage(SerpPage):
    """A results page of m.sm.cn/s or quark.sm.cn/s."""

    layout = LAYOUT

    def refined(self, block: LexborNode, read: SerpResult) -> SerpResult:
        """Where the link is the engine's own, the address that the card's data calls its origin."""
        if read.target and not read.internal:
            return read
        for holder in (block, *ancestors(block), *block.css("[data-reco]")):
            told = _object(attribute(holder, "data-reco"))
            origin = absolute(self.url, str(told.get("norm_url") or ""))
            if kind_of(origin, self.url, LAYOUT) == "outside":
                return replace(read, target=origin, internal=False)
        return read

    def _read(self) -> list[SerpResult]:
        """By its cards; by the data for scripts where there are none."""
        found = super()._read()
        if self._stopped or any(not result.internal for result in found):
            return found
        return [*found, *self._hydrated()]

    def _hydrated(self) -> Iterator[SerpResult]:
        if self.tree is None:
            return
        for script in self.tree.css(_HYDRATED)[:MOST]:
            piece = _object(script.text(deep=True))
            data, kind = piece.get("data"), piece.get("extraData")
            first = data.get("initialData") if isinstance(data, dict) else None
            name = str(kind.get("sc") or "") if isinstance(kind, dict) else ""
            for entry in _entries(first):
                if result := self._entry(entry, paid=name.split("_")[0] in {"ad", "ads"}):
                    yield result

    def _entry(self, entry: dict[str, Any], *, paid: bool) -> SerpResult | None:
        title = plain(_first(entry, "titleProps.content", "title.content", "title"), TITLE)
        link = _first(
            entry, "sourceProps.dest_url", "source.dest_url", "source.url", "normal_url", "url", "title_url", "nu"
        )
        url = absolute(self.url, link)
        kind = kind_of(url, self.url, LAYOUT)
        if not title or not kind:
            return None
        snippet = plain(
            _first(entry, "summaryProps.content", "summary.content", "show_body", "desc", "summary"), SNIPPET
        )
        return SerpResult(
            title=title,
            url=url,
            target="" if kind == "redirector" else url,
            display_url=tidy(_first(entry, "sourceProps.source", "source.name"), 200),
            snippet=snippet,
            date=epoch_date(_first(entry, "sourceProps.time", "source.time"), self.now),
            paid=paid or leads_on(url, LAYOUT.paid_links),
            internal=kind in {"internal", "perhaps"},
        )

    @cached_property
    def next_url(self) -> str:
        """Pages are counted in ``page``; there may be one wherever this one had results."""
        return numbered(self.url, "page", number_in(self.url, "page", 1) + 1) if self.results else ""


def _entries(data: Any) -> Iterator[dict[str, Any]]:
    """The card itself, and the entries of a card that is a list."""
    if isinstance(data, dict):
        yield data
        for name in _LISTS:
            inner = data.get(name)
            yield from (e for e in (inner[:MOST] if isinstance(inner, list) else ()) if isinstance(e, dict))


def _first(entry: dict[str, Any], *paths: str) -> str:
    """The first text or number at one of ``name`` or ``name.inner``."""
    for path in paths:
        name, _, inner = path.partition(".")
        value = entry.get(name)
        if inner:
            value = value.get(inner) if isinstance(value, dict) else None
        if isinstance(value, (str, int)) and str(value):
            return str(value)
    return ""


def _object(text: str) -> dict[str, Any]:
    """A JSON object; empty for anything else."""
    if not text.lstrip().startswith("{") or len(text) > LARGEST:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
