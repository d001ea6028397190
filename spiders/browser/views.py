"""From what a browser showed to views of the case: a screen for a page that is known, a further view where it is not.

Plain views stay as they are; a rendered page stands beside them only where it says more, or where it led elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urldefrag

from scoring.case import Fact, Screen, View
from scoring.page import PageFacts
from spiders.items import RenderedPage, RenderedVisit
from spiders.parse_child import parse

ORIGIN = "browser"
NEW_SHINGLES = 30
"""Runs of three characters that only scripts brought: about a line of text."""
FEW_SHINGLES = 8
"""The same for a page that says hardly anything by itself, in at most ``BARE`` characters."""
BARE = 200
NEW_SHARE = 0.2
"""Of all such runs of the rendered page: counters, dates and adverts bring fewer."""


def with_rendered(views: Sequence[View], rendered: RenderedVisit | None) -> tuple[View, ...]:
    """The views with what a browser made of their pages; the same file gives the same views to the bit."""
    found = list(views)
    for page in rendered.pages if rendered is not None else ():
        at = next((i for i, v in enumerate(found) if _same(v, page)), None)
        if at is None:
            continue
        screen = screen_of(page)
        shown = parse(page.dom.decode("utf-8", "replace"), page.final_url) if page.dom else None
        if shown is not None and (_moved(found[at], page) or says_more(shown, found[at].page)):
            found.append(_further(found[at], page, shown, screen))
        else:
            found[at] = replace(found[at], screen=screen)
    return tuple(found)


def screen_of(page: RenderedPage) -> Fact[Screen]:
    """How the page looked, or why that is not known."""
    if page.screen is not None:
        return Fact("ok", page.screen, page.at, ORIGIN)
    return Fact("failed", None, page.at, ORIGIN, page.error or "截图没有取到")


def says_more(shown: PageFacts, plain: PageFacts | None) -> bool:
    """Whether scripts brought text or fields that the page as fetched lacks."""
    if plain is None:
        return bool(shown.text or shown.fields)
    if len(shown.fields) > len(plain.fields):
        return True
    new = len(shown.text_shingles - plain.text_shingles)
    least = NEW_SHINGLES if len(plain.text) > BARE else FEW_SHINGLES
    return new >= least and new >= NEW_SHARE * len(shown.text_shingles)


def _same(view: View, page: RenderedPage) -> bool:
    return not view.rendered and view.client == page.client and view.requested_url == page.requested_url


def _moved(view: View, page: RenderedPage) -> bool:
    """Whether the browser was led to another page than the fetch was."""
    led = any(hop.via in {"script", "meta"} for hop in page.hops)
    return led and urldefrag(page.final_url).url != urldefrag(view.final_url).url


def _further(view: View, page: RenderedPage, shown: PageFacts, screen: Fact[Screen]) -> View:
    return View(
        client=page.client,
        requested_url=page.requested_url,
        hops=tuple(page.hops),
        page=shown,
        error=page.error,
        body_sha256=hashlib.sha256(page.dom).hexdigest(),
        encoding="utf-8",
        encoding_note="browser",
        favicon_mmh3=view.favicon_mmh3,
        favicon_sha256=view.favicon_sha256,
        truncated=page.dom_cut,
        observed_at=page.at,
        screen=screen,
        rendered=True,
    )
