"""Times as tables print them."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.clock import CHINA
from spiders.feeds.instants import instant


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2024-03-05 14:30:00", "2024-03-05T14:30:00"),
        ("2024-03-05 14:30:00.123000", "2024-03-05T14:30:00"),
        ("2024/3/5", "2024-03-05T00:00:00"),
        ("2024.3.5 9:05", "2024-03-05T09:05:00"),
        ("2024年3月5日14时30分", "2024-03-05T14:30:00"),
        ("2024年3月5日 下午2:05", "2024-03-05T14:05:00"),
        ("2024年3月5日 星期二 凌晨12:10", "2024-03-05T00:10:00"),
        ("2024/3/5 2:05 PM", "2024-03-05T14:05:00"),
        ("２０２４／０３／０５", "2024-03-05T00:00:00"),
        ("20240305", "2024-03-05T00:00:00"),
        ("20240305143000", "2024-03-05T14:30:00"),
        ("2024-03-05T06:30:00Z", "2024-03-05T14:30:00"),
        ("2024-03-05T14:30:00+08:00", "2024-03-05T14:30:00"),
        ("45356", "2024-03-05T00:00:00"),
        ("45356.604166", "2024-03-05T14:30:00"),
        ("1709620200", "2024-03-05T14:30:00"),
        ("1709620200000", "2024-03-05T14:30:00"),
    ],
)
def test_a_time_is_read_in_any_spelling(cell: str, said: str) -> None:
    assert instant(cell) == datetime.fromisoformat(said).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    "cell", ["昨天", "3月5日", "2024-13-05", "2024-02-30", "12345", "见附件", "", "99999", "2024-03-05 25:00"]
)
def test_what_nobody_can_tell_is_not_guessed(cell: str) -> None:
    assert instant(cell) is None


@given(st.text(max_size=80))
def test_any_cell_is_a_time_or_none(cell: str) -> None:
    found = instant(cell)
    assert found is None or found.tzinfo is not None


@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2099, 12, 31)))  # noqa: DTZ001 - as sheets have them
def test_what_a_sheet_prints_is_read_back(at: datetime) -> None:
    at = at.replace(microsecond=0)
    assert instant(f"{at:%Y}年{at.month}月{at.day}日 {at:%H:%M:%S}") == at.replace(tzinfo=CHINA)
