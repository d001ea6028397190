"""Median and spread, held against Python's own arithmetic."""

from __future__ import annotations

from datetime import timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from lookalike.statistics.spread import spread

DAY = timedelta(days=1)


def test_of_nothing_there_is_no_median():
    assert spread([]) is None


def test_one_span_is_its_own_median():
    found = spread([36 * DAY / 24])
    assert (found.number, found.least, found.median, found.most) == (1, 1.5, 1.5, 1.5)


def test_quartiles_lie_between_the_given_spans():
    found = spread([n * DAY for n in (5, 1, 4, 2, 3)])
    assert (found.least, found.lower, found.median, found.upper, found.most) == (1, 2, 3, 4, 5)


def test_it_reads_as_one_line():
    assert str(spread([DAY, 2 * DAY])) == "2 条，中位 1.5 天，四分位 1.2 至 1.8 天，最短 1.0 天，最长 2.0 天"


@given(st.lists(st.timedeltas(timedelta(), timedelta(days=900)), min_size=1, max_size=40))
def test_the_median_is_the_median(spans):
    found = spread(spans)
    assert abs(found.median - median(s / DAY for s in spans)) < 1e-9
    assert found.least <= found.lower <= found.median <= found.upper <= found.most
