from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.config import Config
from lookalike.revisits import SHORTEST, Intervals

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def intervals(tmp_path: Path) -> Intervals:
    return Intervals.of(Config(home=tmp_path))


@pytest.mark.parametrize(("band", "days"), [("high", 1), ("medium", 3), ("low", 14)])
def test_a_site_that_is_up_is_looked_at_by_its_band(intervals, band, days):
    for life in ("alive", "changed"):
        assert intervals.next_visit(NOW, life, NOW - 90 * DAY, band) == NOW + days * DAY


@pytest.mark.parametrize("life", ["dead", "parked", "moved", "unknown"])
def test_a_site_that_is_away_is_asked_ever_more_seldom(intervals, life):
    at, waits = NOW, []
    for _ in range(8):
        due = intervals.next_visit(at, life, NOW, "high")
        waits.append((due - at).days)
        at = due
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


@given(st.sampled_from(["dead", "parked", "moved", "unknown"]), st.integers(-5, 4000), st.sampled_from(["high", "low"]))
def test_the_wait_is_never_shorter_than_a_day_nor_longer_than_the_longest(life, hours, band):
    intervals = Intervals(DAY, 3 * DAY, 14 * DAY, 30 * DAY)
    wait = intervals.next_visit(NOW, life, NOW - timedelta(hours=hours), band) - NOW
    assert SHORTEST <= wait <= 30 * DAY
