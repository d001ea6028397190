"""Weights as text: read back to the bit, rewritten without touching a comment, refused with the key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.signals import SIGNALS
from scoring.weights import WeightsError, as_toml, fingerprint, read_weights, shipped, shipped_text, with_numbers

points = st.floats(-50, 50, allow_nan=False)


def changed(**more):
    return replace(shipped(), version="2031-01-01.1", **more)


@given(st.lists(points, min_size=len(shipped().site), max_size=len(shipped().site)))
def test_a_table_is_read_back_to_the_bit(values):
    made = changed(site=dict(zip(shipped().site, values, strict=True)))
    assert read_weights(as_toml(made, "a comment")) == made


def test_the_shipped_file_takes_new_numbers_and_keeps_its_comments():
    made = changed(site={k: v * 1.5 for k, v in shipped().site.items()}, prior={"site": -2.5, "advert": -2.25})
    text = with_numbers(shipped_text(), made)
    assert read_weights(text) == made
    comments = [line for line in shipped_text().splitlines() if line.startswith("#")]
    assert [line for line in text.splitlines() if line.startswith("#")] == comments
    assert len(text.splitlines()) == len(shipped_text().splitlines())


def test_the_same_numbers_leave_the_shipped_file_with_the_same_meaning():
    assert read_weights(with_numbers(shipped_text(), shipped())) == shipped()


def test_a_file_with_other_signals_is_not_rewritten():
    short = changed(site={"name_embedded": 1.0}, advert={"name_embedded": 0.0})
    with pytest.raises(WeightsError, match="not the signals"):
        with_numbers(shipped_text(), short)


def test_every_signal_has_a_weight_and_every_weight_a_signal():
    assert {s.name for s in SIGNALS} == set(shipped().site) == set(shipped().advert)


def test_a_fingerprint_tells_one_number_from_another():
    assert fingerprint(as_toml(shipped(), "x")) != fingerprint(
        as_toml(changed(prior={"site": -3.0, "advert": -3.0}), "x")
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("version = ", "not TOML"),
        ("x = 1", "version"),
        ('version = "1"', "signals"),
        ('version = "1"\n[signals]\na = { site = 1 }', r"signals\.a\.advert: expected a number"),
        ('version = "1"\n[signals]\na = { site = 1, advert = true }', "got True"),
    ],
)
def test_an_unusable_table_is_told_by_its_key(text, told):
    with pytest.raises(WeightsError, match=told):
        read_weights(text)
