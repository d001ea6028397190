"""Which pages of a visit are shown to a browser: each face of the site once, those that victims meet first."""

from __future__ import annotations

from spiders.browser.renderer import Wanted
from spiders.items import PageVisit, VisitItem

MAX_PAGES = 2
"""Pages of one site."""
_GONE = frozenset({502, 503, 504})


def wanted(visit: VisitItem, most: int = MAX_PAGES) -> list[Wanted]:
    """At most ``most`` pages that came, different bodies only, in the order they were fetched.

    The browser calls as the fetch did: with the same user agent, and from the same results page.
    """
    found: dict[str, Wanted] = {}
    for page in visit.pages:
        last = page.exchanges[-1] if page.exchanges else None
        if last is None or last.status is None or last.status in _GONE:
            continue
        found.setdefault(page.body_sha256 or page.requested_url, _wanted(page))
    return list(found.values())[:most]


def _wanted(page: PageVisit) -> Wanted:
    sent = {name.lower(): value for name, value in page.exchanges[0].request_headers}
    return Wanted(page.client, page.requested_url, sent.get("user-agent", ""), sent.get("referer", ""))
