"""What a source is asked in a night."""

import pytest

from seeds.asked import account_names, asked, cities_of, in_city
from seeds.loader import load_seeds
from seeds.model import City, Seeds, Source

YT, WH, QD = City("烟台", "yt"), City("威海", "weihai"), City("青岛", "qd")


@pytest.fixture(scope="module")
def known() -> Seeds:
    return load_seeds()


def source(**said: object) -> Source:
    return Source(id="ads", spider="ads", name="ads", host="small.example", **said)  # type: ignore[arg-type]


def test_own_words_stand_in_place_of_the_lexicons(known: Seeds) -> None:
    assert asked(source(words=("电工", "焊工", "叉车")), known, 2, 5) == ("电工", "焊工")


def test_accounts_are_asked_by_their_names_first(known: Seeds) -> None:
    names = asked(source(asks="accounts"), known, 100, 0)
    assert {"国家安全生产考试", "烟台应急管理", "山东应急"} <= set(names[:5])
    assert "应急管理部" in names
    assert names == account_names(known.platforms)


def test_each_night_a_query_is_asked_in_the_next_city(known: Seeds) -> None:
    ads = source(cities=(YT, WH, QD), words=("甲证", "乙证"))
    assert asked(ads, known, 2, 0) == ("烟台 甲证", "威海 乙证")
    assert asked(ads, known, 2, 1) == ("威海 甲证", "青岛 乙证")
    assert len(asked(ads, known, 100, 0)) == 6


def test_words_for_a_place_are_the_citys_business(known: Seeds) -> None:
    assert asked(source(cities=(YT,), words=("济南 电工证 免考",)), known, 9, 0) == ("烟台 电工证 免考",)


def test_no_more_than_the_limit_is_asked(known: Seeds) -> None:
    for limit in (0, 1, 7):
        assert len(asked(source(cities=(YT, WH)), known, limit, 3)) == limit


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ((), (YT, WH, QD)),
        (("威海",), (WH,)),
        (("weihai", "威海", "weihai.small.example"), (WH,)),
        (("hg.small.example",), (City("hg", "hg"),)),
        (("a.yt.small.example", "yt.other.example", "small.example", "伦敦"), ()),
    ],
)
def test_cities_are_chosen_by_name_label_or_host(wanted: tuple[str, ...], found: tuple[City, ...]) -> None:
    assert cities_of(source(cities=(YT, WH, QD)), wanted) == found


@pytest.mark.parametrize(
    ("query", "city", "words"),
    [
        ("烟台 电工证 免考", YT, "电工证 免考"),
        ("烟台", None, "烟台"),
        ("电工证 烟台", None, "电工证 烟台"),
        ("", None, ""),
    ],
)
def test_a_query_that_begins_with_a_city_is_asked_there(query: str, city: City | None, words: str) -> None:
    assert in_city(query, (YT, WH)) == (city, words)


@pytest.mark.parametrize("row", ["weixin", "weixin_accounts", "tieba", "tieba_forum", "weibo", "wuba", "baixing"])
def test_every_bundled_source_has_a_spider_of_its_name_and_something_to_ask(known: Seeds, row: str) -> None:
    (found,) = [s for s in known.sources if s.id == row]
    assert asked(found, known, found.queries, 0)
    assert found.delay_s >= 10
    assert found.note


def test_a_source_that_needs_a_login_says_so_and_is_off(known: Seeds) -> None:
    (weibo,) = [s for s in known.sources if s.id == "weibo"]
    assert "需要登录" in weibo.note
    assert not weibo.enabled
