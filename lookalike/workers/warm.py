"""What a worker makes ready before it says that it is there: a night that begins finds it ready.

Seeds, names, words and the ways of a crawl are made on first use, and take seconds of the processor. Asks neither
database nor network, and keeps nothing itself: what is made stands in the caches of those who made it.
"""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from typing import Any

from lookalike.config import Config
from lookalike.fingerprints import of_program
from lookalike.runner import crawl, project_settings
from scoring.case import Case, SiteKey, View
from scoring.engine import assess
from scoring.reference import Reference
from scoring.weights import shipped
from seeds.loader import load_seeds
from spiders.parse_child import parse
from spiders.site import Listed, SiteSpider

URL = "http://cx.invalid/"
PAGE = (
    "<!doctype html><html><head><title>证书查询</title></head><body><h1>证书查询</h1><form action='/q'>"
    "<label>姓名</label><input name='xm'><input name='zjhm'></form>"
    "<a href='/a.html'>办理</a><p>主办单位</p></body></html>"
)
"""Invented: it has whatever kinds of part are read in their own ways."""


def make_ready(config: Config) -> None:
    """Load seeds, index their names and words, and judge one page. Raises ``SeedError`` for seeds that are wrong."""
    reference = Reference(load_seeds(config.seeds_folder))
    of_program()
    now = datetime.now(UTC)
    view = View("desktop", URL, page=parse(PAGE, URL), observed_at=now)
    assess(Case(now=now, site=SiteKey("cx.invalid"), url=URL, views=(view,), text=PAGE), reference, shipped())


async def make_ready_to_visit(config: Config) -> None:
    """A crawl of no site at all, under the reactor: it loads what every crawl loads."""
    settings = project_settings(LOOKALIKE_OPTIONS=config, LOG_LEVEL="WARNING")
    await crawl(SiteSpider, settings, _nothing, frontier=Listed([]))
    gc.collect()
    gc.freeze()  # what is loaded by now stays to the end, as in ``runner.run``


async def _nothing(_item: Any) -> None:
    """There is none."""
