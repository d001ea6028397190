"""Codes of the second factor: the standard's own vectors, clocks that are off, and no code twice."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.review.second_factor import new_secret, step_of, uri
from tests.lookalike.review.people_at_work import MORNING, code

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
STEP = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("seconds", "eight"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_appendix_b_are_right_in_their_last_six_digits(seconds, eight):
    now = datetime.fromtimestamp(seconds, UTC)
    assert step_of(RFC_SECRET, eight[-6:], now, 0) == seconds // 30


@pytest.mark.parametrize(("off", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_telephone_may_be_off_by_one_step(off, right):
    assert (step_of(RFC_SECRET, code(RFC_SECRET, MORNING + off * STEP), MORNING, 0) is not None) is right


def test_a_code_is_taken_once_and_older_ones_not_after_it():
    step = step_of(RFC_SECRET, code(RFC_SECRET, MORNING), MORNING, 0)
    assert step is not None
    assert step_of(RFC_SECRET, code(RFC_SECRET, MORNING), MORNING, step) is None
    assert step_of(RFC_SECRET, code(RFC_SECRET, MORNING - STEP), MORNING, step) is None
    assert step_of(RFC_SECRET, code(RFC_SECRET, MORNING + STEP), MORNING + STEP, step) == step + 1


def test_blanks_and_full_width_digits_are_as_good():
    typed = code(RFC_SECRET, MORNING)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in typed)
    assert step_of(RFC_SECRET, f" {wide[:3]} {wide[3:]} ", MORNING, 0) is not None


def test_a_secret_has_160_bits_and_its_address_names_the_account():
    secret = new_secret()
    assert len(base64.b32decode(secret)) == 20
    assert uri("王 某", secret) == f"otpauth://totp/lookalike:%E7%8E%8B%20%E6%9F%90?secret={secret}&issuer=lookalike"


@given(st.text(max_size=60))
def test_anything_else_that_is_typed_is_no_code(text):
    assert text == "123456" or step_of(RFC_SECRET, text, datetime(2026, 3, 1, tzinfo=UTC), 1 << 40) is None
