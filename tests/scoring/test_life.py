from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scoring.case import SiteKey
from scoring.faces import Glimpse
from scoring.life import AWAY, UP, Past, Told, alike, tell

SITE = SiteKey("a.example.com")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
TAGS = (
    "html",
    "head",
    "title",
    "body",
    "div",
    "form",
    "p",
    "label",
    "input",
    "p",
    "label",
    "input",
    "button",
    "p",
    "a",
    "div",
)
FAKE = Glimpse(
    "desktop",
    "http://a.example.com/",
    "http://a.example.com/",
    200,
    title="特种作业操作证查询平台",
    text="特种作业操作证及安全生产知识和管理能力考核合格信息查询平台，请输入姓名和证件号码查询证书真伪，主办单位应急管理部",
    tags=TAGS,
    body_sha256="a" * 64,
    moves=True,
)
SHOP = replace(
    FAKE,
    title="老张海鲜",
    text="新鲜海虾每天空运到店，支持批发和零售，欢迎来电订购，地址在城南市场二楼七号摊位，周末照常营业，满百送葱姜",
    tags=(
        "html",
        "head",
        "title",
        "body",
        "table",
        "tr",
        "td",
        "img",
        "td",
        "img",
        "tr",
        "td",
        "img",
        "td",
        "ul",
        "li",
        "li",
    ),
    body_sha256="b" * 64,
)
PARKED = replace(
    FAKE, title="a.example.com", text="该域名正在出售 This domain is for sale", tags=(), body_sha256="c" * 64
)
GONE = replace(FAKE, status=404, title="404 Not Found", text="404 Not Found", tags=(), body_sha256="d" * 64)
MOVED = replace(FAKE, final_url="http://b.example.org/", body_sha256="e" * 64)
WALL = replace(FAKE, status=405, wall="阿里云 WAF", body_sha256="f" * 64)
DEAD = Glimpse("desktop", FAKE.requested_url, error="E_CONNECT")
REFUSED = Glimpse("desktop", FAKE.requested_url, error="E_NET_PRIVATE")
BUDGET = Glimpse("desktop", FAKE.requested_url, error="E_BUDGET")
DENIED = replace(GONE, status=403)
BROKEN = replace(GONE, status=500)
JUDGED = Past("alive", NOW, been_up=True, judged_by=(FAKE,), judged_at=NOW)


@pytest.mark.parametrize(
    ("seen", "life"),
    [
        ([FAKE], "alive"),
        ([PARKED], "parked"),
        ([GONE, GONE], "dead"),
        ([GONE, DEAD], "dead"),
        ([DEAD], "dead"),
        ([MOVED], "moved"),
        ([WALL], "unknown"),
        ([WALL, GONE], "unknown"),
        ([REFUSED], "unknown"),
        ([BUDGET, DEAD], "unknown"),
        ([DENIED], "unknown"),
        ([BROKEN], "unknown"),
        ([], "unknown"),
        ([GONE, FAKE], "alive"),
        ([PARKED, replace(FAKE, client="wechat")], "alive"),
        ([replace(FAKE, title="", text="", moves=False, tags=())], "parked"),
    ],
    ids=lambda v: v if isinstance(v, str) else "+".join(str(g.status or g.error) for g in v),
)
def test_a_first_visit_tells_what_is_there(seen, life):
    told = tell(SITE, seen, Past())
    assert told.life == life
    assert told.why
    assert not told.back


def test_a_name_that_is_gone_is_dead():
    assert (
        tell(SITE, [Glimpse("desktop", "http://a.example.com/", error="E_DNS")], Past(), no_such_name=True).life
        == "dead"
    )


def test_a_page_counts_more_than_a_name_server_that_knows_no_such_name():
    assert tell(SITE, [FAKE], JUDGED, no_such_name=True).life == "alive"


def test_a_name_server_that_says_nothing_kills_nobody():
    seen = [Glimpse("desktop", "http://a.example.com/", error="E_DNS")]
    assert tell(SITE, seen, JUDGED, resolver_failed=True).life == "unknown"


def test_silence_means_nothing_while_nothing_else_has_answered():
    assert tell(SITE, [DEAD], JUDGED, way_out=False).life == "unknown"


def test_another_page_than_the_one_that_was_judged_is_a_change():
    assert tell(SITE, [SHOP], JUDGED) == Told("changed", "页面内容和结构与研判时的都不同", False, ("page",))


def test_new_numbers_and_a_banner_are_no_change():
    today = replace(FAKE, text=FAKE.text + " 今日访问 4321 次 本站使用 Cookie", body_sha256="9" * 64)
    assert tell(SITE, [today], JUDGED).life == "alive"


def test_new_words_in_the_old_layout_are_no_change():
    assert tell(SITE, [replace(SHOP, tags=TAGS)], JUDGED).life == "alive"


def test_two_pages_of_which_little_can_be_read_are_no_change():
    thin = replace(FAKE, title="", text="", tags=("html", "script"), body_sha256="1" * 64)
    assert tell(SITE, [thin], replace(JUDGED, judged_by=(replace(thin, body_sha256="2" * 64),))).life == "alive"
    assert alike([thin], [replace(thin, body_sha256="2" * 64)]) is None


def test_a_few_words_in_place_of_a_full_page_are_a_change():
    few = replace(FAKE, title="城南小学", text="今天的午餐是土豆和米饭", tags=("html", "p"), body_sha256="3" * 64)
    assert tell(SITE, [few], JUDGED).life == "changed"


@pytest.mark.parametrize("life", sorted(AWAY))
def test_a_page_that_is_there_again_is_back(life):
    told = tell(SITE, [FAKE], replace(JUDGED, life=life))
    assert (told.life, told.back) == ("alive", True)


def test_another_page_in_its_place_after_it_was_away_is_changed_and_back():
    told = tell(SITE, [SHOP], replace(JUDGED, life="dead"))
    assert (told.life, told.back) == ("changed", True)


def test_a_parked_name_that_comes_up_for_the_first_time_is_not_back():
    told = tell(SITE, [FAKE], Past("parked", NOW))
    assert (told.life, told.back) == ("alive", False)


def test_the_judged_page_in_place_of_another_one_is_back():
    past = replace(JUDGED, life="changed", since=NOW + timedelta(days=3))
    assert tell(SITE, [FAKE], past).back


def test_a_page_that_was_judged_after_it_had_changed_is_not_back():
    past = replace(JUDGED, life="changed", since=NOW - timedelta(days=3))
    assert tell(SITE, [FAKE], past) == Told("alive", "能正常打开", False, ("page",))


NOTHING_LEARNED = [[WALL], [REFUSED], [BUDGET], [DENIED], [BROKEN], [], [REFUSED, DEAD]]
ALL = [*NOTHING_LEARNED, [FAKE], [SHOP], [PARKED], [GONE], [DEAD], [MOVED]]


@given(
    st.lists(st.sampled_from([g for seen in ALL for g in seen]), max_size=5),
    st.sampled_from(["alive", "dead", "parked"]),
)
def test_a_site_that_showed_a_page_to_anyone_is_never_away(seen, life):
    told = tell(SITE, [*seen, FAKE], replace(JUDGED, life=life))
    assert told.life in UP


class LifeOfASite(RuleBasedStateMachine):
    """Nights in any order, folded as the store folds them: *unknown* leaves everything as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.past = Past(judged_by=(FAKE,), judged_at=NOW)
        self.day = NOW
        self.last_known = "unknown"
        self.told = Told("unknown", "")

    @rule(seen=st.sampled_from(ALL), way_out=st.booleans())
    def night(self, seen, way_out):
        self.day += timedelta(days=1)
        before = self.past
        self.told = tell(SITE, seen, before, way_out=way_out)
        if self.told.back:
            assert before.been_up
            assert before.life in AWAY | {"changed"}
            assert self.told.life in UP
        if self.told.life != "unknown":
            since = before.since if before.life == self.told.life else self.day
            up = before.been_up or self.told.life in UP
            self.past = replace(before, life=self.told.life, since=since, been_up=up)
            self.last_known = self.told.life

    @rule(seen=st.sampled_from(NOTHING_LEARNED))
    def nothing_learned(self, seen):
        before = self.past
        assert tell(SITE, seen, before).life == "unknown"
        assert self.past == before

    @invariant()
    def what_is_known_is_what_was_told_last(self):
        assert self.past.life == self.last_known

    @invariant()
    def a_site_that_nobody_saw_down_is_not_dead(self):
        if self.told.life == "dead":
            assert not set(self.told.kinds) & {"ours", "challenge", "refused", "broken", "page"}


TestLifeOfASite = LifeOfASite.TestCase
TestLifeOfASite.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
