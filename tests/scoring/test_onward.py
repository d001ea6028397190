"""Where sellers' pages lead."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scoring.case import Case, Hop, Sighting, SiteKey, View
from scoring.context import LED, Context
from scoring.onward import onward
from scoring.page import parse
from scoring.reference import Reference
from scoring.result import Assessment
from scoring.signals.linked_from_advert import LinkedFromAdvert
from seeds.loader import load_seeds

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def known() -> Reference:
    return Reference(load_seeds())


def page_case(html: str, host: str = "bz.example.com", sightings: tuple[Sighting, ...] = ()) -> Case:
    url = f"http://{host}/"
    return Case(
        NOW, SiteKey(host), url, (View("desktop", url, (Hop(url, 200),), parse(html, url)),), sightings=sightings
    )


def judged(kind: str = "advert", band: str = "high") -> Assessment:
    return Assessment(kind, 95.0, band, None, (), (), "v")


def targets(html: str, known: Reference, **said: str) -> list[str]:
    return [s.url for s in onward(Context(page_case(html), known), judged(**said))]


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<a href="http://zs-look.top/cx">点击查询</a>', "http://zs-look.top/cx"),
        ("<p>拿证后登录 www.zs-look.top/a?b=1 查询真伪</p>", "http://www.zs-look.top/a?b=1"),
        ("<p>扫码打开 http://203.0.113.9:8081/q 验证</p>", "http://203.0.113.9:8081/q"),
        ('<a href="http://cx-mem-gov.com/">图</a>', "http://cx-mem-gov.com/"),
        ('样本核验：<a href="http://zs-look.top/">点此</a>', "http://zs-look.top/"),
    ],
)
def test_an_advert_leads_to_the_address_where_its_papers_check_out(known, html, url):
    assert targets(html, known) == [url]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://cx.mem.gov.cn/">官网查询</a>',
        '<a href="http://yjj.qinghe.gov.cn/">官网查询</a>',
        '<a href="http://bz.example.com/more">查询更多</a>',
        '<a href="http://friend-shop.com/">友情链接</a>',
        '<a href="https://weibo.com/u/1">点击关注</a>',
        "<p>联系邮箱 a@zs-look.top 查询</p>",
        "<p>版本 1.2.3 平台</p>",
    ],
)
def test_official_own_and_other_links_are_not_followed(known, html):
    assert targets(html, known) == []


@pytest.mark.parametrize(("kind", "band"), [("advert", "low"), ("site", "high")])
def test_only_a_shown_advert_leads_on(known, kind, band):
    assert targets('<a href="http://zs-look.top/cx">点击查询</a>', known, kind=kind, band=band) == []


def test_an_advert_leads_to_three_hosts_at_most(known):
    html = "".join(f'<a href="http://zs-look{n}.top/">查询</a>' for n in range(9))
    assert len(targets(html, known)) == 3


SEEN = Sighting(LED, "bz.example.com", 1, False, "http://zs-look.top/", "焊工证免考代办", "官网可查 包过")
FORM = "<title>特种作业操作证查询</title><form>姓名<input>证件号码<input>验证码<input></form><p>应急管理部</p>"


def test_being_led_to_by_an_advert_is_a_sign_of_a_site_that_looks_papers_up(known):
    case = page_case(FORM, "zs-look.top", (SEEN,))
    assert LinkedFromAdvert()(case, Context(case, known)).status == "hit"


def test_what_the_seller_says_is_not_said_by_the_site_that_he_leads_to(known):
    case = page_case(FORM, "zs-look.top", (SEEN,))
    assert all("免考" not in text.text for text in Context(case, known).texts)


def test_an_advert_whose_page_never_came_leads_on_by_what_the_result_shows(known):
    seen = Sighting("weibo", "q", 1, False, "http://bz.example.com/", "某某的微博", "自己查 http://zs-look.top/cx 加v")
    case = Case(NOW, SiteKey("bz.example.com"), "http://bz.example.com/", sightings=(seen,))
    assert [s.url for s in onward(Context(case, known), judged())] == ["http://zs-look.top/cx"]


def test_what_another_advert_said_of_a_site_does_not_lead_on(known):
    seen = Sighting(LED, "q", 1, False, "http://bz.example.com/", "t", "官网 http://zs-look.top/cx 查询")
    case = Case(NOW, SiteKey("bz.example.com"), "http://bz.example.com/", sightings=(seen,))
    assert not onward(Context(case, known), judged())
