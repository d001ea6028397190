"""The fit: the same answer as a library's, signs kept, nothing left to chance."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from scoring.calibration.fit import Example, Fitted, fit
from scoring.calibration.folds import choose, split, unseen
from scoring.calibration.reliability import quality

START = Fitted(-3.0, {"name": 3.0, "form": 1.0, "news": -2.0, "price": 0.0, "age": 0.5})


def invented(number: int, seed: int = 7, *, wrong: float = 0.1) -> list[Example]:
    """Cases whose outcome follows other weights than those the fit starts from."""
    dice = random.Random(seed)
    truth = {"name": 1.5, "form": 2.5, "news": -3.0, "price": 1.0, "age": 0.2}
    found = []
    for n in range(number):
        strengths = {s: dice.choice((0.3, 0.6, 1.0)) for s in truth if dice.random() < 0.45}
        points = -1.5 + sum(truth[s] * x for s, x in strengths.items())
        guilty = (dice.random() < 1 / (1 + math.exp(-points))) != (dice.random() < wrong)
        found.append(Example(f"case-{n}", guilty, strengths, crew=f"crew-{n % 9}" if n % 3 == 0 else ""))
    return found


def by_library(examples: list[Example], start: Fitted, pull: float) -> np.ndarray:
    """The same aim, minimised by scipy's L-BFGS-B."""
    names = list(start.weights)
    rows = np.array([[1.0, *(e.strengths.get(n, 0.0) for n in names)] for e in examples])
    sides = np.array([1.0 if e.guilty else -1.0 for e in examples])
    origin = np.array([start.prior, *start.weights.values()])
    bounds = [(None, None)] + [(0, None) if w > 0 else (None, 0) if w < 0 else (0, 0) for w in start.weights.values()]

    def aim(w):
        margins = sides * (rows @ w)
        value = np.logaddexp(0, -margins).sum() + pull * ((w - origin) ** 2).sum()
        slope = -(rows * (sides / (1 + np.exp(margins)))[:, None]).sum(0) + 2 * pull * (w - origin)
        return value, slope

    return minimize(aim, origin, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-10}).x


@pytest.mark.parametrize("pull", [0.05, 1.0, 20.0])
@pytest.mark.parametrize("number", [12, 150])
def test_the_answer_is_the_one_that_a_library_finds(number: int, pull: float) -> None:
    examples = invented(number)
    mine = fit(examples, START, pull)
    theirs = by_library(examples, START, pull)
    assert [mine.prior, *mine.weights.values()] == pytest.approx(list(theirs), abs=1e-5)


def test_the_order_of_the_cases_changes_no_weight_that_is_kept() -> None:
    examples = invented(80)
    there, back = fit(examples, START, 1.0), fit(examples[::-1], START, 1.0)
    assert there.prior == pytest.approx(back.prior, abs=1e-6)
    assert dict(there.weights) == pytest.approx(dict(back.weights), abs=1e-6)


def test_the_same_cases_give_the_same_bits() -> None:
    assert fit(invented(60), START, 1.0) == fit(invented(60), START, 1.0)


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(st.booleans(), st.dictionaries(st.sampled_from(list(START.weights)), st.floats(0.01, 1))),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from([0.01, 0.5, 8.0]),
)
def test_no_weight_ever_changes_sides(rows, pull) -> None:
    fitted = fit([Example(str(n), guilty, found) for n, (guilty, found) in enumerate(rows)], START, pull)
    assert fitted.weights["price"] == 0
    assert all(fitted.weights[s] * w >= 0 for s, w in START.weights.items())


def test_verdicts_that_all_contradict_a_sign_take_it_to_zero_and_no_further() -> None:
    examples = [Example(str(n), n % 2 == 0, {"name": 1.0} if n % 2 else {}) for n in range(200)]
    assert fit(examples, START, 0.01).weights["name"] == 0.0


def test_a_signal_that_no_case_shows_keeps_its_weight() -> None:
    assert fit([Example("a", True, {"form": 1.0})], START, 1.0).weights["news"] == START.weights["news"]


def test_one_verdict_moves_a_weight_by_no_more_than_the_pull_allows() -> None:
    fitted = fit([Example("a", False, {"name": 1.0, "form": 1.0})], START, 4.0)
    assert all(abs(fitted.weights[s] - w) <= 1 / 8 for s, w in START.weights.items())


def test_a_pull_that_pulls_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        fit(invented(5), START, 0.0)


def test_folds_part_no_crew_and_hold_every_case_once() -> None:
    examples = invented(90)
    parts = split(examples)
    assert sorted(e.id for part in parts for e in part) == sorted(e.id for e in examples)
    homes = {e.crew: {n for n, part in enumerate(parts) for x in part if x.crew == e.crew} for e in examples if e.crew}
    assert all(len(where) == 1 for where in homes.values())


def test_a_refit_does_better_on_cases_it_has_not_seen_where_the_start_is_wrong() -> None:
    examples = invented(400, wrong=0.02)
    chosen = choose(examples, START)
    before = quality(unseen(examples, START, 1e6))
    after = quality(unseen(examples, START, chosen.pull))
    assert after.log_loss < before.log_loss
    assert after.brier < before.brier


def test_verdicts_that_say_nothing_new_leave_the_weights_near_their_start() -> None:
    """Outcomes drawn by the start itself: the strongest pull is as good as any, and is taken."""
    dice = random.Random(3)
    examples = []
    for n, e in enumerate(invented(300, wrong=0.0)):
        examples.append(Example(str(n), dice.random() < 1 / (1 + math.exp(-START.points(e))), e.strengths))
    assert choose(examples, START).pull >= 16
