"""Whether the score is a probability: reliability on the corpus under the shipped weights, held to floors."""

from __future__ import annotations

import math

import pytest
from learn import DOC, END, START, examples, forecasts, in_document, on_unseen, report, start_of
from refit import refit
from table import read_ceilings

from scoring.calibration.fit import fit
from scoring.calibration.reliability import Forecast, even_curve, quality
from scoring.weights import read_weights, shipped, shipped_text, with_numbers


@pytest.fixture(scope="module")
def said(table):
    return forecasts(table, shipped())


@pytest.mark.parametrize("name", ["brier", "log_loss", "ece"])
def test_the_score_is_as_good_a_probability_as_promised(said, name):
    assert getattr(quality(said), name) <= read_ceilings()[name]


def test_no_part_of_the_curve_is_off_by_more_than_chance_and_a_little(said):
    """Three standard deviations of what forecasts of that probability can bring, and 0.05."""
    off = []
    for found in even_curve(said):
        spread = math.sqrt(max(found.said * (1 - found.said), 1e-9) / found.count)
        if abs(found.said - found.was) > 3 * spread + 0.05:
            off.append(found)
    assert off == []


@pytest.mark.parametrize("kind", ["site", "advert"])
def test_a_refit_would_not_do_much_better_on_cases_it_has_not_seen(table, kind):
    """Else the shipped weights should be fitted anew: make refit."""
    start = start_of(shipped(), kind)
    now = quality([Forecast(start.points(e), e.guilty) for e in examples(table, kind)])
    _, cross = on_unseen(table, shipped(), kind)
    assert now.log_loss <= cross.log_loss + read_ceilings()["refit_gain"]


@pytest.mark.parametrize("kind", ["site", "advert"])
def test_a_refit_on_the_corpus_keeps_every_sign(table, kind):
    start = start_of(shipped(), kind)
    fitted = fit(examples(table, kind), start, 1.0)
    assert [s for s, w in start.weights.items() if fitted.weights[s] * w < 0] == []


def test_a_refit_on_the_corpus_is_better_there_and_lets_no_prior_rise(table):
    origin = shipped()
    after = refit(table, origin, "tried", 1.0)
    assert quality(forecasts(table, after)).log_loss < quality(forecasts(table, origin)).log_loss
    assert all(after.prior[kind] <= origin.prior[kind] for kind in origin.prior)
    assert read_weights(with_numbers(shipped_text(), after)) == after


def test_the_document_says_what_is_measured(table):
    text = DOC.read_text()
    assert START in text
    assert END in text
    assert in_document(text, report(table, shipped())) == text, "run: make gate"
