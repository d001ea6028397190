"""Which pages of a visit are shown to a browser: each face of the site once, those that victims meet first."""

from __future__ import annotations

from scoring.case import Case
from scoring.page import PageFacts
from spiders.browser.handle import Wanted
from spiders.fetch import page_body
from spiders.items import PageVisit, VisitItem

MAX_PAGES = 2
"""Pages of one site."""
BARE = 200
"""Characters of visible text: a shell says no more than “请启用 JavaScript” and a footer."""
LOOKED_AT = 200_000
_GONE = frozenset({502, 503, 504})


def wanted(visit: VisitItem, most: int = MAX_PAGES) -> list[Wanted]:
    """At most ``most`` pages that came, as they were fetched: different bodies first, then scripts for other clients.

    One body is another page to another client where its scripts look who is there.
    """
    came = [page for page in visit.pages if _came(page)]
    first: dict[str, PageVisit] = {}
    for page in came:
        first.setdefault(page.body_sha256 or page.requested_url, page)
    kept = list(first.values())
    met = {page.client for page in kept}
    for page in came:
        if page.client not in met and _scripted(page):
            met.add(page.client)
            kept.append(page)
    return [_wanted(page) for page in kept[:most]]


def of_address(visit: VisitItem, url: str) -> Wanted | None:
    """The desktop's page of one address; None where it did not come."""
    page = next((p for p in visit.pages if p.requested_url == url and p.client == "desktop" and _came(p)), None)
    return _wanted(page) if page else None


def _came(page: PageVisit) -> bool:
    last = page.exchanges[-1] if page.exchanges else None
    return last is not None and last.status is not None and last.status not in _GONE


def _scripted(page: PageVisit) -> bool:
    return b"<script" in page_body(page.exchanges[-1], LOOKED_AT).data.lower()


def _wanted(page: PageVisit) -> Wanted:
    """The browser calls as the fetch did: with the same user agent, and from the same results page."""
    sent = {name.lower(): value for name, value in page.exchanges[0].request_headers}
    return Wanted(page.client, page.requested_url, sent.get("user-agent", ""), sent.get("referer", ""))


def says_nothing(case: Case) -> bool:
    """Whether the pages that came show hardly any text, and hold scripts or frames that may show it to a browser."""
    pages = [view.page for view in case.pages if view.page is not None and not view.rendered]
    return bool(pages) and all(len(p.text) <= BARE for p in pages) and any(_works(p) for p in pages)


def _works(page: PageFacts) -> bool:
    return bool(page.scripts or page.frames or page.redirects) or "<script" in page.html[:LOOKED_AT].lower()
