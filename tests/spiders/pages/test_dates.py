from datetime import UTC, datetime

import pytest

from spiders.pages.dates import epoch_date, is_date, iso_date

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021年3月5日", "2021-03-05"),
        ("2021-3-5", "2021-03-05"),
        ("2021/03/05 12:30", "2021-03-05"),
        ("2021.3.5", "2021-03-05"),
        ("发布时间：2012-8-14 大小", "2012-08-14"),
        ("3天前", "2026-02-26"),
        ("5小时前", "2026-02-28"),
        ("30分钟前", "2026-03-01"),
        ("2周前", "2026-02-15"),
        ("昨天 08:00", "2026-02-28"),
        ("前天", "2026-02-27"),
        ("2月27日", "2026-02-27"),
        ("12月1日", "2025-12-01"),
    ],
)
def test_dates_as_engines_print_them(text: str, date: str) -> None:
    assert iso_date(text, NOW) == date


@pytest.mark.parametrize(
    "text", ["", "2021年13月5日", "2021-2-30", "3个月前", "12021-3-55", "电话 2021-333-5", "一天前"]
)
def test_what_is_no_clear_day_stays_empty(text: str) -> None:
    assert iso_date(text, NOW) == ""


def test_relative_dates_need_a_now() -> None:
    assert iso_date("3天前") == ""


def test_a_sentence_with_a_date_is_no_date_cell() -> None:
    assert is_date("2021年3月5日 发布")
    assert not is_date("截至2021年3月5日，全国已有三万人报名参加特种作业考试")


@pytest.mark.parametrize(("value", "date"), [(1615910400, "2021-03-17"), ("x", ""), (0, ""), (10**30, ""), (None, "")])
def test_epoch_seconds_are_told_in_chinas_zone(value: object, date: str) -> None:
    assert epoch_date(value) == date


def test_epoch_seconds_follow_the_zone_of_now() -> None:
    assert epoch_date(1615910400, datetime(2026, 3, 1, tzinfo=UTC)) == "2021-03-16"
