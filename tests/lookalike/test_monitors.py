"""What the numbers of a night say against those of the nights before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lookalike.monitors import HISTORY, Alarm, RunNight, SourceNight, canary, check

GOOD = SourceNight("baidu", "百度", asked=20, depth=3, pages=60, results=500, deep=300)


def night(source: SourceNight = GOOD, leads_new: int = 1, **more: Any) -> RunNight:
    return RunNight({source.source: replace(source, **more)}, leads_new)


def found(alarms: list[Alarm]) -> list[tuple[str, str]]:
    return [(alarm.level, alarm.rule) for alarm in alarms]


def test_a_night_like_the_others_raises_nothing() -> None:
    assert check(night(), [night()] * 14) == []
    assert check(night(), []) == []


@pytest.mark.parametrize(("unparsed", "alarmed"), [(0, False), (12, False), (13, True), (60, True)])
def test_more_than_a_fifth_of_pages_not_understood_fails(unparsed: int, alarmed: bool) -> None:
    alarms = found(check(night(unparsed=unparsed), []))
    assert alarms == ([("fail", "unparsed")] if alarmed else [])


@pytest.mark.parametrize(("captcha", "alarmed"), [(18, False), (19, True)])
def test_more_than_three_in_ten_captchas_warn(captcha: int, alarmed: bool) -> None:
    assert (("warn", "captcha") in found(check(night(captcha=captcha), []))) is alarmed


def test_no_result_on_five_pages_where_there_used_to_be_some_fails() -> None:
    silent = {"results": 0, "deep": 0}
    assert found(check(night(pages=5, **silent), [night()] * 3)) == [("fail", "silent")]
    assert found(check(night(pages=4, **silent), [night()] * 3)) == [("warn", "few")]
    assert check(night(pages=5, **silent), [night(**silent)] * 14) == []


def test_with_fewer_than_three_runs_before_nothing_is_unusual() -> None:
    assert check(night(results=0, deep=0), [night()] * 2) == []


@pytest.mark.parametrize(("results", "alarmed"), [(150, False), (149, True)])
def test_less_than_three_tenths_of_the_median_warns(results: int, alarmed: bool) -> None:
    alarms = found(check(night(results=results, deep=results // 2), [night()] * 14))
    assert alarms == ([("warn", "few")] if alarmed else [])


def test_a_night_with_fewer_queries_is_held_against_as_many() -> None:
    assert check(night(asked=4, pages=12, results=100, deep=60), [night()] * 14) == []
    assert found(check(night(asked=4, pages=12, results=20, deep=12), [night()] * 14)) == [("warn", "few")]


def test_nights_in_which_a_source_turned_us_away_are_no_yardstick() -> None:
    refused = night(pages=1, captcha=1, results=0, deep=0, asked=1)
    silent = night(results=0, deep=0)
    assert found(check(silent, [refused] * 11 + [night()] * 3)) == [("fail", "silent")]


def test_one_odd_night_moves_no_median() -> None:
    assert check(night(), [night(results=90_000)] * 3 + [night()] * 4) == []


def test_only_the_last_fourteen_nights_count() -> None:
    assert check(night(results=20, deep=12), [night(results=20, deep=12)] * HISTORY + [night()] * 50) == []


def test_a_source_that_refused_at_once_raises_no_alarm_of_its_yield() -> None:
    refused = night(pages=1, captcha=1, results=0, deep=0, asked=1)
    assert found(check(refused, [night()] * 14)) == [("warn", "captcha")]


def test_results_from_first_pages_alone_warn_where_turning_pages_used_to_give_more() -> None:
    collapsed = night(pages=20, results=200, deep=0)
    assert found(check(collapsed, [night()] * 14)) == [("warn", "shallow")]
    assert check(night(pages=20, results=200, deep=0, depth=1), [night()] * 14) == []
    assert check(collapsed, [night(pages=20, results=200, deep=0)] * 14) == []


def test_three_nights_without_a_new_lead_warn() -> None:
    none = night(leads_new=0)
    assert found(check(none, [none, none, night()])) == [("warn", "no_new_leads")]
    assert check(none, [none, night()]) == []
    assert check(none, [none]) == []


def test_an_alarm_says_what_was_measured_against_what_in_chinese() -> None:
    (alarm,) = check(night(results=0, deep=0), [night()] * 5)
    assert alarm.as_json() == {
        "level": "fail",
        "rule": "silent",
        "source": "baidu",
        "measured": 0,
        "against": 500,
        "text": "百度：60 页没有一条结果，前 5 晚的中位数是 500 条",
    }


def test_the_canary_fails_for_an_unknown_platform_and_for_a_fake_that_passes() -> None:
    assert canary([], 89.0, "medium", 50.0) == []
    failed = canary([("mem-cx", "https://cx.mem.gov.cn/")], 12.0, "low", 50.0)
    assert found(failed) == [("fail", "canary_genuine"), ("fail", "canary_fake")]
    assert "cx.mem.gov.cn" in failed[0].text
    assert "12.0 分" in failed[1].text
