"""Visits the addresses that stand on stdin with the production spider, and prints what each visit brought back.

A process of its own, since a reactor starts once: ``python -m tests.hostile.crawl_here < job.json``.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lookalike.runner import crawl, project_settings, run
from scoring.sitekey import site_key
from seeds.model import SharedHosts
from spiders.items import Exchange, VisitItem
from spiders.options import Options
from spiders.site import Listed, SiteSpider
from spiders.visit import VisitJob
from spiders.warc import read_visit, write_visit


class Noted(Listed):
    """Jobs that are known beforehand; notes what was put off."""

    def __init__(self, jobs: Sequence[VisitJob]) -> None:
        super().__init__(jobs)
        self.left: list[tuple[str, str]] = []

    async def leave(self, job: VisitJob, why: str) -> None:
        self.left.append((job.urls[0], why))


def told(exchange: Exchange) -> dict[str, Any]:
    return {
        "url": exchange.url,
        "status": exchange.status,
        "error": exchange.error,
        "truncated": exchange.truncated,
        "size": len(exchange.body),
        "head": exchange.body[:400].decode("latin-1"),
        "headers": exchange.response_headers[:40],
        "header_count": len(exchange.response_headers),
        "ip": exchange.ip,
        "at": exchange.at.isoformat(),
    }


def kept(item: VisitItem) -> bool:
    """Whether the visit's WARC gives the visit back, byte for byte."""
    stream = BytesIO()
    write_visit(item, stream, "test")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "visit.warc.gz"
        path.write_bytes(stream.getvalue())
        return read_visit(path) == item


def main() -> None:
    job = json.load(sys.stdin)
    visits: list[dict[str, Any]] = []
    began = time.monotonic()

    async def sink(item: VisitItem) -> None:
        pages = [
            {
                "client": page.client,
                "requested_url": page.requested_url,
                "error": page.error,
                "encoding": page.encoding,
                "encoding_note": page.encoding_note,
                "hops": [[h.url, h.status, h.via, h.location, h.error] for h in page.hops],
                "exchanges": [told(e) for e in page.exchanges],
            }
            for page in item.pages
        ]
        facts = {"outcome": item.outcome, "why": item.why, "counts": item.counts, "pages": pages, "kept": kept(item)}
        visits.append({"url": item.url, "seconds": time.monotonic() - began, **facts})

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    options = Options(**job["options"])
    settings = project_settings(
        LOOKALIKE_OPTIONS=options, DOWNLOAD_DELAY=options.delay, LOG_LEVEL="WARNING", SPIDER_MODULES=["spiders.site"]
    )
    frontier = Noted([VisitJob(site_key(url, SharedHosts()), (url,)) for url in job["urls"]])
    crawled = run(lambda: crawl(SiteSpider, settings, sink, frontier=frontier))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    facts = {"visits": visits, "left": frontier.left, "failures": crawled.failures, "grown_kib": after - before}
    json.dump(facts, sys.stdout)


if __name__ == "__main__":
    main()
