"""What one visit of a suspect fetches, in order and within its budget: pages as each client, favicon, hosting."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urldefrag, urljoin, urlsplit

import re2

from scoring.case import Client, Hosting, SiteKey
from scoring.challenge import CODE as CHALLENGE
from scoring.faces import BUSY, GATEWAY, Glimpse, Kind, kind_of
from scoring.page_urls import as_asked
from spiders import clients, matrix
from spiders.decode import decode
from spiders.fetch import Fetcher, header, is_html, page_body
from spiders.glimpse import glimpse
from spiders.items import Exchange, PageVisit, PictureVisit, VisitItem
from spiders.options import Options
from spiders.pictures.find import Candidate, telling
from spiders.refusal import sentence
from spiders.request_log import fetching

GatherHosting = Callable[[SiteKey], Awaitable[tuple[Hosting, dict[str, bytes]]]]

_ICON = re2.compile(r"(?is)<link\b[^>]*?\brel\s*=\s*[\"']?[^\"'>]*\bicon\b[^>]*>")
_HREF = re2.compile(r"(?is)\bhref\s*=\s*[\"']?([^\"'\s>]+)")
MAX_LABEL = 1000
"""Characters between the start of a link and a word of its label."""
MAX_PLACES = 50
"""Places of one word that are looked at."""


@dataclass(frozen=True, slots=True)
class VisitJob:
    """One leased site, and the addresses under which it was seen, best first."""

    site: SiteKey
    urls: tuple[str, ...]
    id: int | None = None
    """The store's number; None when the job was given by hand."""
    searches: tuple[tuple[str, str], ...] = ()
    """Source and query of the searches that showed it, best first: where a visitor may come from."""


class Visitor:
    """Visits one site at a time; many may run at once."""

    def __init__(
        self,
        fetcher: Fetcher,
        hosting: GatherHosting,
        options: Options,
        now: Callable[[], datetime],
        query_words: tuple[str, ...],
        platform_hosts: frozenset[str] = frozenset(),
    ) -> None:
        self._fetcher = fetcher
        self._hosting = hosting
        self._options = options
        self._now = now
        self._query_words = query_words
        self._platform_hosts = platform_hosts

    async def baseline(self, job: VisitJob) -> VisitItem:
        """The listed pages of a genuine platform and its icon, as a desktop sees them; nothing is looked up."""
        visit = VisitItem(job.site, job.urls[0], self._now())
        try:
            async with asyncio.timeout(self._options.site_seconds):
                for url in job.urls:
                    await self._page(visit, url, "desktop")
                await self._favicon(visit)
                await self._pictures(visit)
        except TimeoutError:
            visit.why = sentence("E_BUDGET", f"{self._options.site_seconds:.0f} 秒")
        _conclude(visit)
        return visit

    async def visit(self, job: VisitJob) -> VisitItem:
        """Everything of one visit; never raises for what a site does, and ends within ``site_seconds``."""
        visit = VisitItem(job.site, job.urls[0], self._now())
        counts: Counter[str] = Counter()
        hosting = asyncio.ensure_future(self._hosting(job.site))
        try:
            async with asyncio.timeout(self._options.site_seconds):
                await self._pages(job, visit)
        except TimeoutError:
            counts["E_BUDGET"] += 1
            asked = {p.requested_url for p in visit.pages}
            left = [url for url in _addresses(job, self._options.max_pages) if url not in asked]
            said = f"，未访问 {'、'.join(left)}" if left else ""
            visit.why = sentence("E_BUDGET", f"{self._options.site_seconds:.0f} 秒{said}")
        visit.hosting, visit.raw = await hosting
        for page in visit.pages:
            errors = {e.error for e in page.exchanges} | {h.error for h in page.hops} | {page.error}
            counts.update(error.split(" ", 1)[0] for error in errors if error)
        _conclude(visit)
        visit.counts = dict(counts)
        return visit

    async def _pages(self, job: VisitJob, visit: VisitItem) -> None:
        planned = _addresses(job, self._options.max_pages)
        seen = await self._as_desktop(job, visit, planned)
        await self._as_others(job, visit, matrix.asks(planned, seen))
        if len(planned) < self._options.max_pages and (found := self._query_link(job.site, visit)):
            url, shown_by = found
            await self._page(visit, url, shown_by.client, shown_by.exchanges[-1].url)
        await self._favicon(visit)
        await self._pictures(visit)

    async def _as_desktop(
        self, job: VisitJob, visit: VisitItem, planned: tuple[str, ...]
    ) -> dict[str, tuple[Glimpse, Kind]]:
        """What a desktop gets at every address, until the site stops answering."""
        seen: dict[str, tuple[Glimpse, Kind]] = {}
        for url in planned:
            if url in _fetched(visit, "desktop"):
                continue  # another address led here
            page, glimpsed = await self._page(visit, url, "desktop")
            seen[url] = glimpsed, kind_of(glimpsed, job.site)
            if page.exchanges[-1].status is None and len(visit.pages) > 1:
                break  # what is left would only wait
        return seen

    async def _as_others(self, job: VisitJob, visit: VisitItem, asks: list[tuple[str, Client]]) -> None:
        given_up: set[str] = set()
        for url, client in asks:
            if url in given_up or url in _fetched(visit, client):
                continue
            came_from = clients.referer(client, job.searches, job.site.host)
            _, glimpsed = await self._page(visit, url, client, came_from)
            if matrix.over(glimpsed):
                given_up.add(url)

    async def _page(self, visit: VisitItem, url: str, client: Client, referer: str = "") -> tuple[PageVisit, Glimpse]:
        """One page into the visit; a wall that hides the site is noted as why the page is none."""
        page = await self._fetcher.page(url, client, referer)
        visit.pages.append(page)
        glimpsed = glimpse(page)
        if glimpsed.wall and (not page.error or page.error.startswith(BUSY)):
            page.error = sentence(CHALLENGE, glimpsed.wall)
        return page, glimpsed

    def _query_link(self, site: SiteKey, visit: VisitItem) -> tuple[str, PageVisit] | None:
        """The pages' own link to where certificates are looked up, which a victim would click, and what shows it."""
        fetched = {e.url for p in visit.pages for e in p.exchanges}
        for page in _pages_shown(visit):
            last = page.exchanges[-1]
            if urlsplit(last.url).hostname != site.host:
                continue
            for href in labelled_links(_html_of(last, self._options.max_body), self._query_words):
                try:
                    url = urldefrag(urljoin(last.url, href)).url
                except ValueError:
                    continue
                if _same_site(url, site) and url not in fetched:
                    return url, page
        return None

    async def _favicon(self, visit: VisitItem) -> None:
        whole = [p for p in visit.pages if p.exchanges[-1].status == 200]
        page = next((p for p in whole if p.client == "desktop"), whole[0] if whole else None)
        if page is None:
            return
        last = page.exchanges[-1]
        icon = _ICON.search(_html_of(last, self._options.max_body)[:100_000])
        href = _HREF.search(icon.group(0)) if icon else None
        try:
            url = urljoin(last.url, href.group(1) if href else "/favicon.ico")
        except ValueError:
            return
        if url.startswith(("http://", "https://")):
            with fetching("favicon"):
                visit.favicon = await self._fetcher.exchange(url, page.client, referer=last.url)

    async def _pictures(self, visit: VisitItem) -> None:
        """The most telling pictures of all pages that came; none after one that was not answered at all."""
        wanted: dict[str, tuple[Candidate, PageVisit]] = {}
        for page in _pages_shown(visit):
            last = page.exchanges[-1]
            others = self._platform_hosts - {urlsplit(last.url).hostname or ""}
            html = _html_of(last, self._options.max_body)
            for found in telling(html, last.url, self._options.max_pictures, others):
                if found.data is not None:
                    visit.inline_pictures += 1
                else:
                    wanted.setdefault(found.url, (found, page))
        best = sorted(wanted.values(), key=lambda pair: -pair[0].worth)[: self._options.max_pictures]
        for found, page in best:
            shown_by = page.exchanges[-1].url
            exchange = await self._fetcher.picture(found.url, page.client, shown_by)
            visit.pictures.append(PictureVisit(exchange, shown_by))
            if exchange.status is None:
                return


def _addresses(job: VisitJob, limit: int) -> tuple[str, ...]:
    """The addresses to fetch: those seen, then the front page (not on a host that strangers share)."""
    asked: dict[str, str] = {}
    for url in job.urls:
        asked.setdefault(as_asked(url), url)
    urls = list(asked.values())[: max(1, limit - 1)]
    if not job.site.scope:
        parts = urlsplit(urls[0])
        front = as_asked(f"{parts.scheme}://{parts.netloc}/")
        if not any(as_asked(url) == front for url in urls):
            urls.append(front)
    return tuple(urls[:limit])


def _html_of(exchange: Exchange, limit: int) -> str:
    content_type = header(exchange, "content-type")
    if exchange.status != 200:
        return ""
    data = page_body(exchange, limit).data
    return decode(data, content_type).text if is_html(content_type, data) else ""


def _fetched(visit: VisitItem, client: Client) -> set[str]:
    return {e.url for p in visit.pages if p.client == client for e in p.exchanges}


def _pages_shown(visit: VisitItem) -> list[PageVisit]:
    """The pages that came, each body once: another client often gets the same."""
    pages = {p.body_sha256: p for p in reversed(visit.pages) if p.exchanges}
    return list(reversed(pages.values()))


def labelled_links(html: str, words: tuple[str, ...]) -> list[str]:
    """Targets of the links whose label holds one of ``words``, in page order; bounded, without a parse.

    Looks from each word back to the tag that opens its link, since words are far rarer than links.
    """
    found: dict[int, str] = {}
    for word in words:
        place = -1
        for _ in range(MAX_PLACES):
            place = html.find(word, place + 1)
            if place < 0:
                break
            opened = html.rfind("<a", max(0, place - MAX_LABEL), place)
            if opened < 0 or "</a" in html[opened:place].lower():
                continue
            tag, closed, _label = html[opened:place].partition(">")
            if closed and (href := _HREF.search(tag)):
                found[opened] = str(href.group(1))
    return [href for _, href in sorted(found.items())]


def _same_site(url: str, site: SiteKey) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and parts.hostname == site.host and parts.path.startswith(site.scope)


def _conclude(visit: VisitItem) -> None:
    """``ok``: every page answered in full; ``partial``: some did; ``failed``: nothing answered."""
    if not any(map(_answered, visit.pages)):
        visit.outcome = "failed"
        visit.why = visit.why or next((p.error for p in visit.pages if p.error), "") or _gateway(visit)
    elif visit.why or any(p.error for p in visit.pages):
        visit.outcome = "partial"
        visit.why = visit.why or next(p.error for p in visit.pages if p.error)


def _answered(page: PageVisit) -> bool:
    """Whether the site itself said anything; some walls answer with a gateway's status."""
    if page.error.startswith(CHALLENGE):
        return True
    return any(e.status is not None and e.status not in GATEWAY for e in page.exchanges)


def _gateway(visit: VisitItem) -> str:
    status = next((p.exchanges[-1].status for p in visit.pages if p.exchanges), None)
    return sentence("E_CONNECT", f"HTTP {status}" if status else "没有应答")
