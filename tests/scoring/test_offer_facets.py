from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.distance import distance
from scoring.offer_facets import facets_in, talks_of_papers
from scoring.offers import Offers

FACETS = [
    ("焊工证，人在外地也不用来", "spared"),
    ("登高证零考试", "spared"),
    ("叉车证，一趟都没跑", "spared"),
    ("高处作业证，输身份证自己就能查到", "visible"),
    ("制冷证，住建系统里有你名字", "visible"),
    ("电工证四天到手", "fast"),
    ("安全员证次日上网", "fast"),
    ("电工证，看见信息再转钱", "after"),
    ("焊工证，尾款等你验过再给", "after"),
    ("塔吊证走内部渠道", "insider"),
    ("电工证，考务有人", "insider"),
    ("焊工证，身份证照片发来就行", "papers"),
    ("登高证找人替考", "proxy"),
    ("操作证一比一定制", "forge"),
    ("操作证，扫出来的结果页带国徽页面", "fake_check"),
    ("操作证过期了，后台给你延六年", "renew"),
    ("低压 360\n高处 310\n焊工 340", "pricelist"),
    ("电工证现货", "deal"),
]
HONEST = [
    "电工证怎么考，去哪里报名",
    "为避免考生扎堆，电工证考试分批进行",
    "招聘焊工，持操作证，月薪八千",
    "以免到场过晚，请电工证考生提前出发",
    "没有考虑过换工作，电工证还在",
    "本课程讲焊接工艺，不含操作证",
]


@pytest.mark.parametrize(("text", "facet"), FACETS)
def test_a_facet_is_found_however_it_is_put(text: str, facet: str) -> None:
    assert facet in {f.name for f in facets_in(text).found}


@pytest.mark.parametrize("text", HONEST)
def test_everyday_sentences_hold_no_facet_of_guilt(text: str) -> None:
    assert {f.name for f in facets_in(text).found} & {
        "spared",
        "after",
        "insider",
        "proxy",
        "forge",
        "fake_check",
    } == set()


@pytest.mark.parametrize("text", ["日本签证不用面试，先出签后付款", "SSL证书五分钟签发，不出证退款", "猫粮包邮"])
def test_other_goods_are_hardly_the_trades_papers(text: str) -> None:
    assert talks_of_papers(text) < 0.5


def test_one_facet_alone_makes_no_pattern() -> None:
    found = facets_in("电工证官网可查").found
    assert Offers(facets=found, topic=1.0).pattern == 0.0


def test_spots_stand_in_the_original() -> None:
    text = "電\u200b工證，不\u200b用考試"
    for facet in facets_in(text).found:
        for spot in facet.spots:
            assert spot.quote == text[spot.start : spot.end].strip()


@given(st.text(alphabet="电工证不用考试看到再付款官网可查 ，。\u200b免後❌zheng", max_size=80))
@settings(deadline=None, max_examples=200)
def test_any_text_gives_facets_with_spans_of_it(text: str) -> None:
    for facet in facets_in(text).found:
        for spot in facet.spots:
            assert 0 <= spot.start < spot.end <= len(text)


@pytest.mark.parametrize("hostile", ["电工、焊工、" * 30_000, "电工证不用" * 40_000, "证" * 200_000])
def test_a_hostile_text_costs_linear_time(hostile: str) -> None:
    start = time.process_time()
    facets_in.__wrapped__(hostile)
    assert time.process_time() - start < 3.0


OFFER = "电工证不用考试，四天官网可查"


@pytest.mark.parametrize(
    "around",
    [
        "{}，这是真的吗？会不会是骗子，求懂的人说说，要不要报警",
        "民警提醒：{}，这样的话都是假的，已有三人被骗，嫌疑人被抓获",
        "【镜头二】画外音：{}。小马信了。",
    ],
)
def test_words_of_doubt_law_and_stage_hold_an_offer_at_a_distance(around: str) -> None:
    text = around.format(OFFER)
    assert distance(text, text.index(OFFER), text.index(OFFER) + len(OFFER), solicits=False)[0] > 0.4


@pytest.mark.parametrize(
    "around",
    ["{}，加微信 demo_zs_01", "警惕骗子！别上当被骗，{}，认准微信 demo_zs_01", "记者获悉，{}，办理加微信 demo_zs_01"],
)
def test_a_seller_does_not_hold_himself_at_a_distance(around: str) -> None:
    text = around.format(OFFER)
    assert distance(text, text.index(OFFER), text.index(OFFER) + len(OFFER), solicits=False)[0] < 0.2
