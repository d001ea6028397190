"""Tells the request log what a page asked for in the browser, when the page is done."""

from __future__ import annotations

from urllib.parse import urlsplit

from spiders.items import RenderedPage
from spiders.options import Options
from spiders.request_log import Entry, code_in, log_for

WEB = ("http://", "https://", "ws://", "wss://")
"""What leaves the browser; ``data:`` and ``blob:`` do not."""


def log_rendered(options: Options, page: RenderedPage) -> None:
    """One line a request, refused ones too; requests beyond those that the browser remembers are told as a number."""
    log = log_for(options)
    reason = f"render:{_host(page.requested_url)}:{page.client}"
    listed = [r for r in page.requests if r.url.startswith(WEB)]
    asked = {r.url for r in listed}
    rows = [(r.method, r.url, r.status, code_in(r.error)) for r in listed]
    rows += [("GET", target, None, code_in(why)) for target, why in page.refused.items() if target not in asked]
    if not rows:
        rows = [("GET", page.requested_url, None, code_in(page.error))]
    if page.requests_left_out:
        reason_of_rest = f"{reason}:{page.requests_left_out} more, unlisted"
        log.write(Entry(page.at, reason_of_rest, "GET", page.requested_url, page.client, options.proxy))
    for method, url, status, code in rows:
        log.write(Entry(page.at, reason, method, url, page.client, options.proxy, status=status, code=code))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
