"""All facts of one HTML page, from one parse: what it shows, asks for, loads and leads to.

Decides nothing about guilt and fetches nothing. A page that would cost a tree parser too much is read
by one linear pass instead (``how="linear"``), with the same fields filled as far as that goes.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from scoring import page_dom, page_guard, page_linear, page_scripts
from scoring.once import once
from scoring.page_model import Form, FormField, Image, Link, Raw, Redirect
from scoring.page_urls import Base, host_of, path_of

__all__ = ["Form", "FormField", "Image", "Link", "PageFacts", "Redirect", "parse"]

MAX_HTML = 4_000_000
MAX_TEXT = 200_000
SHINGLE = 3
FIRST = 400
"""Elements at the head of a page that are looked at first."""
_DIGITS = re.compile(r"[\d]\d*")
_PLAIN_DIGITS = b"0123456789"


def bare(text: str) -> str:
    """The text without white space and digits: what stays the same when a page is laid out or numbered anew."""
    joined = "".join(text.split())
    with suppress(UnicodeEncodeError):  # plain digits, of which pages have hundreds, go all at once
        joined = joined.encode().translate(None, _PLAIN_DIGITS).decode()
    return _DIGITS.sub("", joined)


def shingles(bare_text: str) -> frozenset[str]:
    """All runs of three characters."""
    return frozenset([bare_text[i : i + SHINGLE] for i in range(len(bare_text) - SHINGLE + 1)])


def _grams(tags: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(zip(tags, tags[1:], tags[2:], tags[3:], strict=False))


@dataclass(frozen=True)
class PageFacts:
    """What one page says and does; every text is bounded, every address absolute where it can be."""

    url: str
    how: Literal["dom", "linear"] = "dom"
    why_linear: str = ""
    """Why the page was read linearly, in Chinese: which limit it broke."""
    title: str = ""
    description: str = ""
    keywords: str = ""
    headings: tuple[str, ...] = ()
    """Texts of h1 and h2."""
    text: str = ""
    """Visible text, one line a block, at most 200,000 characters."""
    script_text: str = ""
    """Chinese strings that inline scripts hold: what a single-page app will show."""
    links: tuple[Link, ...] = ()
    forms: tuple[Form, ...] = ()
    """The forms; fields outside any form stand in a last one whose ``loose`` is True."""
    images: tuple[Image, ...] = ()
    scripts: tuple[str, ...] = ()
    stylesheets: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    favicon: str = ""
    refresh: str = ""
    """Target of ``<meta http-equiv=refresh>``; empty when it only reloads."""
    redirects: tuple[Redirect, ...] = ()
    """Addresses that inline scripts send the visitor to."""
    canonical: str = ""
    generator: str = ""
    charset: str = ""
    """As the page itself declares it."""
    site_code_meta: str = ""
    """``<meta name=SiteIDCode>``, and the ``sitecode`` attribute of the 找错 script."""
    analytics: tuple[str, ...] = ()
    """``baidu:<32 hex>``, ``cnzz:<digits>``, ``google:G-…`` …"""
    saved_from: tuple[str, ...] = ()
    """Addresses in *saved from* and *mirrored from* comments."""
    tags: tuple[str, ...] = ()
    """Names of the elements in document order, at most 20,000."""
    html: str = field(default="", repr=False)
    """The source that was parsed, at most 4,000,000 characters."""
    truncated: bool = False

    @once
    def encoded_html(self) -> bytes:
        """The source in UTF-8, for searches in bytes."""
        return self.html.encode("utf-8", "replace")

    @once
    def encoded_text(self) -> bytes:
        """The visible text in UTF-8, for searches in bytes."""
        return self.text.encode("utf-8", "replace")

    @once
    def own_paths(self) -> frozenset[str]:
        """Paths, without query, of the links that stay at the page's own origin."""
        own, start = self.own, len(self.own) - 1
        return frozenset(
            link.url[start:].partition("?")[0].partition("#")[0]
            for link in self.links
            if own and link.url.startswith(own)
        )

    @once
    def own(self) -> str:
        """What addresses at the page's own origin begin with, the slash included; empty when it has none."""
        origin = Base(self.url).origin
        return f"{origin}/" if origin else ""

    @once
    def links_out(self) -> tuple[Link, ...]:
        """The links that leave the page's own origin."""
        own = self.own
        return tuple(link for link in self.links if not (own and link.url.startswith(own)))

    @once
    def encoded_links(self) -> bytes:
        """The addresses of all links, a line each, in UTF-8, for searches in bytes."""
        return "\n".join([link.url for link in self.links]).encode("utf-8", "replace")

    @once
    def resources(self) -> tuple[str, ...]:
        """Addresses of scripts, style sheets, images and frames."""
        return tuple(u for u in (*self.scripts, *self.stylesheets, *(i.src for i in self.images), *self.frames) if u)

    @once
    def resource_hosts(self) -> dict[str, int]:
        """How many resources each host serves."""
        counts: dict[str, int] = {}
        own, home = self.own, host_of(self.own)
        for address in self.resources:
            host = home if own and address.startswith(own) else host_of(address)
            if host:
                counts[host] = counts.get(host, 0) + 1
        return counts

    @once
    def asset_paths(self) -> frozenset[str]:
        """Paths of resources and form targets, without host and query."""
        own, start = self.own, len(self.own) - 1
        paths = set()
        for address in dict.fromkeys((*self.resources, *(f.action for f in self.forms))):
            if own and address.startswith(own):
                path = address[start:]
                paths.add(path.partition("?")[0].partition("#")[0] if "?" in path or "#" in path else path)
            else:
                paths.add(path_of(address))
        return frozenset(p for p in paths if len(p) > 1)

    @once
    def tag_grams(self) -> frozenset[tuple[str, ...]]:
        """All runs of four element names."""
        return _grams(self.tags)

    @once
    def first_tag_grams(self) -> frozenset[tuple[str, ...]]:
        """Those of the first elements: of two pages without anything in common they tell it as well."""
        return _grams(self.tags[:FIRST])

    @once
    def bare_text(self) -> str:
        """The visible text, white space and digits left out."""
        return bare(self.text)

    @once
    def text_shingles(self) -> frozenset[str]:
        """All runs of three characters of the visible text, white space and digits left out."""
        return shingles(self.bare_text)

    @once
    def shown(self) -> str:
        """Everything a reader may get to see: title, headings, text, alternative texts, script strings."""
        alts = (i.alt for i in self.images if i.alt)
        return "\n".join(filter(None, (self.title, self.text, *alts, self.script_text)))

    @once
    def fields(self) -> tuple[FormField, ...]:
        """The fields of all forms."""
        return tuple(f for form in self.forms for f in form.fields)


@lru_cache(maxsize=4)
def parse(html: str, url: str) -> PageFacts:
    """Read ``html`` as it was served at ``url``; total: any text gives facts, in time linear in its length.

    The same page at the same address, as two clients mostly see it, is read once.
    """
    source, encoded = _source(html)
    why = page_guard.too_costly(source, encoded)
    if why:
        return parse_linearly(html, url, why)
    facts = _facts(source, url, page_dom.read(encoded, Base(url)), "", encoded, truncated=len(html) > MAX_HTML)
    facts.__dict__["encoded_html"] = encoded  # at hand already
    return facts


def parse_linearly(html: str, url: str, why: str) -> PageFacts:
    """As ``parse``, without a tree; ``why`` is the reason, in Chinese, that the analyst is told."""
    source, encoded = _source(html)
    return _facts(source, url, page_linear.read(source, Base(url)), why, encoded, truncated=len(html) > MAX_HTML)


def _source(html: str) -> tuple[str, bytes]:
    """What is read of a page, and the same in UTF-8."""
    source = html[:MAX_HTML]
    encoded = source.encode("utf-8", "replace")
    if b"\x00" in encoded:
        source, encoded = source.replace("\x00", ""), encoded.replace(b"\x00", b"")
    return source, encoded


def _facts(source: str, url: str, raw: Raw, why: str, encoded: bytes, *, truncated: bool) -> PageFacts:
    scripts = page_scripts.read(raw.inline, raw.scripts, source, raw.base, encoded)
    return PageFacts(
        url=url,
        how="linear" if why else "dom",
        why_linear=why,
        title=raw.title[:500],
        description=raw.meta.get("description", "")[:1000],
        keywords=raw.meta.get("keywords", "")[:1000],
        headings=tuple(raw.headings),
        text=raw.text[:MAX_TEXT],
        script_text=scripts.text,
        links=tuple(raw.links),
        forms=tuple(raw.forms),
        images=tuple(raw.images),
        scripts=tuple(raw.scripts),
        stylesheets=tuple(raw.stylesheets),
        frames=tuple(raw.frames),
        favicon=raw.favicon,
        refresh=raw.refresh,
        redirects=scripts.redirects,
        canonical=raw.canonical,
        generator=raw.meta.get("generator", "")[:200],
        charset=raw.charset,
        site_code_meta=raw.meta.get("siteidcode", "") or raw.site_code,
        analytics=scripts.analytics,
        saved_from=scripts.saved_from,
        tags=tuple(raw.tags),
        html=source,
        truncated=truncated or len(raw.text) > MAX_TEXT,
    )
