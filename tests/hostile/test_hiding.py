"""H16-H30: pages that hide from readers, from some clients, or behind walls and odd names."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from scrapy.http import Response
from sqlalchemy import select

from lookalike.config import Config
from lookalike.night import open_night
from lookalike.stages.visit import archive
from lookalike.store import runs, sites, visits
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run, Visit
from scoring.engine import assess
from scoring.reference import Reference
from scoring.sitekey import site_key
from scoring.weights import shipped
from seeds.loader import load_seeds
from spiders.case import build_case
from spiders.decode import decode
from spiders.robots import MAX_BYTES, usable
from spiders.warc import read_visit
from tests.hostile.conftest import ROOT, Crawl, visit_all
from tests.hostile.pages import FAKE, NOW, visit_of
from tests.hostile.servers import Ask, HostileWeb, Site, answer, canary, drips, says

TEXT = "特种作业操作证查询"
PAGE = f"<html><head><title>{TEXT}</title></head><body>" + f"<p>{TEXT}</p>" * 100
ODD_LABELS = ["hex", "rot13", "zip", "idna", "unicode_escape", "utf-7", "x-user-defined"]
WALL = (
    "<html><head><title>405</title></head><body><div class='aliyun-waf'>很抱歉，由于您访问的URL有可能对网站造成安全威胁，"
    "您的访问被阻断。<script>var _aliyun_waf='block'</script></div></body></html>"
)
HOSTS = {
    "wide dot": "http://gov。cn/",
    "full width": "http://ｗｗｗ．ｃｘ．example/",
    "embedded": "http://www.mohrss.gov.cn.evil.example/",
    "trailing dot": "http://cx.example./",
    "300 characters": "http://" + "a" * 300 + ".example/",
    "broken punycode": "http://xn--a/",
    "mixed scripts": "http://сх.mem.example/",
    "empty label": "http://a..example/",
    "no host": "http://:80/x",
    "percent": "http://%00.example/",
    "only dots": "http://.../",
    "zone": "http://[fe80::1%25eth0]/",
}


def gated(word: str) -> Callable[..., Any]:
    async def say(ask: Ask, wire: asyncio.StreamWriter) -> None:
        shown = word in ask.headers.get("user-agent", "") or word in ask.headers.get("referer", "")
        wire.write(answer(FAKE if shown else "<p>机械配件</p>" * 50))
        await wire.drain()

    return say


async def only_with_cookie(ask: Ask, wire: asyncio.StreamWriter) -> None:
    whole = "seen=1" in ask.headers.get("cookie", "")
    wire.write(
        answer(FAKE if whole else "<script>document.cookie='seen=1';location.reload()</script>", "Set-Cookie: seen=1")
    )
    await wire.drain()


ROBOTS = """
import sys, scrapy
import spiders.robots
from lookalike.runner import *
from spiders.options import Options
spiders.robots.SECONDS = 3.0
class Polite(scrapy.Spider):
    name = "polite"
    async def start(self):
        for url in sys.argv[1:]:
            yield scrapy.Request(url, dont_filter=True)
    def parse(self, response):
        yield {"url": response.url, "status": response.status}
async def sink(item):
    print(item["url"], item["status"])
options = Options(allow_networks=("127.0.1.0/24",), delay=0, timeout=20)
settings = project_settings(LOOKALIKE_OPTIONS=options, ROBOTSTXT_OBEY=True, DOWNLOAD_DELAY=0, SPIDER_MODULES=["spiders.site"])
logging.basicConfig(level=logging.WARNING)
crawled = run(lambda: crawl(Polite, settings, sink))
print(crawled.stats.get("robotstxt/forbidden", 0), "forbidden")
"""


def with_robots(say: Callable[..., Any]) -> Callable[..., Any]:
    """A host whose robots.txt is said by ``say``, and whose page is a page."""

    async def both(ask: Ask, wire: asyncio.StreamWriter) -> None:
        await (say if ask.path == "/robots.txt" else says(answer(PAGE)))(ask, wire)

    return both


async def without_end(_ask: Ask, wire: asyncio.StreamWriter) -> None:
    wire.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /closed\n")
    while True:
        wire.write(b"Disallow: /x\n" * 5000)
        await wire.drain()


SITES: dict[str, Callable[..., Any]] = {
    **{f"charset {label}": says(answer(PAGE, kind=f"text/html; charset={label}")) for label in ODD_LABELS},
    "gbk as utf-8": says(answer(PAGE.encode("gb18030"))),
    "utf-16": says(answer(PAGE.encode("utf-16"), kind="text/html")),
    "nul bytes": says(answer(PAGE.replace("<p>", "<p>\0").encode())),
    "broken tail": says(answer(PAGE.encode("gb18030") + b"\x81", kind="text/html; charset=gb2312")),
    "deep": says(answer(f"<title>{TEXT}</title>" + "<div>" * 200_000 + "<a href=/zs>证书查询</a>")),
    "only wechat": gated("MicroMessenger"),
    "only telephones": gated("Mobile"),
    "only from a search": gated("baidu.com"),
    "cookie first": only_with_cookie,
    "late script": says(answer("<script>setTimeout(function(){location.href='/after'},5000)</script>请稍候")),
    "wall": says(answer(WALL, status="405 Not Allowed")),
    "cloudflare": says(answer("<title>Just a moment...</title>", "cf-mitigated: challenge", status="403 Forbidden")),
    **{f"host {name}": says(answer("x", f"Location: {url}", status="302 Found")) for name, url in HOSTS.items()},
}


@pytest.fixture(scope="module")
def hidden(hostile_web: HostileWeb) -> tuple[Crawl, dict[str, Site]]:
    sites = {name: hostile_web.site(say) for name, say in SITES.items()}
    names = hostile_web.names({})
    return visit_all([site.url for site in sites.values()], nameservers=[names]), sites


@pytest.fixture
def found(hidden):
    """``found(name)``: the visit of a site."""
    crawl, sites = hidden
    return lambda name: crawl.visits[sites[name].url]


def clients_that_saw(visit: dict[str, Any], words: str) -> set[str]:
    heads = (
        (p["client"], p["exchanges"][-1]["head"].encode("latin-1").decode(errors="replace")) for p in visit["pages"]
    )
    return {client for client, head in heads if words in head}


def test_the_crawl_goes_on_whatever_hides(hidden) -> None:
    """H16-H29: every site has a visit, nothing broke."""
    crawl, sites = hidden
    assert crawl.failures == []
    assert set(crawl.visits) == {site.url for site in sites.values()}
    assert "Traceback" not in crawl.stderr


@pytest.mark.parametrize("label", ODD_LABELS)
def test_a_label_that_is_no_encoding_hides_nothing_and_is_noted(found, label) -> None:
    """H24: the page is read, and the odd label stands in the record."""
    page = found(f"charset {label}")["pages"][0]
    assert page["error"] == ""
    assert f"odd label {label}" in page["encoding_note"]
    assert page["encoding"] == "utf-8"


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("gbk as utf-8", "gb18030"), ("utf-16", "utf-16-le"), ("nul bytes", "utf-8"), ("broken tail", "gb18030")],
)
def test_bytes_are_read_as_what_they_are(found, name, encoding) -> None:
    """H24: GBK labelled UTF-8, UTF-16 with a BOM, NUL bytes, a cut character."""
    assert found(name)["pages"][0]["encoding"] == encoding


@pytest.mark.parametrize(
    "body",
    [
        "㐀䶵𠀀".encode("gb18030") + TEXT.encode("gb18030"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode() + b"\x00\x00",
        TEXT.encode("gb18030") + b"\xff\xff",
    ],
    ids=["four bytes", "utf-16 big endian", "nul", "broken"],
)
def test_the_text_survives(body) -> None:
    """H24: four-byte GB18030, other byte order, NUL, broken tails."""
    assert TEXT in decode(body, "text/html").text


def test_the_page_below_200000_tags_is_kept_whole(found) -> None:
    """H16: bytes first; the case that is made of it reads title and links (tests of the parsing child)."""
    last = found("deep")["pages"][0]["exchanges"][-1]
    assert (last["error"], last["truncated"]) == ("", "")
    assert last["size"] == 1_000_000 + len(f"<title>{TEXT}</title><a href=/zs>证书查询</a>".encode())


def test_the_form_below_100000_tags_is_judged() -> None:
    """H16: a fake that hides its form so is still one."""
    hidden_fake = FAKE.replace("<body>", "<body>" + "<div>" * 100_000)
    case = build_case(visit_of(hidden_fake), (), NOW)
    judged = assess(case, Reference(load_seeds()), shipped())
    assert case.views[0].page is not None
    assert case.views[0].page.how == "linear"
    assert (judged.band, judged.impersonates) == ("high", "mem-cx")


@pytest.mark.parametrize(
    ("name", "client"),
    [("only wechat", "wechat"), ("only telephones", "mobile"), ("only from a search", "referred")],
)
def test_a_face_for_one_client_is_captured_as_that_client(found, name, client) -> None:
    """H25: each client has a capture of its own, and the desktop saw the other face."""
    saw = clients_that_saw(found(name), "考核合格信息查询平台")
    assert client in saw
    assert "desktop" not in saw


def test_a_site_that_wants_a_cookie_first_is_kept_as_it_answered(found) -> None:
    """H25: no cookie is ever sent; what came without one is the capture, and a browser sees the rest."""
    assert clients_that_saw(found("cookie first"), "document.cookie")
    assert not clients_that_saw(found("cookie first"), "考核合格信息查询平台")


def test_a_redirect_that_a_script_makes_late_is_followed(hidden, found) -> None:
    """H26: five seconds later or at once, its target is the next hop."""
    hops = found("late script")["pages"][0]["hops"]
    assert [hop[2] for hop in hops][:2] == ["start", "script"]
    assert "/after" in {ask.path for ask in hidden[1]["late script"].asks}


@pytest.mark.parametrize("name", ["wall", "cloudflare"])
def test_a_wall_is_a_partial_visit_that_asks_for_people(found, name) -> None:
    """H27: never taken for a clean site."""
    visit = found(name)
    assert visit["outcome"] == "partial"
    assert visit["counts"]["E_CHALLENGE"] >= 1
    assert all(p["error"].startswith("E_CHALLENGE 需要人工核验") for p in visit["pages"])
    assert visit["pages"][0]["exchanges"][-1]["size"] > 0


def test_a_case_that_ends_at_a_wall_says_what_was_not_seen() -> None:
    """H27: the judgement lists it as unchecked."""
    item = visit_of(WALL, status=405)
    item.pages[0].error = "E_CHALLENGE 需要人工核验：阿里云 WAF"
    judged = assess(build_case(item, (), NOW), Reference(load_seeds()), shipped())
    assert any("人工核验" in u.why for u in judged.unchecked)


@pytest.mark.parametrize("name", HOSTS)
def test_a_redirect_to_an_odd_host_is_refused_with_a_code(found, name) -> None:
    """H29: wide dots, punycode that is none, 300 characters: a code, never a crash."""
    error = found(f"host {name}")["pages"][0]["error"]
    assert error.split()[0] in {"E_HOST", "E_DNS", "E_BAD_REDIRECT", "E_NET_PRIVATE", "E_PROTOCOL"}


@pytest.mark.parametrize("url", HOSTS.values(), ids=HOSTS)
def test_an_odd_host_is_a_site_or_a_reason(url) -> None:
    """H29: as a sighting."""
    with contextlib.suppress(ValueError):  # with a reason: the store has no site for it
        key = site_key(url)
        assert key.host.isascii()
        assert key.host == key.host.lower()


def test_the_registrable_part_of_an_embedded_host_is_the_owners() -> None:
    """H29: www.mohrss.gov.cn.evil.com is evil.com's."""
    key = site_key("http://www.mohrss.gov.cn.evil.com/")
    assert key.host.endswith("evil.com")
    judged = Reference(load_seeds()).names.judge(key.host)
    assert judged[0].strength > 0.5


def a_robots(body: bytes, status: int = 200) -> bytes | None:
    return usable(Response("http://e.example/robots.txt", status=status, body=body))


def test_robots_txt_is_read_up_to_its_bound() -> None:
    """H30: of 50 MB the first 512 kB."""
    rules = a_robots(b"User-agent: *\nDisallow: /a\n" * 2_000_000)
    assert rules is not None
    assert len(rules) <= MAX_BYTES


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"<html><body>not found</body></html>", 200), (b"User-agent: *\nDisallow: /", 302), (b"", 503)],
)
def test_what_is_no_robots_txt_allows_and_is_told(body, status) -> None:
    """H30: HTML, redirects, errors: the default."""
    assert a_robots(body, status) is None


def test_a_rule_that_could_hang_the_reader_is_left_out() -> None:
    """H30: forty wildcards in one rule."""
    assert a_robots(b"User-agent: *\nDisallow: /" + b"*a" * 40 + b"\nDisallow: /b") == b"User-agent: *\nDisallow: /b"


def test_a_robots_txt_without_end_or_answer_or_that_leads_inside_holds_nobody_up(hostile_web: HostileWeb) -> None:
    """H30: each host is asked for its page within bounds, a rule at the start of 50 MB still holds, nothing is sent inside."""
    with canary() as watched:
        inside = answer("", f"Location: http://127.0.0.1:{watched.port}/robots.txt", status="302 Found")
        endless = hostile_web.site(with_robots(without_end)).url
        hosts = [
            endless,
            f"{endless}closed",
            hostile_web.site(with_robots(drips(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.2))).url,
            hostile_web.site(with_robots(says(inside))).url,
            hostile_web.site(with_robots(says(answer("<html>no robots here</html>")))).url,
        ]
        done = subprocess.run(
            [sys.executable, "-c", ROBOTS, *hosts], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert watched.touched == 0
    got = {line.split()[0] for line in done.stdout.splitlines() if line.startswith("http")}
    assert got == {hosts[0], *hosts[2:]}, done.stderr
    assert "1 forbidden" in done.stdout
    assert done.stderr.count("E_ROBOTS robots.txt 不可用") == 3


def test_a_parking_page_does_not_replace_what_was_captured_before(tmp_path) -> None:
    """H28: two nights, two captures; the first one reads back as it was."""
    night = open_night(Config(home=tmp_path))
    first, parked = visit_of(FAKE), visit_of("<title>域名出售</title><p>This domain is for sale</p>")
    kept = []
    for number, item in enumerate((first, parked)):
        with writing(night.factory) as session:
            run, _ = runs.begin_or_resume(session, "nightly", NOW, {"night": number})
            night.run_id = run.id
            ids, _ = sites.note_seen(session, run, [sites.Seen(item.site, item.url, NOW)])
        (warc,) = asyncio.run(archive(night, [item]))
        kept.append(warc)
        with writing(night.factory) as session:
            run = session.get_one(Run, night.run_id)
            assert visits.record_visit(session, run, ids[item.site], item, visits.StoredVisit(warc_sha256=warc))
            runs.finish(session, run, NOW)
    with reading(night.factory) as session:
        assert list(session.scalars(select(Visit.warc_sha256).order_by(Visit.id))) == kept
    assert read_visit(night.blobs.path(kept[0])) == first
    assert read_visit(night.blobs.path(kept[1])) == parked
    night.factory.kw["bind"].dispose()
