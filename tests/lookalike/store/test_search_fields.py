"""Fields of the search box: what they ask for, and where what cannot be read begins."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.store.queue import Filter
from lookalike.store.search_fields import FIELDS, BadSearch, read
from lookalike.store.search_marks import filing, mark, of_lead, wanted
from lookalike.store.search_text import parse
from spiders.clock import CHINA


def found(typed: str) -> Filter:
    asked = read(typed)
    assert asked is not None
    return asked


def test_nothing_typed_asks_for_nothing() -> None:
    assert read(" \n ") is None


def test_fields_and_words_stand_beside_each_other() -> None:
    asked = found('platform:mem-cx status:new status:later score:>70 "免考 包过" 证书')
    assert (asked.platform, asked.status) == (("mem-cx",), ("new", "later"))
    assert asked.query == parse('"免考 包过" 证书')
    assert asked.min_score is not None
    assert 70 < asked.min_score < 70.000001
    assert asked.max_score is None


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("score:>=70 score:<90", (70, 70), (89.9, 90)),
        ("score:70", (69.95, 69.95), (70.05, 70.05)),
        ("score:＞7０", (70, 70.1), None),
        ("分数：<=５", None, (5, 5)),
        ("score:>50 score:>70", (70, 70.1), None),
    ],
)
def test_scores_are_compared(typed: str, low: tuple[float, float] | None, high: tuple[float, float] | None) -> None:
    asked = found(typed)
    for value, bounds in ((asked.min_score, low), (asked.max_score, high)):
        assert value is None if bounds is None else value is not None and bounds[0] <= value <= bounds[1]


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [("2026-11-21", 21, 22), (">2026-11-21", 22, None), (">=2026-11-21", 21, None), ("<2026-11-21", None, 21)],
)
def test_days_are_those_of_china(typed: str, since: int | None, until: int | None) -> None:
    asked = found(f"day:{typed}")
    days = [datetime(2026, 11, day, tzinfo=CHINA) if day else None for day in (since, until)]
    assert [asked.since, asked.until] == days
    if asked.since and asked.until:
        assert asked.until - asked.since == timedelta(days=1)


def test_a_platform_may_be_none() -> None:
    assert found("platform:none").platform == ("",)


def test_an_address_and_a_chinese_colon_are_words() -> None:
    for typed in ("http://cx.mem.top/", "注意：免考"):
        asked = found(typed)
        assert asked.query is not None
        assert asked.query == parse(typed)


@pytest.mark.parametrize(
    ("typed", "why", "at"),
    [
        ("a:b", "unknown", 1),
        ("免考  color:red", "unknown", 5),
        ("status:", "empty", 1),
        ("证书 status: new", "empty", 4),
        ("kind:shop", "value", 1),
        ("icp:gone", "value", 1),
        ("region:China", "value", 1),
        ("score:many", "number", 1),
        ("score:>101", "number", 1),
        ("score:nan", "number", 1),
        ("day:2026-13-01", "day", 1),
        ("wechat:---", "nothing", 1),
        ("!? ++", "nothing", 1),
        (" ".join(f"a{n}" for n in range(17)), "many", 1),
        ("证" * 201, "long", 201),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(typed: str, why: str, at: int) -> None:
    with pytest.raises(BadSearch) as told:
        read(typed)
    assert (told.value.why, told.value.at) == (why, at)


@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from([*(f"{f}:" for f in FIELDS), ">", "7", '"', " ", "：", "证"]), max_size=20).map("".join)
)
def test_whatever_is_typed_is_read_or_refused_with_a_place_in_it(typed: str) -> None:
    try:
        read(typed)
    except BadSearch as error:
        assert 1 <= error.at <= max(len(typed), 1)  # noqa: PT017 - both ways are right


def test_a_mark_is_found_however_it_is_written() -> None:
    term = wanted("wechat", "ＺＳ-Ab_1", begins=True)
    assert term is not None
    line = " ".join(
        ["", *of_lead([], [{"type": "wechat", "value": "zs_ab1"}, {"type": "wechat", "value": "zs-ab-1x"}], []), ""]
    )
    assert term.needle in line
    assert mark("wechat", "zs.ab.1") == mark("wechat", "ZS ab 1")


def test_a_host_is_found_from_any_of_its_parts_on() -> None:
    line = " ".join(["", *of_lead([], [], ["mem-cx.zs12.example.top"]), ""])
    for typed in ("mem-cx", "cx.zs", "zs12.example", "example.top", "top"):
        term = wanted("host", typed, begins=True)
        assert term is not None
        assert term.needle in line
    inside = wanted("host", "em-cx", begins=True)
    assert inside is not None
    assert inside.needle not in line


def test_a_filing_number_is_stolen_missing_or_unknown() -> None:
    assert [filing(x) for x in (["stolen_icp", "unsigned_query"], ["unsigned_query"], [])] == [
        "stolen",
        "missing",
        "unknown",
    ]
