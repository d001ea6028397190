from __future__ import annotations

import hashlib
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import UsageError
from lookalike.store.search_text import MAX_TEXT, canonical, parse, tokens_of

LETTERS = "安全证免考员 a1b.-ＡB\n“É𠀀"
texts = st.lists(st.text(st.sampled_from(LETTERS), max_size=30), max_size=4)


def found(asked: str, *fields: str) -> bool:
    query = parse(asked)
    assert query is not None
    return query.matches(canonical(fields))


@pytest.mark.parametrize(
    ("asked", "text", "holds"),
    [
        ("证", "安全员证", True),
        ("安全证", "安全员证", False),
        ("安全证", "全国安全证书", True),
        ("安全 证", "安全员证", True),
        ("全 安", "安全", True),
        ("免考", "免 考", False),
        ("ABC", "ａｂｃｄ", True),
        ("bc", "abc", False),
        ('"abc"', "abcd", False),
        ('"abc"', "x abc y", True),
        ("cx.mem", "https://cx.mem.gov.cn/", True),
        ("cx.gov", "https://cx.mem.gov.cn/", False),
        ("微信abc", "加微信：abc123", True),
        ("微信abc", "微信号abc123", False),
        ("138", "13800000000", True),
        ("“免考 包过”", "免考 包过", True),
        ('"免考 包过', "免考、包过", True),
        ("𠀀", "甲𠀀乙", True),
        ("e", "é", False),
    ],
)
def test_chinese_is_found_by_any_part_and_the_rest_by_how_a_word_begins(asked: str, text: str, holds: bool) -> None:
    assert found(asked, text) is holds


def test_a_phrase_does_not_reach_from_one_field_into_the_next() -> None:
    assert not found("免考包过", "速成免考", "包过拿证")
    assert not found('"a b"', "a", "b")


@pytest.mark.parametrize("asked", ["?!", '""', "\0", "、。", "证" * 201, " ".join(f"a{n}" for n in range(17))])
def test_what_cannot_be_searched_is_told_in_one_line(asked: str) -> None:
    with pytest.raises(UsageError, match="search: expected"):
        parse(asked)


def test_nothing_typed_is_no_search() -> None:
    assert parse(" \t ") is None


def test_the_text_of_one_lead_is_bounded() -> None:
    long = canonical(f"{n} " + "证" * 1_999 for n in range(50))
    assert MAX_TEXT - 2_010 < len(long) <= MAX_TEXT


def test_tokens_are_pinned_for_an_index_of_other_tokens_has_to_be_made_anew() -> None:
    text = canonical(["安全员证 cx.mem.gov.cn", "ＡＢＣ１２３免考", "𠀀e\u0301" + "x" * 60])
    pinned = hashlib.sha256(" ".join(tokens_of(text)).encode()).hexdigest()[:16]
    assert pinned == "559155c7354e2a0e"


@given(texts, st.text(st.sampled_from(LETTERS + '"'), max_size=12))
def test_whatever_matches_has_all_the_tokens_that_the_index_is_asked_for(fields: list[str], asked: str) -> None:
    try:
        query = parse(asked)
    except UsageError:
        return
    text = canonical(fields)
    tokens = set(tokens_of(text))
    if query is not None and query.matches(text):
        for token, begins in query.tokens:
            assert any(t.startswith(token) for t in tokens) if begins else token in tokens


@given(texts, st.text(st.sampled_from(LETTERS), max_size=12))
def test_matching_equals_a_plain_reading_of_the_rule(fields: list[str], asked: str) -> None:
    try:
        query = parse(asked)
    except UsageError:
        return
    if query is not None:
        assert query.matches(canonical(fields)) is all(
            any(plain(t, f) for f in fields) for t in asked.split() if said(t)
        )


def said(text: str) -> list[str]:
    """Letters as they are compared; every sign, and every change between Chinese and other letters, parts."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return [run for run in re.findall(r"[\u4e00-\u9fff\U00020000-\U0003ffff]+|[a-z0-9é]+", text) if run]


def plain(term: str, field: str) -> bool:
    """Whether the runs of a term stand side by side in a field; at its ends a run may be part of one."""
    wanted, there = said(term), said(field)
    for start in range(len(there) - len(wanted) + 1):
        part = there[start : start + len(wanted)]
        if part[1:-1] != wanted[1:-1]:
            continue
        first_is_word = wanted[0][0] in "abé1"
        if len(wanted) == 1:
            if part[0].startswith(wanted[0]) if first_is_word else wanted[0] in part[0]:
                return True
            continue
        begins = part[0] == wanted[0] if first_is_word else part[0].endswith(wanted[0])
        if begins and part[-1].startswith(wanted[-1]):
            return True
    return False
