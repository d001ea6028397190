"""Spiders of posts, accounts and small ads: addresses, cities, and redirectors that ask who we are."""

import asyncio
from collections.abc import Callable

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from scoring.sitekey import site_key
from seeds.loader import load_seeds
from seeds.model import City, Source
from spiders.items import SerpItem
from spiders.options import Options
from spiders.pages.base import SerpPage
from spiders.pages.weibo import WeiboPage
from spiders.pages.weixin import WeixinPage
from spiders.sources.baixing import BaixingSpider
from spiders.sources.base import SearchTask, SerpSpider
from spiders.sources.tieba import TiebaForumSpider, TiebaSpider
from spiders.sources.weibo import WeiboSpider
from spiders.sources.weixin import WeixinAccountsSpider, WeixinSpider
from spiders.sources.wuba import WubaSpider

SEARCH = "https://weixin.sogou.com/weixin?type=2&query=a"


@pytest.mark.parametrize(
    ("spider", "url"),
    [
        (WeixinSpider, "https://weixin.sogou.com/weixin?query=a%26b&type=2&ie=utf8"),
        (WeixinAccountsSpider, "https://weixin.sogou.com/weixin?query=a%26b&type=1&ie=utf8"),
        (TiebaSpider, "https://tieba.baidu.com/f/search/res?qw=a%26b&ie=utf-8"),
        (TiebaForumSpider, "https://tieba.baidu.com/f?kw=a%26b&ie=utf-8"),
        (WeiboSpider, "https://s.weibo.com/weibo?q=a%26b"),
    ],
)
def test_the_first_page_stands_at_the_sites_own_address(spider: type[SerpSpider], url: str) -> None:
    assert spider(query="a&b").search_url("a&b") == url


def test_a_query_that_begins_with_a_city_is_asked_there_alone() -> None:
    spider = WubaSpider(query="威海 焊工证")
    assert [s.query for s in spider.searches] == ["威海 焊工证"]
    assert spider.search_url("威海 焊工证") == "https://weihai.58.com/sou/?key=%E7%84%8A%E5%B7%A5%E8%AF%81"


def test_any_other_query_is_asked_in_every_chosen_city() -> None:
    spider = BaixingSpider(query="焊工证", cities="烟台, qingdao,hg")
    assert [s.query for s in spider.searches] == ["烟台 焊工证", "青岛 焊工证", "hg 焊工证"]
    hosts = [spider.search_url(s.query).split("/")[2] for s in spider.searches]
    assert hosts == ["yantai.baixing.com", "qingdao.baixing.com", "hg.baixing.com"]


def test_planned_searches_keep_the_cities_of_their_source() -> None:
    row = Source(id="here", spider="wuba", name="x", host="small.example", cities=(City("烟台", "yt"),))
    spider = WubaSpider(searches=[SearchTask("烟台 a")], source=row, scheme="http")
    assert spider.search_url("烟台 a") == "http://yt.small.example/sou/?key=a"


def test_the_settings_choose_the_cities_where_no_argument_does() -> None:
    crawler = get_crawler(WubaSpider, {"LOOKALIKE_OPTIONS": Options(cities=("yt.58.com", "qingdao.baixing.com"))})
    assert [c.label for c in WubaSpider.from_crawler(crawler, query="a").cities] == ["yt"]
    assert [c.label for c in WubaSpider.from_crawler(crawler, query="a", cities="bj").cities] == ["bj"]


@pytest.mark.parametrize("cities", ["伦敦", "yt,伦 敦", "../x", "yantai.baixing.com", "YT"])
def test_a_city_that_cannot_be_asked_is_one_clear_line(cities: str) -> None:
    with pytest.raises(ValueError, match=r"spider wuba: -a cities=.*: expected") as error:
        WubaSpider(query="a", cities=cities)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "unit"),
    [
        ("https://open.weixin.qq.com/qr/code?username=abc_1", "open.weixin.qq.com/qr/code?username=abc_1"),
        ("https://mp.weixin.qq.com/s?src=11&signature=x&docid=12-ab", "mp.weixin.qq.com/s?docid=12-ab"),
        ("https://weibo.com/1990000001/OaX1?refer_flag=1", "weibo.com/1990000001/OaX1"),
        ("https://tieba.baidu.com/p/77?pid=8", "tieba.baidu.com/p/77?pid=8"),
        ("https://yt.58.com/peixun/51x.shtml?psid=1&entinfo=2", "yt.58.com/peixun/51x.shtml"),
        ("https://yantai.baixing.com/peixun/a51.html?from=s", "yantai.baixing.com/peixun/a51.html"),
    ],
)
def test_the_unit_is_the_post(url: str, unit: str) -> None:
    assert str(site_key(url, load_seeds().shared_hosts)) == unit


def article(n: int) -> str:
    return (
        f'<li id="sogou_vr_11002601_box_{n}" d="ab735a258a90e8e1-00{n}"><div class="txt-box"><h3>'
        f'<a href="/link?url=k{n}">焊工证{n}</a></h3><p class="txt-info">不考试{n}</p></div></li>'
    )


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> Callable[..., SerpItem]:
    """``filled(spider, page, answers)``: the item of a page; ``answers``: where redirectors lead, by their endings."""

    def fill(spider: type[SerpSpider], page: SerpPage, answers: dict[str, str]) -> SerpItem:
        async def fetch(_: SerpSpider, request: Request) -> Response:
            to = next(v for k, v in answers.items() if request.url.endswith(k))
            return HtmlResponse(request.url, status=302, headers={"Location": to})

        monkeypatch.setattr(SerpSpider, "_fetch", fetch)
        made = spider.from_crawler(get_crawler(spider), query="a")
        item = SerpItem(made.name, "a", 1, page.url, page.outcome)
        asyncio.run(made._fill(item, page))
        return item

    return fill


def test_a_redirector_that_asks_who_we_are_turns_us_away_and_no_text_is_lost(filled: Callable[..., SerpItem]) -> None:
    page = WeixinPage(f'<ul class="news-list">{"".join(map(article, range(3)))}</ul>', SEARCH)
    answers = {
        "k0": "http://mp.weixin.qq.com/s?src=11&signature=s",
        "k1": "https://weixin.sogou.com/antispider/?from=x",
        "k2": "http://mp.weixin.qq.com/s?src=11&signature=never",
    }
    item = filled(WeixinSpider, page, answers)
    assert item.outcome == "captcha"
    assert "antispider" in item.note
    assert [s.url for s in item.sightings] == [
        "http://mp.weixin.qq.com/s?src=11&signature=s&docid=ab735a258a90e8e1-000",
        "",
        "",
    ]
    assert [s.snippet for s in item.sightings] == ["不考试0", "不考试1", "不考试2"]


def test_a_post_shows_where_its_short_link_leads_and_the_target_is_seen_too(filled: Callable[..., SerpItem]) -> None:
    html = (
        '<div class="card-wrap" mid="1"><p class="txt" node-type="feed_list_content" nick-name="甲">自己查 '
        '<a href="http://t.cn/A6x"><i class="wbicon">O</i>网页链接</a></p>'
        '<p class="from"><a href="//weibo.com/1990000001/OaX1">今天01:00</a></p></div>'
    )
    item = filled(WeiboSpider, WeiboPage(html, "https://s.weibo.com/weibo?q=a"), {"A6x": "http://zs.example/cx"})
    assert [(s.url, s.snippet) for s in item.sightings] == [
        ("https://weibo.com/1990000001/OaX1", "自己查 网页链接 http://zs.example/cx"),
        ("http://zs.example/cx", ""),
    ]
