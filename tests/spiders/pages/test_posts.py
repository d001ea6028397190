"""What lists of accounts, posts and small ads have of their own."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.pages.addresses import kind_of
from spiders.pages.baixing import BaixingPage
from spiders.pages.base import SerpPage, decode_serp
from spiders.pages.tieba import TiebaForumPage, TiebaPage
from spiders.pages.weibo import WeiboPage
from spiders.pages.weixin import WeixinPage, lasting
from spiders.pages.wuba import WubaPage

FIXTURES = Path(__file__).parents[2] / "fixtures" / "pages"
PAGES: list[type[SerpPage]] = [WeixinPage, TiebaPage, WeiboPage, WubaPage, BaixingPage]


def load(kind: type[SerpPage], name: str) -> SerpPage:
    folder = FIXTURES / kind.__name__.removesuffix("Page") / name
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    html = decode_serp((folder / "response.html").read_bytes(), meta["headers"].get("Content-Type", ""))
    return kind(html, meta["url"], meta["status"], meta["headers"], datetime.fromisoformat(meta["now"]))


def test_an_account_is_told_with_its_mark_and_an_introduction_cannot_forge_one() -> None:
    marks = [r.snippet.split("｜")[2] for r in load(WeixinPage, "2020-accounts").results[:3]]
    assert marks == ["认证：烟台市应急管理局", "认证：无", "认证：某某（烟台）信息科技有限公司"]


def test_an_account_lives_at_the_code_that_victims_scan() -> None:
    found = load(WeixinPage, "2020-accounts").results
    assert found[1].target == "https://open.weixin.qq.com/qr/code?username=gh_00fixture001"
    assert found[3].target == ""


def test_an_article_with_a_signed_address_is_one_post_by_its_number() -> None:
    page = load(WeixinPage, "2020-articles")
    assert isinstance(page, WeixinPage)
    signed = page.results[2]
    number = page.numbers[signed.url]
    assert lasting(signed.target, number).endswith(f"&docid={number}")


@pytest.mark.parametrize(
    "url",
    ["https://mp.weixin.qq.com/s/AbCd", "http://mp.weixin.qq.com/s?__biz=M&mid=1&idx=1&sn=a", "http://a.example/x"],
)
def test_an_address_that_lasts_is_left_as_it_is(url: str) -> None:
    assert lasting(url, "ab-cd") == url


def test_a_post_on_the_searched_host_is_a_strangers_and_other_pages_are_not() -> None:
    at = "https://tieba.baidu.com/f/search/res?qw=a"
    assert kind_of("https://tieba.baidu.com/p/7700000001?pid=1", at, TiebaPage.layout) == "outside"
    assert kind_of("https://tieba.baidu.com/f?kw=a", at, TiebaPage.layout) == "internal"
    assert kind_of("https://tieba.baidu.com/home/main?un=a", at, TiebaPage.layout) == "perhaps"


def test_a_list_that_is_folded_into_a_comment_reads_like_an_open_one() -> None:
    assert load(TiebaPage, "2018-forum-in-comment").blocks == load(TiebaPage, "2020-forum").blocks


def test_what_is_recommended_beside_nothing_found_is_no_result() -> None:
    page = load(WeiboPage, "none-with-recommended")
    assert "OaFixtur10" in page.html
    assert (page.outcome, page.blocks) == ("none", ())


def test_a_login_wall_is_never_none() -> None:
    for name in ("login-redirect", "visitor-page"):
        assert load(WeiboPage, name).outcome == "captcha"


def test_the_whole_text_of_a_folded_post_is_read_with_where_its_links_lead() -> None:
    post, link = load(WeiboPage, "2019-cards").results[:2]
    assert "先查后付" in post.snippet
    assert "展开" not in post.snippet
    assert "收起" not in post.snippet
    assert "http://t.cn/A6fixture1" in post.snippet
    assert (link.url, link.target, link.snippet) == ("http://t.cn/A6fixture1", "", "")


def test_ads_that_were_paid_for_are_paid_and_badges_are_no_words() -> None:
    paid = [r.title for r in load(WubaPage, "2020-list").results if r.paid]
    assert paid == ["烟台电工证焊工证快速拿证", "招电工，有证优先"]
    assert [r.title for r in load(BaixingPage, "2019-search").results if r.paid] == ["电工证焊工证登高证 快速办理"]


def test_a_contact_behind_a_button_is_part_of_the_ad() -> None:
    assert load(WubaPage, "2020-list").results[1].snippet.startswith("电话 13800000017 ")
    assert load(BaixingPage, "2019-search").results[0].snippet.startswith("电话 13800000025 QQ 100200301 ")


def test_a_search_that_is_moved_to_its_category_is_followed_and_no_refusal() -> None:
    page = load(WubaPage, "moved-to-category")
    assert page.moved_to.startswith("https://yt.58.com/huangyezonghe/?key=")
    assert not page.is_captcha


@pytest.mark.parametrize(
    ("href", "followed"),
    [
        ("/sou/pn2/?key=a", True),
        ("https://yt.58.com/sou/pn3/?key=a", True),
        ("https://wh.58.com/sou/pn2/?key=a", False),
        ("/shouji/pn2/?key=a", False),
        ("http://evil.example/sou/pn2/?key=a", False),
    ],
)
def test_the_next_page_of_the_same_list_alone_is_followed(href: str, followed: bool) -> None:
    page = WubaPage(
        f'<div class="pager"><a class="next" href="{href}">下一页</a></div>', "https://yt.58.com/sou/?key=a"
    )
    assert bool(page.next_url) is followed


@given(st.text(max_size=400), st.sampled_from(PAGES))
def test_no_text_breaks_a_page(text: str, kind: type[SerpPage]) -> None:
    page = kind(
        f"<ul><li id=sogou_vr_1100><p class=tit><a href=/link>{text}</a></p></li></ul>{text}", "https://a.example/"
    )
    assert page.outcome in {"results", "none", "captcha", "unparsed"}


@pytest.mark.parametrize(("kind", "blocks"), [("article", 10), ("gzh", 10)])
def test_a_real_search_of_2017_is_read_whole(real_data: Path, kind: str, blocks: int) -> None:
    html = decode_serp((real_data / "serp" / "html" / f"wechatsogou_search-gaokao-{kind}.html").read_bytes())
    page = WeixinPage(html, "http://weixin.sogou.com/weixin?query=a")
    assert (page.outcome, len(page.results), page.by_headings) == ("results", blocks, False)
    assert page.next_url
    assert all(r.target and r.snippet for r in page.results)
    if kind == "gzh":
        assert all("认证：" in r.snippet and "认证：无" not in r.snippet for r in page.results)
    else:
        assert all(r.date and r.display_url for r in page.results)
        assert len(set(page.numbers.values())) == blocks


def test_the_real_antispider_page_is_a_captcha(real_data: Path) -> None:
    html = decode_serp((real_data / "serp" / "html" / "wechatsogou_search-gaokao-gzh-error.html").read_bytes())
    assert WeixinPage(html, "http://weixin.sogou.com/weixin?query=a").outcome == "captcha"


@pytest.mark.parametrize(("start", "rows"), [("tieba_list_gne", 50), ("baidu_20180506", 19)])
def test_real_lists_of_threads_are_read_whole(real_data: Path, start: str, rows: int) -> None:
    (path,) = (real_data / "serp" / "html").glob(f"{start}*.html")
    page = TiebaForumPage(decode_serp(path.read_bytes()), "https://tieba.baidu.com/f?kw=a")
    assert (page.outcome, len(page.results)) == ("results", rows)
    assert all("/p/" in r.target for r in page.results)
    assert page.next_url


def test_a_real_search_without_results_is_none_and_its_cards_are_read_as_cards(real_data: Path) -> None:
    (path,) = (real_data / "serp" / "html").glob("weibo_2019*.html")
    html = decode_serp(path.read_bytes())
    assert WeiboPage(html, "https://s.weibo.com/weibo?q=a").outcome == "none"
    cards = WeiboPage(html.replace("card-no-result", "card-x"), "https://s.weibo.com/weibo?q=a").results
    assert sum(c.target.startswith("https://weibo.com/") for c in cards) == 5
