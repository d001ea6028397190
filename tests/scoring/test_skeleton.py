from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.skeleton import CONFUSABLES, decode, flatten, skeleton


@pytest.mark.parametrize(
    ("fake", "genuine"),
    [
        ("сhsi", "chsi"),
        ("m0hurd", "mohurd"),
        ("ch5i", "chsi"),
        ("chsl", "chsi"),
        ("rnohurd", "mohurd"),
        ("zlag", "zlaq"),
        ("ｏｓｔａ", "osta"),
        ("0sta", "osta"),
        ("οsta", "osta"),
        ("vvww", "www"),
        ("clongfang", "dongfang"),
        ("xn--hsi-5cd", "ahsi"),
        ("mém", "mem"),
    ],
)
def test_look_alikes_share_one_outline(fake: str, genuine: str) -> None:
    assert skeleton(fake) == skeleton(genuine)


@pytest.mark.parametrize(("left", "right"), [("mem", "men"), ("chsi", "chei"), ("osta", "asta"), ("cpta", "cpla")])
def test_different_words_keep_different_outlines(left: str, right: str) -> None:
    assert skeleton(left) != skeleton(right)


def test_the_table_maps_foreign_letters_to_plain_ones_only() -> None:
    assert all(not k.isascii() and len(k) == 1 for k in CONFUSABLES)
    assert all(v.isascii() and v.islower() and len(v) == 1 for v in CONFUSABLES.values())


@pytest.mark.parametrize("bad", ["xn--", "xn--\x80", "xn--999999999", "xn--" + "z" * 59])
def test_punycode_that_does_not_decode_stays(bad: str) -> None:
    assert decode(bad) in {bad, ""}


@given(st.text(max_size=80))
def test_any_string_has_an_outline(label: str) -> None:
    assert isinstance(skeleton(label), str)
    assert isinstance(flatten(label), str)
