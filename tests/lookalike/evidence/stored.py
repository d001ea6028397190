"""A store with a few visited, shown and judged sites, without any network: what packs are made from."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image

from lookalike import browsing
from lookalike.config import Config
from lookalike.evidence.pack import Exported, export
from lookalike.night import Night, open_night
from lookalike.review.verdicts import give
from lookalike.stages.refresh import load_reference
from lookalike.stages.score import score
from lookalike.stages.visit import archive
from lookalike.store import rendered, runs, searches, sites, visits
from lookalike.store.engine import reading, writing
from lookalike.store.evidence import note_captured
from lookalike.store.models import Lead, Run
from lookalike.store.visits import StoredVisit, Tidings, record_visit
from scoring.case import Client, DnsFacts, Fact, Hop, Hosting, NetworkFacts, RegistrationFacts, TlsFacts
from scoring.life import Life, Told
from scoring.sitekey import site_key
from spiders.items import Exchange, PageVisit, PictureVisit, RenderedPage, RenderedVisit, SerpItem, VisitItem
from tests.lookalike.store.builders import make_sighting

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
EXPORTED = NOW + timedelta(hours=9)
FAKE, OTHER = "http://cx.mem.gov.cn.zs-one.top/", "http://chaxun-two.top/q"
FORM = (
    "<html><head><meta charset=gbk><title>特种作业操作证查询 & <全国></title></head><body>"
    "<form action='/certQuery.do'><label>姓名</label><input name='stu_name'><label>证件号码</label>"
    "<input name='certnum'></form><img src='/seal.png'><p>主办单位：中华人民共和国应急管理部 京ICP备00000001号</p>"
    "<p>免考包过 先出证后付款 加微信 zs88899900</p></body></html>"
)


def png(color: str, width: int = 320, height: int = 200) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return out.getvalue()


def exchange(url: str, body: bytes, at: datetime, *, status: int = 200, **headers: str) -> Exchange:
    named = [(k.replace("_", "-"), v) for k, v in headers.items()]
    sent = [("User-Agent", "Mozilla/5.0 (test)"), ("Accept-Language", "zh-CN,zh;q=0.9")]
    return Exchange(url, "GET", sent, status, "OK", named, body, at, "203.0.113.7")


def hosting(at: datetime) -> Hosting:
    network = (NetworkFacts("203.0.113.7", 64500, "EXAMPLE-NET", "CN"),)
    registration = RegistrationFacts(
        created=at - timedelta(days=9), registrar="某注册商", name_servers=("ns1.example",)
    )
    return Hosting(
        dns=Fact("ok", DnsFacts({"A": ("203.0.113.7",)}), at, "dns:127.0.0.1"),
        whois=Fact("ok", registration, at, "whois:whois.example"),
        rdap=Fact("failed", None, at, "rdap:https://rdap.example", "E_TIMEOUT 20 秒内没有应答"),
        networks=Fact("ok", network, at, "network:test"),
        tls=Fact("ok", TlsFacts(issuer="CN=Example", sha256="0" * 64), at, "tls"),
    )


def page(client: Client, url: str, html: str, at: datetime) -> PageVisit:
    """A redirect with a cookie, then a compressed page in GBK."""
    final, body = url + "index.html", html.encode("gbk")
    hops = [Hop(url, 302, "start", final), Hop(final, 200, "http")]
    cookie = exchange(url, b"", at, status=302, Location=final, Set_Cookie="sid=1; HttpOnly")
    kind = {"Content_Type": "text/html; charset=gbk", "Content_Encoding": "gzip"}
    answer = exchange(final, gzip.compress(body, mtime=0), at + timedelta(seconds=1), **kind)
    return PageVisit(client, url, hops, [cookie, answer], "gb18030", "header", hashlib.sha256(body).hexdigest())


def visit_of(url: str, at: datetime) -> VisitItem:
    refused = "E_TIMEOUT 20 秒内没有应答"
    asked = exchange(url, b"", at)
    asked.status, asked.error = None, refused
    hung = PageVisit("wechat", url, [Hop(url, None, error=refused)], [asked], error=refused)
    seal = exchange(url + "seal.png", png("red", 40, 40), at, Content_Type="image/png")
    return VisitItem(
        site_key(url),
        url,
        at,
        pages=[page("desktop", url, FORM, at), hung],
        pictures=[PictureVisit(seal, url + "index.html")],
        hosting=hosting(at),
        raw={"whois.txt": "Registrar: 某注册商\n".encode()},
        outcome="partial",
        why=refused,
    )


def shown(visit: VisitItem) -> RenderedVisit:
    url = visit.url + "index.html"
    seen = RenderedPage("desktop", visit.url, visit.started_at, [Hop(url, 200)], url, "查询", b"")
    seen.dom = "<html><body><p>查询</p><p>脚本写出 加QQ：100000777 办证</p></body></html>".encode()
    seen.fold, seen.whole, seen.width, seen.height = png("white"), png("white", 320, 640), 320, 640
    return RenderedVisit(visit.site, visit.url, visit.started_at, "Chromium 1 (test)", [seen])


def stored(home: Path, **settings: object) -> Night:
    """Two fakes, visited in one night and judged; a verdict stands on the first. Prints no PDF unless told: it is slow."""
    night = open_night(Config(home=home, now=NOW, **({"pdf": False} | settings)))
    _visited(night, [visit_of(FAKE, NOW), visit_of(OTHER, NOW)], NOW)
    load_reference(night)
    score(night)
    with writing(night.factory) as session:
        lead = session.query(Lead).filter(Lead.host.contains("zs-one")).one()
        give(session, lead.id, "confirmed", "fake_site", "与通报一致", "王某", NOW + timedelta(hours=8))
    return night


def _visited(night: Night, items: list[VisitItem], at: datetime) -> None:
    with writing(night.factory) as session:
        night.run_id = runs.begin_or_resume(session, "nightly", at, {"pages": 2})[0].id
    warcs = asyncio.run(archive(night, items))
    views = [browsing.keep(night.blobs, shown(item)) for item in items]
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        found = [make_sighting(item.url, n, paid=n == 1) for n, item in enumerate(items, 1)]
        searches.record_page(
            session,
            run,
            SerpItem("baidu", "特种作业 免考", 1, "http://s.example/", "results", found, seen_at=at),
            max_pages=1,
            now=at,
            unit=site_key,
        )
        jobs = {job.key: job.id for job in sites.waiting(session)}
        for item, warc, view in zip(items, warcs, views, strict=True):
            record_visit(session, run, jobs[item.site], item, StoredVisit(warc_sha256=warc))
            newest = visits.latest(session, jobs[item.site])
            assert newest is not None
            rendered.note(session, newest.id, view)
        note_captured(session, at, "lookalike", "capture", visits.files_of(session, run, warcs))


def lead_of(night: Night, url: str) -> int:
    with reading(night.factory) as session:
        return session.query(Lead).filter(Lead.host == site_key(url).host).one().id


def exported(night: Night, folder: Path, *urls: str, at: datetime = EXPORTED) -> Exported:
    leads = [lead_of(night, url) for url in urls or (FAKE,)]
    return export(night.config, night.factory, leads, folder, now=at, by="王某", campaign=None)


def visited_again(night: Night, url: str, life: Life, days: int) -> None:
    """A later night finds the site as ``life`` says; nothing is judged anew."""
    at = NOW + timedelta(days=days)
    item = visit_of(url, at)
    (warc,) = asyncio.run(archive(night, [item]))
    with writing(night.factory) as session:
        runs.finish(session, session.get_one(Run, night.run_id), at)
        run, _ = runs.begin_or_resume(session, "nightly", at, {"night": days})
        night.run_id = run.id
        site = session.query(Lead).filter(Lead.host == site_key(url).host).one().site_id
        assert site is not None
        record_visit(session, run, site, item, StoredVisit(warc_sha256=warc), Tidings(Told(life, why="今晚所见")))
