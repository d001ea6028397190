from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.ops.timetable import Timetable
from spiders.clock import CHINA

AFTER, BEFORE = datetime(2020, 1, 1), datetime(2040, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone
NIGHTS = Timetable(time(1, 30), timedelta(hours=20))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("now", "due"),
    [(at(5, 1, 30), at(5, 1, 30)), (at(5, 1, 29), at(4, 1, 30)), (at(5, 23), at(5, 1, 30))],
    ids=["on the dot", "a minute before", "in the evening"],
)
def test_a_night_is_due_at_its_hour_in_beijing(now: datetime, due: datetime) -> None:
    assert NIGHTS.last_due(now) == due
    assert NIGHTS.next_due(now) == due + timedelta(days=1)


def test_what_was_begun_since_is_not_owed() -> None:
    assert not NIGHTS.owed(at(5, 2), at(5, 1, 30))


def test_a_missed_night_is_owed_until_it_is_too_late_for_it() -> None:
    assert NIGHTS.owed(at(5, 9), at(4, 1, 30))
    assert not NIGHTS.owed(at(5, 22), at(4, 1, 30))


def test_a_night_that_overran_its_day_stands_for_the_next_one() -> None:
    assert not NIGHTS.owed(at(5, 3), at(5, 2, 30))


@given(st.datetimes(AFTER, BEFORE, timezones=st.just(CHINA), allow_imaginary=False), st.times())
def test_exactly_one_due_instant_lies_in_any_day(now: datetime, hour: time) -> None:
    table = Timetable(hour, timedelta(hours=1))
    assert table.last_due(now) <= now < table.next_due(now)
    assert table.next_due(now) - table.last_due(now) == timedelta(days=1)
