from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.case import SiteKey
from scoring.faces import Glimpse, kind_of
from spiders.clients import headers, referer
from spiders.matrix import OTHERS, asks

CLIENTS = ("desktop", *OTHERS)
BEST, FRONT = "http://a.example.com/q?id=1", "http://a.example.com/"


@pytest.mark.parametrize(
    ("client", "marks"),
    [
        ("desktop", {"Windows NT"}),
        ("wechat", {"MicroMessenger", "Android", "Mobile"}),
        ("mobile", {"iPhone", "Mobile", "Safari"}),
        ("mobile_referred", {"Android", "Mobile", "Chrome"}),
        ("referred", {"Windows NT", "Chrome"}),
    ],
)
def test_a_client_calls_itself_by_what_sites_look_for(client, marks):
    agent = headers(client)["User-Agent"]
    assert all(mark in agent for mark in marks)
    assert ("MicroMessenger" in agent) == (client == "wechat")


def test_no_two_clients_have_one_name():
    assert len({headers(client)["User-Agent"] for client in CLIENTS}) == len(CLIENTS)


@pytest.mark.parametrize("client", ["desktop", "wechat", "mobile"])
def test_who_opens_an_address_by_itself_comes_from_nowhere(client):
    assert referer(client, [("baidu", "电工证 免考")], "a.example.com") == ""


def test_a_desktop_comes_from_the_search_that_showed_the_site():
    assert referer("referred", [("sogou", "焊工证")], "a.example.com") == (
        "https://www.sogou.com/web?query=%E7%84%8A%E5%B7%A5%E8%AF%81"
    )


def test_baidu_goes_before_other_searches():
    searches = [("sogou", "焊工证"), ("baidu", "a b")]
    assert referer("referred", searches, "a.example.com") == "https://www.baidu.com/s?wd=a%20b"


def test_a_telephone_comes_from_baidu_for_telephones():
    assert referer("mobile_referred", [("bing", "a")], "a.example.com") == "https://m.baidu.com/s?word=a"


@pytest.mark.parametrize(
    "searches",
    [
        [],
        [("tips", "12345-2026-0001 王某 举报")],
        [("assets", 'title="证书" && country="CN"')],
        [("baidu", "字" * 200)],
    ],
)
def test_a_site_that_no_public_search_showed_is_looked_up_by_its_name(searches):
    assert referer("referred", searches, "a.example.com") == "https://www.baidu.com/s?wd=a.example.com"


@given(st.lists(st.tuples(st.sampled_from(["baidu", "tips", "names", "so360"]), st.text(max_size=80)), max_size=3))
def test_a_referer_is_always_a_public_results_page(searches):
    for client in ("referred", "mobile_referred"):
        found = referer(client, searches, "a.example.com")
        assert found.startswith(
            ("https://www.baidu.com/s?wd=", "https://m.baidu.com/s?word=", "https://www.so.com/s?q=")
        )
        assert found.isascii()
        assert not set(found) & set(" \r\n\t\"'<>")


def desktop(**kinds):
    """What the desktop got, by address."""
    made = {
        "page": Glimpse("desktop", BEST, BEST, 200, title="城南小学", text="午餐是土豆和米饭"),
        "missing": Glimpse("desktop", BEST, BEST, 404, title="404"),
        "refused": Glimpse("desktop", BEST, BEST, 403),
        "blank": Glimpse("desktop", BEST, BEST, 200),
        "parked": Glimpse("desktop", BEST, BEST, 200, text="this domain is for sale"),
        "elsewhere": Glimpse("desktop", BEST, "https://cx.mem.gov.cn/", 200, title="官方", text="特种作业操作证查询"),
        "dead": Glimpse("desktop", BEST, error="E_CONNECT"),
        "slow": Glimpse("desktop", BEST, error="E_TIMEOUT"),
        "reset": Glimpse("desktop", BEST, error="E_RESET"),
        "over": Glimpse("desktop", BEST, error="E_BUDGET"),
        "busy": Glimpse("desktop", BEST, BEST, 503, error="E_BUSY"),
    }
    site = SiteKey("a.example.com")
    return {
        url: (made[kind], kind_of(made[kind], site)) for url, kind in ((BEST, kinds["best"]), (FRONT, kinds["front"]))
    }


@pytest.mark.parametrize("front", ["page", "missing", "blank"])
def test_where_the_desktop_got_a_page_the_others_look_at_the_best_address_alone(front):
    found = asks((BEST, FRONT), desktop(best="page", front=front))
    assert found == [(BEST, client) for client in OTHERS] + [(FRONT, "wechat")]


@pytest.mark.parametrize("kind", ["missing", "refused", "blank", "parked", "elsewhere", "reset"])
def test_where_the_desktop_got_none_everybody_looks(kind):
    found = asks((BEST, FRONT), desktop(best=kind, front=kind))
    assert found == [(url, client) for url in (BEST, FRONT) for client in OTHERS]


@pytest.mark.parametrize("kind", ["dead", "slow", "over", "busy"])
def test_an_address_that_does_not_answer_or_must_rest_is_asked_by_nobody_else(kind):
    assert asks((BEST, FRONT), desktop(best=kind, front=kind)) == []


def test_the_front_page_is_best_where_the_other_address_is_dead():
    found = asks((BEST, FRONT), desktop(best="dead", front="blank"))
    assert found == [(FRONT, client) for client in OTHERS]


def test_where_the_best_address_hides_all_look_at_it_and_wechat_at_the_front_page():
    found = asks((BEST, FRONT), desktop(best="missing", front="page"))
    assert found == [(BEST, client) for client in OTHERS] + [(FRONT, "wechat")]
