"""Invented pages, visits and judgements for the store's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from scoring.case import Client, DnsFacts, Fact, Hop, Hosting, Sighting
from scoring.result import Assessment, Band, Evidence, Row, Unchecked
from scoring.sitekey import site_key
from spiders.clock import CHINA
from spiders.items import PageVisit, SerpItem, VisitItem

NIGHT = datetime(2026, 3, 1, 2, 0, tzinfo=CHINA)
UTC_NIGHT = NIGHT.astimezone(UTC)
DAY = timedelta(days=1)


def make_sighting(url: str, position: int = 1, **more: Any) -> Sighting:
    known: dict[str, Any] = {"source": "baidu", "query": "特种作业 免考", "paid": False, "title": "安全员证 查询"}
    return Sighting(url=url, position=position, **known | more)


def make_page(*urls: str, page: int = 1, query: str = "特种作业 免考", **more: Any) -> SerpItem:
    known: dict[str, Any] = {
        "source": "baidu",
        "outcome": "results",
        "seen_at": NIGHT,
        "url": f"http://s.example/{page}",
    }
    known["sightings"] = [make_sighting(u, n, query=query) for n, u in enumerate(urls, 1)]
    return SerpItem(query=query, page=page, **known | more)


def make_visit(url: str, *, at: datetime = NIGHT, clients: tuple[Client, ...] = ("desktop", "wechat")) -> VisitItem:
    pages = [
        PageVisit(client, url, [Hop(url, 200)], [], encoding="utf-8", body_sha256=f"{n:064x}")
        for n, client in enumerate(clients)
    ]
    return VisitItem(site_key(url), url, at, pages=pages)


def failed_visit(url: str, error: str, *, rcode: str = "NOERROR") -> VisitItem:
    dns = Fact("ok", DnsFacts(rcode=rcode))
    page = PageVisit("desktop", url, [Hop(url, None, error=error)], [], error=error)
    return VisitItem(site_key(url), url, NIGHT, pages=[page], hosting=Hosting(dns=dns), outcome="failed", why=error)


def judge(score: float, *, impersonates: str | None = "mem-cx", **more: Any) -> Assessment:
    band: Band = "high" if score >= 90 else "medium" if score >= 50 else "low"
    rows = (
        Row("prior", -3.0, "先验"),
        Row("embedded_host", 6.5, "把 cx.mem.gov.cn 用作子域名", (Evidence("cx.mem.gov.cn", where="host"),)),
    )
    known: dict[str, Any] = {"kind": "site", "rows": rows, "unchecked": (Unchecked("whois", "超时"),)}
    return Assessment(score=score, band=band, impersonates=impersonates, weights_version="1", **known | more)
