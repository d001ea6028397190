"""A night whose visits are already stored: invented sites and one genuine page, without any network."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from lookalike.config import Config
from lookalike.night import Night, open_night
from lookalike.stages.refresh import load_reference
from lookalike.stages.score import score
from lookalike.stages.visit import archive
from lookalike.store import baselines, runs, searches, sites
from lookalike.store.engine import writing
from lookalike.store.models import Run
from lookalike.store.visits import StoredVisit, record_visit
from scoring.case import DnsFacts, Fact, Hop, Hosting, RegistrationFacts
from scoring.sitekey import site_key
from spiders.items import Exchange, PageVisit, SerpItem, VisitItem
from tests.lookalike.store.builders import make_sighting

NOW = datetime.fromisoformat("2026-03-01T02:00:00.123456+08:00")
FORM = (
    "<html><head><title>特种作业操作证及安全生产知识和管理能力考核合格信息查询平台</title></head><body>"
    "<form action='/certQuery.do'><label>姓名</label><input name='stu_name'><label>证件号码</label>"
    "<input name='certnum'><label>验证码</label><input name='passcode'></form>"
    "<p>主办单位：中华人民共和国应急管理部</p></body></html>"
)
ADVERT = "<title>电工证免考</title><p>免考包过 网站100%可查 先出证后付款 加微信 zs88899900 全国联网可查</p>"
PLAIN = "<title>城南小学</title><p>今天的午餐是土豆和米饭，下午有体育课。</p>"
SITES = {
    "http://cx.mem.gov.cn.zs-one.top/": (FORM, "203.0.113.7"),
    "http://chaxun-two.top/q": (FORM.replace("考核合格", "考试合格"), "203.0.113.7"),
    "http://mianka-three.com/": (ADVERT, "198.51.100.3"),
    "http://school-four.com/": (PLAIN, "198.51.100.4"),
}
GENUINE = "https://cx.mem.gov.cn/"


def visit_of(url: str, html: str, address: str, at: datetime) -> VisitItem:
    body = html.encode()
    exchange = Exchange(url, "GET", [], 200, "OK", [("Content-Type", "text/html; charset=utf-8")], body, at, address)
    page = PageVisit("desktop", url, [Hop(url, 200)], [exchange], "utf-8", "", hashlib.sha256(body).hexdigest())
    hosting = Hosting(
        dns=Fact("ok", DnsFacts({"A": (address,)}), at, "dns:test"),
        whois=Fact("ok", RegistrationFacts(created=at - timedelta(days=20, minutes=7)), at, "whois:test"),
    )
    return VisitItem(site_key(url), url, at, pages=[page], hosting=hosting)


def stored_night(home: Path, *, clock: bool = False) -> Night:
    """Found and visited, not judged yet; with ``clock`` every look at the clock tells another time."""
    night = open_night(Config(home=home, now=NOW))
    ticks = iter(NOW + timedelta(microseconds=137 * n) for n in range(1, 1_000_000))
    if clock:
        night.now = lambda: next(ticks)
    begin(night)
    visits = [visit_of(url, html, address, NOW) for url, (html, address) in SITES.items()]
    genuine = visit_of(GENUINE, FORM, "192.0.2.1", NOW)
    *warcs, baseline = asyncio.run(archive(night, [*visits, genuine]))
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        found = [make_sighting(url, n, paid=n == 1) for n, url in enumerate(SITES, 1)]
        page = SerpItem("baidu", "特种作业 免考", 1, "http://s.example/", "results", found, seen_at=NOW)
        searches.record_page(session, run, page, max_pages=1, now=NOW, unit=site_key)
        jobs = {job.key: job.id for job in sites.waiting(session)}
        for visit, warc in zip(visits, warcs, strict=True):
            record_visit(session, run, jobs[visit.site], visit, StoredVisit(warc_sha256=warc))
        baselines.save(session, run, baselines.Captured("mem-cx", GENUINE, NOW, warc_sha256=baseline))
    load_reference(night)
    return night


def begin(night: Night) -> None:
    with writing(night.factory) as session:
        night.run_id = runs.begin_or_resume(session, "nightly", NOW, {})[0].id


def seen_again(night: Night, url: str, query: str) -> None:
    """A later night sees a site again, at another place."""
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        runs.finish(session, run, NOW)
        run, _ = runs.begin_or_resume(session, "nightly", NOW + timedelta(days=1), {"night": query})
        found = [make_sighting(url, 1, query=query, paid=True)]
        page = SerpItem("baidu", query, 1, "http://s.example/", "results", found, seen_at=NOW + timedelta(days=1))
        searches.record_page(session, run, page, max_pages=1, now=NOW + timedelta(days=1), unit=site_key)


def judged_night(home: Path, *, clock: bool = False) -> Night:
    night = stored_night(home, clock=clock)
    score(night)
    return night
