"""Answers of interfaces: what they mean, what they lack, and that nothing in them is taken for what it is not."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.pages.baidu_api import BaiduApiPage
from spiders.pages.bing_api import BingApiPage
from spiders.pages.json_page import JsonPage
from spiders.pages.searxng import SearxngPage
from spiders.sources.manners import refusal

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
SEARX = "http://10.0.0.8:8080/search?q=%E5%85%8D%E8%80%83&format=json&pageno=1"
BING = "https://api.example/v7.0/search?q=a&mkt=zh-CN&count=50&offset=0"
BAIDU = "https://qianfan.baidubce.com/v2/ai_search/web_search"
PAGES: list[tuple[type[JsonPage], str]] = [(SearxngPage, SEARX), (BingApiPage, BING), (BaiduApiPage, BAIDU)]


def searx(answer: Any, status: int = 200) -> SearxngPage:
    return SearxngPage(json.dumps(answer, ensure_ascii=False), SEARX, status, {}, NOW)


def bing(answer: Any, status: int = 200, url: str = BING) -> BingApiPage:
    return BingApiPage(json.dumps(answer, ensure_ascii=False), url, status, {}, NOW)


def baidu(answer: Any, status: int = 200) -> BaiduApiPage:
    return BaiduApiPage(json.dumps(answer, ensure_ascii=False), BAIDU, status, {}, NOW)


def searx_answer(*results: dict[str, Any], silent: list[list[str]] | None = None) -> dict[str, Any]:
    return {
        "query": "免考",
        "number_of_results": 0,
        "results": list(results),
        "answers": [],
        "corrections": [],
        "infoboxes": [],
        "suggestions": ["免考 电工证"],
        "unresponsive_engines": silent or [],
    }


def searx_result(url: str, title: str = "标题", **more: Any) -> dict[str, Any]:
    return {
        "url": url,
        "title": title,
        "content": "摘要",
        "publishedDate": None,
        "thumbnail": "",
        "engine": "bing",
        "template": "default.html",
        "parsed_url": ["https", "a.example", "/", "", "", ""],
        "engines": ["bing", "baidu"],
        "positions": [1, 3],
        "score": 2.6,
        "category": "general",
        **more,
    }


def test_results_of_searxng_keep_title_text_date_and_the_engines_that_showed_them() -> None:
    page = searx(searx_answer(searx_result("https://a.example/x", publishedDate="2026-02-20T00:00:00")))
    (read,) = page.results
    assert (read.title, read.url, read.target) == ("标题", "https://a.example/x", "https://a.example/x")
    assert (read.snippet, read.date, read.display_url) == ("摘要", "2026-02-20", "bing、baidu")
    assert (page.outcome, page.error, page.remark) == ("results", "", "")


def test_redirectors_that_searxng_hands_on_are_unpacked_or_asked() -> None:
    page = searx(
        searx_answer(
            searx_result("https://www.bing.com/ck/a?!&p=1&u=a1aHR0cDovL2IuZXhhbXBsZS8&ntb=1"),
            searx_result("https://www.sogou.com/link?url=hidden"),
            searx_result("https://www.baidu.com/s?wd=a"),
        )
    )
    assert [(b.target, b.internal) for b in page.blocks] == [
        ("http://b.example/", False),
        ("", False),
        ("https://www.baidu.com/s?wd=a", True),
    ]


def test_an_engine_behind_searxng_that_was_blocked_is_told_beside_the_results() -> None:
    page = searx(searx_answer(searx_result("http://a.example/"), silent=[["baidu", "CAPTCHA"], ["sogou", "timeout"]]))
    assert page.outcome == "results"
    assert page.remark == "上游引擎没有回答：baidu (CAPTCHA)、sogou (timeout)"
    assert page.error == ""


def test_nothing_found_while_an_engine_was_blocked_is_no_confirmed_none() -> None:
    page = searx(searx_answer(silent=[["baidu", "CAPTCHA"]]))
    assert page.outcome == "unparsed"
    assert page.error == "上游引擎没有回答：baidu (CAPTCHA)"
    assert not page.is_captcha
    assert searx(searx_answer()).outcome == "none"


def test_an_empty_later_page_of_searxng_is_the_end_and_still_tells_who_was_silent() -> None:
    empty = json.dumps(searx_answer(silent=[["baidu", "CAPTCHA"]]))
    page = SearxngPage(empty, SEARX.replace("pageno=1", "pageno=2"), 200, {}, NOW)
    assert (page.outcome, page.error) == ("none", "")
    assert page.remark == "上游引擎没有回答：baidu (CAPTCHA)"


def test_a_searxng_without_json_says_how_to_mend_it() -> None:
    page = SearxngPage("<!doctype html><title>403 Forbidden</title>", SEARX, 403)
    assert "search.formats" in page.error
    assert "json" in page.error
    assert refusal(page) is not None


def test_searxng_has_a_next_page_wherever_this_one_had_results() -> None:
    assert searx(searx_answer(searx_result("http://a.example/"))).next_url.endswith("pageno=2")
    assert searx(searx_answer()).next_url == ""


BING_ANSWER = {
    "_type": "SearchResponse",
    "queryContext": {"originalQuery": "电工证 免考"},
    "webPages": {
        "webSearchUrl": "https://www.bing.com/search?q=a",
        "totalEstimatedMatches": 130,
        "value": [
            {
                "id": "https://api.example/v7.0/#WebPages.0",
                "name": "电工证<b>免考</b>查询",
                "url": "https://chaxun.example/",
                "displayUrl": "https://chaxun.example",
                "snippet": "官网 &amp; 查询",
                "dateLastCrawled": "2026-02-27T10:11:00.0000000Z",
                "language": "zh_chs",
                "isNavigational": False,
            },
            {"name": "没有地址"},
        ],
    },
    "ads": {
        "value": [
            {
                "_type": "Ads/TextAd",
                "title": "七天拿证",
                "description": "免考包过",
                "url": "https://ad.example/l",
                "displayUrl": "ad.example",
            }
        ]
    },
    "rankingResponse": {"mainline": {"items": []}},
}


def test_a_bing_style_answer_gives_adverts_apart_and_highlights_dissolved() -> None:
    page = bing(BING_ANSWER)
    assert [(r.paid, r.position, r.title, r.url) for r in page.results] == [
        (True, 1, "七天拿证", "https://ad.example/l"),
        (False, 1, "电工证免考查询", "https://chaxun.example/"),
    ]
    assert (page.results[1].snippet, page.results[1].date) == ("官网 & 查询", "2026-02-27")


def test_a_bing_style_search_goes_on_while_it_claims_more_matches() -> None:
    assert bing(BING_ANSWER).next_url.endswith("count=50&offset=50")
    assert bing(BING_ANSWER, url=BING.replace("offset=0", "offset=100")).next_url == ""


def test_a_bing_style_search_without_matches_is_a_none_and_an_error_is_not() -> None:
    assert bing({"_type": "SearchResponse", "rankingResponse": {}}).outcome == "none"
    failed = bing({"_type": "ErrorResponse", "errors": [{"code": "InvalidRequest", "message": "Bad market"}]})
    assert (failed.outcome, failed.error) == ("unparsed", "接口报错：Bad market")


@pytest.mark.parametrize(
    "answer",
    [
        {"_type": "ErrorResponse", "errors": [{"code": "InvalidAuthorization", "message": "Key is wrong"}]},
        {"error": {"code": "401", "message": "Key is wrong"}},
    ],
)
def test_a_wrong_key_is_told_with_the_interfaces_own_words(answer: Any) -> None:
    assert bing(answer, 401).error == "接口不认密钥：检查密钥和它所属的地址（HTTP 401：Key is wrong）"


BAIDU_ANSWER = {
    "request_id": "3e2f",
    "references": [
        {
            "id": 1,
            "title": "特种作业操作证查询",
            "url": "https://cx.example-top/",
            "web_anchor": "特种作业操作证查询平台",
            "website": "某考证网",
            "content": "输入身份证号即可查询",
            "date": "2026-02-11 08:00:00",
            "type": "web",
            "icon": "",
            "image": None,
            "video": None,
            "is_aladdin": False,
        },
        {"id": 2, "title": "", "web_anchor": "只有锚文本", "url": "http://b.example/", "content": "文", "type": "web"},
        {"id": 3, "title": "短视频", "url": "http://v.example/", "type": "video"},
    ],
}


def test_baidus_references_are_read_and_pictures_and_videos_left() -> None:
    page = baidu(BAIDU_ANSWER)
    assert [(r.title, r.url, r.date, r.display_url) for r in page.results] == [
        ("特种作业操作证查询", "https://cx.example-top/", "2026-02-11", "某考证网"),
        ("只有锚文本", "http://b.example/", "", ""),
    ]
    assert page.next_url == ""


def test_baidus_error_with_status_200_is_an_error() -> None:
    page = baidu({"request_id": "x", "code": "216003", "message": "Authentication error"})
    assert (page.outcome, page.error) == ("unparsed", "百度接口报错：216003 Authentication error")
    assert baidu({"request_id": "x", "references": []}).outcome == "none"


@pytest.mark.parametrize(("kind", "url"), PAGES)
@pytest.mark.parametrize("body", ["", "null", "[]", "{}", "<html>captcha</html>", "[" * 100_000, '{"results": 3}'])
def test_what_is_no_answer_is_unparsed(kind: type[JsonPage], url: str, body: str) -> None:
    page = kind(body, url, 200)
    assert page.outcome == "unparsed"
    assert page.next_url == ""


@pytest.mark.parametrize(("kind", "url"), PAGES)
def test_a_key_is_never_carried_to_where_an_answer_leads(kind: type[JsonPage], url: str) -> None:
    page = kind("", url, 302, {"Location": url.replace("https", "http")})
    assert page.moved_to == ""


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_NAMES = st.sampled_from(
    ["results", "webPages", "ads", "value", "references", "errors", "error", "unresponsive_engines", "url", "title"]
)


@given(st.dictionaries(_NAMES, _JSON | st.dictionaries(_NAMES, _JSON, max_size=3), max_size=5), st.sampled_from(PAGES))
def test_no_answer_breaks_a_reader(answer: dict[str, Any], which: tuple[type[JsonPage], str]) -> None:
    kind, url = which
    page = kind(json.dumps(answer), url, 200, {}, NOW)
    assert page.outcome in {"results", "none", "unparsed"}
    assert isinstance(page.next_url + page.error + page.remark, str)
