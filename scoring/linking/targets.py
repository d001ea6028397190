"""Keys that lead elsewhere: redirects, links, addresses named in a text, QR codes; not to genuine or popular places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.domains import is_ip, is_listed, normalise_host, registrable_domain
from scoring.link import Key
from scoring.linking.known import known
from scoring.linking.places import place_at, place_of
from scoring.qr import read_code
from scoring.result import Evidence
from scoring.sitekey import is_shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.context import Context
    from scoring.seen import Seen

MANY_LINKS = 30
"""Places that a page links to: one that links to more is a directory, and its links say nothing."""
MAX_TEXT = 50_000
MAX_NAMES = 200
MAX_CODE = 300
_NAME = re.compile(r"(?<![a-z0-9@._-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z][a-z0-9-]{1,23}(?![a-z0-9@-])(?::\d{2,5})?")
"""A host name as it is written in a text; bounded, and each character is read a fixed number of times."""


def target_keys(ctx: Context) -> Iterator[Key]:
    """What the case sends, links or points its reader to."""
    yield from _redirects(ctx)
    for seen in ctx.pages:
        yield from _links(ctx, seen)
    for text, evidence in _named(ctx):
        place = elsewhere(ctx, f"http://{text}/")
        if place:
            yield Key("link", place, evidence)
    yield from _codes(ctx)


def elsewhere(ctx: Context, url: str) -> str:
    """The place of an address that is neither the case's own, nor genuine, nor where half the web leads."""
    place, host = place_at(url, ctx.ref.seeds.shared_hosts)
    site = ctx.case.site
    if not place or (site is not None and place == place_of(site)):
        return ""
    if ctx.ref.official_host(host) or ctx.ref.plumbing(host) or registrable_domain(host) in known().popular:
        return ""
    return place


def _redirects(ctx: Context) -> Iterator[Key]:
    for view in ctx.case.views:
        for before, after in zip(view.hops, view.hops[1:], strict=False):
            if before.via != "link" and after.via != "link" and (place := elsewhere(ctx, after.url)):
                yield Key("redirect", place, Evidence(after.url[:200], before.url, after.via, view.body_sha256))
    for seen in ctx.pages:
        targets = [(seen.page.refresh, "meta"), *((r.url, r.via) for r in seen.page.redirects)]
        for url, where in targets:
            if url and (place := elsewhere(ctx, url)):
                yield Key("redirect", place, seen.evidence(url, where))


def _links(ctx: Context, seen: Seen) -> Iterator[Key]:
    places: dict[str, str] = {}
    for link in seen.page.links:
        if place := elsewhere(ctx, link.url):
            places.setdefault(place, link.url)
    if len(places) <= MANY_LINKS:
        for place, url in places.items():
            yield Key("link", place, seen.evidence(url, "a[href]"))


def _named(ctx: Context) -> Iterator[tuple[str, Evidence]]:
    """Addresses that stand in a text without being links: adverts tell them to be typed in."""
    texts = [(s.page.text, s.view.final_url, "text", s.view.body_sha256) for s in ctx.pages]
    texts += [(ctx.case.text, ctx.case.url, "advert", "")] if ctx.case.text else []
    texts += [("\n".join(p.text.value), p.url, "img", p.sha256) for p in ctx.case.pictures if p.text.value]
    for text, url, where, capture in texts:
        for n, match in enumerate(_NAME.finditer(text[:MAX_TEXT].lower())):
            if n >= MAX_NAMES:
                break
            if _is_host(match.group().partition(":")[0]):
                quote = " ".join(text[max(0, match.start() - 20) : match.end() + 10].split())
                yield match.group(), Evidence(quote, url, where, capture)


def _is_host(name: str) -> bool:
    try:
        return is_listed(normalise_host(name))
    except ValueError:
        return False


def _codes(ctx: Context) -> Iterator[Key]:
    """QR codes: one that adds or pays somebody names him itself; an address among many holders' names its page."""
    shared = ctx.ref.seeds.shared_hosts
    for picture in ctx.case.pictures:
        for content in picture.qr.value or ():
            code = read_code(content[:MAX_CODE])
            evidence = Evidence(code.value[:200], picture.page_url or picture.url, "qr", picture.sha256)
            if code.kind != "url":
                if code.kind != "text":
                    yield Key("qr", code.value, evidence)
                continue
            url = code.value if "://" in code.value else f"http://{code.value}"
            place, host = place_at(url, shared)
            if not is_ip(host) and (registrable_domain(host) in known().popular or is_shared(host, shared)):
                yield Key("qr", url, evidence)
            elif place := elsewhere(ctx, url):
                yield Key("qr", place, evidence)
