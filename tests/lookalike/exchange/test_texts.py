"""Cleaning and masking."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.exchange.clean import clean, clean_all, cut
from lookalike.exchange.masking import MASK, masked

ANY = st.text(st.characters(), max_size=80)


@given(ANY)
def test_clean_text_is_one_line_that_every_form_can_hold(text: str) -> None:
    shown = clean(text)
    assert len(shown.splitlines()) <= 1
    assert json.loads(json.dumps(shown)) == shown
    assert shown.encode().decode() == shown
    assert ET.fromstring(f"<a>{escape(shown)}</a>").text == (shown or None)


@given(ANY)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_an_honest_text_is_itself() -> None:
    told = "证书查询—“官方” 𪚥 100% <b>&amp; a\\b"
    assert clean(told) == told


def test_what_reorders_a_line_becomes_visible() -> None:
    assert clean("a\u202eb\x00\n\u200b\ud800\ufffe") == "a\\u202eb\\u0000\\n\\u200b\\ud800\\ufffe"


def test_every_string_inside_a_value_is_cleaned() -> None:
    assert clean_all({"a\n": ["\x00", 1, ("\u202e",)]}) == {"a\\n": ["\\u0000", 1, ["\\u202e"]]}


def test_what_is_cut_says_so() -> None:
    assert (cut("abcdefghij", 10), cut("abcdefghijk", 10)) == ("abcdefghij", "abcde…（截断）")


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("揽客联系方式：微信 Zs_Demo_001（变形写法）", ["zs_demo_001"]),
        ("最像的是“客服 QQ：100000332”", []),
        ("电话19900000077", []),
    ],
)
def test_contacts_are_taken_out_of_sentences(text: str, known: list[str]) -> None:
    shown = masked(text, known)
    assert MASK in shown
    assert not any(digits in shown for digits in ("001", "100000332", "19900000077"))


@given(ANY, st.lists(ANY, max_size=3))
def test_masking_is_total(text: str, known: list[str]) -> None:
    masked(text, known)


def test_a_sentence_without_contacts_is_itself() -> None:
    assert masked("域名2026-02-13才注册，距今16天", ["ab"]) == "域名2026-02-13才注册，距今16天"
