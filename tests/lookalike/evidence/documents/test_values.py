"""What every export does to texts: what cannot be printed becomes visible, what is cut says so."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from lookalike.evidence.documents.values import because, beijing, both_times, clean, cut, told

ANY = st.text(st.characters(codec=None, categories=None), max_size=200) | st.text(
    st.sampled_from("\x00\x0b\x1f\x7f\ud800\udfff\ufffe\uffff\u202e\u2066\r\n\t\\u0041中<&"), max_size=60
)


@given(text=ANY)
def test_cleaned_text_can_stand_in_xml_and_comes_back_as_it_is(text: str) -> None:
    element = etree.Element("t")
    element.text = clean(text)
    assert (etree.fromstring(etree.tostring(element)).text or "") == clean(text)


@given(text=ANY)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(text=ANY)
def test_what_needs_no_cleaning_is_left_alone(text: str) -> None:
    plain = "".join(c for c in text if c in "\t\n" or (c.isprintable() and not "\ud800" <= c <= "\udfff"))
    assert clean(plain) == plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b", "a\\u0000b"),
        ("a\ud800b", "a\\ud800b"),
        ("x\u202egpj.exe", "x\\u202egpj.exe"),
        ("\u2066\u2069", "\\u2066\\u2069"),
        ("\x7f\ufffe", "\\u007f\\ufffe"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("𠀀䶮", "𠀀䶮"),
    ],
)
def test_each_kind_of_what_cannot_be_printed_is_written_as_its_code(text: str, shown: str) -> None:
    assert clean(text) == shown


@given(text=ANY, most=st.integers(40, 100))
def test_a_cut_text_fits_and_begins_as_the_whole_one(text: str, most: int) -> None:
    shown = cut(text, most)
    assert len(shown) <= most
    assert shown == clean(text) or ("截断" in shown and clean(text).startswith(shown.partition("…（截断")[0]))


def test_nothing_is_ever_blank() -> None:
    for nothing in (None, "", [], {}, {"value": None}, {"value": None, "why": because("没有查询")}):
        assert told(nothing).startswith("未获取（原因：")
    assert told({"value": None, "why": because("没有查询")}) == because("没有查询")
    assert (told(0), told(False), told({"value": ["a", "b"]})) == ("0", "否", "a\nb")


def test_times_are_those_of_beijing_and_utc_beside_them() -> None:
    at = datetime.fromisoformat("2026-11-21T16:31:17+00:00")
    assert beijing(at) == "2026-11-22 00:31:17（北京时间）"
    assert both_times("2026-11-21T16:31:17Z") == "2026-11-22 00:31:17（北京时间）；2026-11-21T16:31:17Z（UTC）"
    assert beijing(None).startswith("未获取")
