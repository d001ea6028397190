"""One night over hosts that show themselves to some visitors alone: each is found, and no honest one is taken for it."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.ranges.life_nights import MISSING, Home, HostTonight, Night, Shown

pytestmark = pytest.mark.slow

FAKE = "cx.mem.gov.cn.zs-life.example-top"
EXPORTED = "chaxun.mem-daochu.example-top"
SCHOOL = "www.chengnan-peixun.example-cn"


def agent(part: str) -> str:
    return f'{{ user_agent = "{part}" }}'


HIDDEN = {
    "chaxun.mem-weixin.example-top": (Shown("fake", agent("MicroMessenger")), MISSING),
    "chaxun.mem-sousuo.example-top": (
        Shown("fake", '{ user_agent = "Windows", referer = "www.baidu.com" }'),
        Shown("shop"),
    ),
    "chaxun.mem-shouji.example-top": (
        Shown("shop", agent("MicroMessenger")),
        Shown("fake", agent("iPhone")),
        Shown("shop"),
    ),
    "chaxun.mem-shoujisou.example-top": (Shown("fake", '{ user_agent = "Android", referer = "m.baidu.com" }'), MISSING),
    EXPORTED: (Shown("fake", '{ referer = "wd=chaxun.mem-daochu.example-top" }'), MISSING),
}
HONEST = {
    SCHOOL: (
        Shown(when=agent("iPhone"), redirect="http://m.chengnan-peixun.example-cn/"),
        Shown("school-m", agent("Android")),
        Shown("school"),
    ),
    "m.chengnan-peixun.example-cn": (Shown("school-m"),),
}
OTHERS = {FAKE: (Shown("fake"),), "cx-mem.fanghu.example-top": (Shown("wall", status=405),)}


@pytest.fixture(scope="module")
def one_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    home = Home(tmp_path_factory.mktemp("clients"))
    answers = HIDDEN | HONEST | OTHERS
    hosts = {name: HostTonight(shown, indexed=name == FAKE) for name, shown in answers.items()}
    return home.night(0, hosts, [f"http://{FAKE}/", f"http://{EXPORTED}/"])


@pytest.mark.parametrize("host", HIDDEN)
def test_a_fake_that_one_client_alone_is_shown_is_found(one_night, host):
    row = one_night.rows[host]
    assert (row["band"], row["impersonates"], row["life"]) == ("high", "mem-cx", "alive")
    assert "client_difference" in {r["signal"] for r in row["reasons"]}


def test_the_evidence_says_what_each_client_was_shown(one_night):
    row = one_night.rows["chaxun.mem-weixin.example-top"]
    told = next(r for r in row["reasons"] if r["signal"] == "client_difference")["evidence"]["items"]
    assert {e["where"] for e in told} >= {"views:desktop", "views:wechat", "views:mobile", "views:referred"}
    assert any("HTTP 404" in e["quote"] for e in told)


@pytest.mark.parametrize("host", HONEST)
def test_an_honest_site_for_telephones_is_not_taken_for_hiding(one_night, host):
    row = one_night.rows.get(host)
    assert row is None or "client_difference" not in {r["signal"] for r in row["reasons"]}


def test_what_a_firewall_hid_is_listed_as_unchecked(one_night):
    row = one_night.rows["cx-mem.fanghu.example-top"]
    assert any("E_CHALLENGE" in u["what"] and "阿里云 WAF" in u["why"] for u in row["unchecked"])
    assert any("需要人工核验" in u["why"] for u in row["unchecked"])
    assert row["life"] == "unknown"
    assert one_night.summary["cuts"]["E_CHALLENGE"] >= 4
    assert one_night.summary["visits"]["partial"] >= 1


def test_what_was_not_tried_is_said(one_night):
    told = [u["why"] for u in one_night.rows[FAKE]["unchecked"] if u["what"] == "其他身份的访问"]
    assert len(told) == 1
    assert "苹果微信" in told[0]


def test_one_site_seen_by_five_sources_is_one_lead_with_all_its_sightings(one_night):
    row = one_night.rows[FAKE]
    assert {s["source"] for s in row["sightings"]} == {"baidu", "bing", "so360", "sogou", "assets"}
    assert row["status"] == "new"


def test_no_client_asks_an_address_twice(one_night):
    asked = [(r["url"], r["user_agent"]) for r in one_night.requests if "rdap.org" not in r["url"]]
    assert [x for x in set(asked) if asked.count(x) > 1] == []


def test_where_the_desktop_sees_a_page_each_other_client_asks_for_one(one_night):
    by_agent: dict[str, int] = {}
    for request in one_night.asked(FAKE):
        if urlsplit(request["url"]).path == "/":
            by_agent[request["user_agent"]] = by_agent.get(request["user_agent"], 0) + 1
    assert len(by_agent) == 5
    assert set(by_agent.values()) == {1}


def test_only_public_results_pages_and_the_sites_own_are_sent_as_referer(one_night):
    for request in one_night.requests:
        sent = request.get("referer") or ""
        own = f"//{request['host']}"
        assert (
            not sent
            or own in sent
            or sent.startswith(
                (
                    "https://www.baidu.com/s?wd=",
                    "https://m.baidu.com/s?word=",
                    "https://www.so.com/s?q=",
                    "https://www.sogou.com/web?query=",
                    "https://www.bing.com/search?q=",
                )
            )
        ), sent
