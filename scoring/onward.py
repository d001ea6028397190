"""Where a seller sends his readers: the addresses that a shown advert links or prints, to be visited in turn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.case import Sighting
from scoring.context import LED
from scoring.domains import is_ip, is_listed
from scoring.linking.targets import elsewhere
from scoring.page_urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.context import Context
    from scoring.result import Assessment
    from scoring.seen import Seen

MAX_ONWARD = 3
"""Sites of one advert that are visited for it."""
AROUND = 60
"""Characters kept on either side of a printed address."""
MAX_TEXT = 20_000
_PRINTED = re.compile(
    r"(?<![A-Za-z0-9@._/-])(?:https?://)?(?:(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,18}|(?:[0-9]{1,3}\.){3}[0-9]{1,3})"
    r"(?::[0-9]{2,5})?(?:/[A-Za-z0-9._~/?=&%-]{0,200})?(?![A-Za-z0-9@-])"
)
"""An address as it is written in a text, path included; bounded."""
_LOOK_UP = re.compile(r"查|验|核|官网|官方|入口|系统|平台|扫码|样")
"""Words behind which a victim would look his paper up; a seller's other links are anybody's."""
_HERE = re.compile(r"点此|点击|点我|这里|此处|打开")
"""Labels that say nothing: what they lead to stands beside them."""


def onward(ctx: Context, judged: Assessment) -> tuple[Sighting, ...]:
    """Sightings of at most ``MAX_ONWARD`` sites that an advert leads to; nothing for what is not shown as an advert.

    ``query`` is the advert's own site, ``position`` the place among its targets, from 1. Left out are the advert's own
    place, official and popular ones, and names that no suffix list knows.
    """
    if judged.kind != "advert" or judged.band == "low" or ctx.case.site is None:
        return ()
    found: dict[str, Sighting] = {}
    for url, title, words in _targets(ctx):
        place, host = elsewhere(ctx, url), host_of(url)
        if place and (is_ip(host) or is_listed(host)):
            seen_at = Sighting(LED, str(ctx.case.site), len(found) + 1, False, url, title, words, host)
            found.setdefault(place, seen_at)
    return tuple(found.values())[:MAX_ONWARD]


def _targets(ctx: Context) -> Iterator[tuple[str, str, str]]:
    """Address, title and words around it: on the pages, then in results whose own page may never be seen."""
    for seen in ctx.pages:
        yield from _printed(seen.page.text, seen.page.title)
        yield from _linked(ctx, seen)
    for sighting in ctx.case.sightings:
        if sighting.source != LED:
            yield from _printed(sighting.snippet, sighting.title)


def _printed(text: str, title: str) -> Iterator[tuple[str, str, str]]:
    text = text[:MAX_TEXT]
    for match in _PRINTED.finditer(text):
        around = text[max(0, match.start() - AROUND) : match.end() + AROUND]
        if _LOOK_UP.search(around):
            url = match[0] if "://" in match[0] else f"http://{match[0]}"
            yield url, title, " ".join(around.split())


def _linked(ctx: Context, seen: Seen) -> Iterator[tuple[str, str, str]]:
    for link in seen.page.links_out:
        host = host_of(link.url)
        if _LOOK_UP.search(link.text) or _HERE.search(link.text) or is_ip(host) or ctx.ref.names.judge(host):
            yield link.url, seen.page.title, link.text
