"""Days on which reports are due: from the dated table, with what was written before them."""

from __future__ import annotations

from datetime import date

import pytest

from lookalike.errors import UsageError
from lookalike.statistics.deadlines import due, reports

TODAY = date(2026, 11, 22)


def dues(today=TODAY, written=(), began=None):
    return {one.report.form: one for one in due(reports(), today, written, began)}


@pytest.mark.parametrize(
    ("today", "day", "left"),
    [
        (TODAY, date(2026, 12, 18), 26),
        (date(2026, 12, 18), date(2026, 12, 18), 0),
        (date(2026, 12, 19), date(2027, 8, 18), 242),
        (date(2026, 1, 1), date(2026, 8, 18), 229),
        (date(2026, 8, 19), date(2026, 10, 18), 60),
    ],
)
def test_the_table_is_due_on_three_days_of_the_year(today, day, left):
    found = dues(today)["table"]
    assert (found.day, found.days_left) == (day, left)


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (TODAY, date(2026, 12, 2)),
        (date(2026, 12, 2), date(2026, 12, 2)),
        (date(2026, 12, 3), date(2027, 1, 2)),
        (date(2027, 1, 1), date(2027, 1, 2)),
    ],
)
def test_the_month_is_due_by_the_2nd_of_the_next(today, day):
    assert dues(today)["month"].day == day


def test_the_soonest_stands_first():
    assert [one.report.form for one in due(reports(), TODAY, (), None)] == ["month", "table"]


def test_a_report_belongs_to_the_day_that_follows_its_own_last_day():
    found = dues(written=[("table", date(2026, 11, 20))])["table"]
    assert (found.written_to, found.last_done) == (date(2026, 11, 20), None)


def test_a_report_of_the_last_days_before_counts_for_the_day_before():
    found = dues(written=[("table", date(2026, 10, 18))], began=date(2026, 1, 1))["table"]
    assert (found.written_to, found.last_done) == (None, True)


def test_what_is_too_old_for_the_last_day_does_not_count_for_it():
    found = dues(written=[("table", date(2026, 8, 18))], began=date(2026, 1, 1))["table"]
    assert found.last_done is False


def test_one_form_does_not_stand_for_the_other():
    found = dues(written=[("month", date(2026, 11, 20))], began=date(2026, 1, 1))["table"]
    assert (found.written_to, found.last_done) == (None, False)


@pytest.mark.parametrize(("end", "counts"), [(date(2026, 10, 31), True), (date(2026, 10, 30), False)])
def test_a_monthly_report_counts_only_when_its_month_was_over(end, counts):
    assert dues(date(2026, 11, 1), [("month", end)])["month"].written_to == (end if counts else None)


def test_nobody_is_late_before_there_was_anything_to_report():
    assert dues(began=date(2026, 10, 19))["table"].last_done is None


def test_that_a_plan_has_run_out_is_told_with_the_day_it_was_read():
    told = dues()["table"].as_json()
    assert (told["plan_ended"], told["checked_on"], told["number"]) == (
        "2024-12-31",
        "2026-11-22",
        "肥应急发〔2024〕12号",
    )


def test_a_unit_can_have_a_table_of_its_own(tmp_path):
    path = tmp_path / "days.toml"
    path.write_text(
        '[[plan]]\nid = "a"\ntitle = "甲"\nnumber = "1"\nchecked_on = 2026-11-01\n'
        '[[plan.report]]\nform = "table"\nwhat = "表"\nyearly = ["12-01"]\n',
        encoding="utf-8",
    )
    assert [one.day for one in due(reports(path), TODAY, (), None)] == [date(2026, 12, 1)]


_PLAN = '[[plan]]\nid = "a"\ntitle = "甲"\nnumber = "1"\nchecked_on = 2026-11-01\n[[plan.report]]\nwhat = "表"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[plan", "expected TOML"),
        ("", "'plan' is missing"),
        (_PLAN + 'yearly = ["12-01"]', "'form' is missing"),
        (_PLAN + 'form = "week"\nmonthly = 2', "one of table, month"),
        (_PLAN + 'form = "table"', "either yearly"),
        (_PLAN + 'form = "table"\nmonthly = 31', "either yearly"),
        (_PLAN + 'form = "table"\nmonthly = "2"', "either yearly"),
        (_PLAN + 'form = "table"\nyearly = ["13-01"]', "a day as MM-DD"),
        (_PLAN + 'form = "table"\nyearly = ["02-29"]', "a day that every year has"),
        (_PLAN.replace("2026-11-01", '"2026"') + 'form = "table"\nmonthly = 2', "without quotes"),
    ],
)
def test_an_unusable_table_is_told_in_one_line(tmp_path, text, told):
    path = tmp_path / "days.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=told):
        reports(path)


def test_a_table_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        reports(tmp_path / "nothing.toml")
