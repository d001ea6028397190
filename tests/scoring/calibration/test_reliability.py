"""Reliability: the textbook's numbers, and curves that add up."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss as library_log_loss

from scoring.calibration.reliability import Forecast, at_rate, curve, even_curve, log_loss, quality

forecasts = st.lists(st.builds(Forecast, st.floats(-12, 12), st.booleans()), min_size=2, max_size=60)


def said(probability: float, *outcomes: bool) -> list[Forecast]:
    return [Forecast(math.log(probability / (1 - probability)), happened) for happened in outcomes]


def test_a_probability_that_comes_true_as_often_as_it_says_is_calibrated() -> None:
    assert quality(said(0.25, True, False, False, False)).ece == pytest.approx(0)


def test_overconfidence_is_told_by_its_distance() -> None:
    assert quality(said(0.9, True, False)).ece == pytest.approx(0.4)


@given(forecasts)
def test_brier_and_log_loss_are_what_a_library_says(found) -> None:
    truth, probabilities = [f.happened for f in found], [f.probability for f in found]
    measured = quality(found)
    assert measured.brier == pytest.approx(brier_score_loss(truth, probabilities, pos_label=True))
    assert measured.log_loss == pytest.approx(library_log_loss(truth, probabilities, labels=[False, True]), abs=1e-9)


def test_a_certain_mistake_costs_its_log_odds_and_not_infinity() -> None:
    assert log_loss(400.0, happened=False) == pytest.approx(400.0)


@given(forecasts)
def test_both_curves_hold_every_forecast_once(found) -> None:
    assert sum(b.count for b in curve(found)) == len(found)
    assert sum(b.count for b in even_curve(found)) == len(found)


def test_even_bins_are_of_like_size_where_nothing_ties():
    found = even_curve([Forecast(n / 10, n % 3 == 0) for n in range(-23, 24)])
    assert [b.count for b in found] == [5, 5, 5, 4, 5, 5, 4, 5, 5, 4]


@given(forecasts)
def test_even_bins_part_no_equal_forecasts(found) -> None:
    edges = [(b.low, b.high) for b in even_curve(found, 5)]
    assert all(high <= low for (_, high), (low, _) in pairwise(edges))
    assert len({f.points for f in found}) >= len(edges)


def test_another_rate_weighs_the_outcomes_and_leaves_the_forecasts() -> None:
    found = at_rate(said(0.5, True, False), 0.04)
    assert curve(found)[0].was == pytest.approx(0.04)
    assert [f.points for f in found] == [0.0, 0.0]


def test_one_outcome_alone_cannot_be_weighed() -> None:
    with pytest.raises(ValueError, match="both outcomes"):
        at_rate(said(0.5, True), 0.1)
