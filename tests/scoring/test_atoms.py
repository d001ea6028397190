"""Words that a pattern needs: one of them stands wherever it fits, whatever the pattern is made of."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import bytewise, cards, claims, marks, offer_facets, offers, respell, similarity
from scoring.atoms import atoms
from scoring.words import Words

CHARS = "证书ab1 K"
LETTERS = st.text(st.sampled_from("证书abK"), min_size=1, max_size=3).map(re.escape)
PATTERNS = st.recursive(
    st.one_of(
        LETTERS,
        st.sampled_from(["[证a]", "[a-c]", "[^a]", ".", r"\d", "^", "$", "(?=证)", "(?<!a)", "(?i:aK)", "(?i:b)"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "{1,3}", "*?"])).map(
            lambda p: f"(?:{p[0]}){p[1]}"
        ),
    ),
    max_leaves=8,
)


@given(PATTERNS, st.text(st.sampled_from("证书abcAkKc1 \u212a"), max_size=12))
def test_whatever_fits_holds_one_of_the_atoms(pattern, text) -> None:
    known, found = atoms(pattern), re.search(pattern, text)
    if known is None:
        return
    if found is not None:
        assert any(atom in found.group() for atom in known.texts)
    elif known.exact:
        assert not any(atom in text for atom in known.texts)


def test_atoms_of_patterns_whose_answer_is_believed_are_all_that_they_find() -> None:
    for name in ("paper", "host", "spared", "reversed", "unseen", "unreadable"):
        known = atoms(marks._PATTERNS[name])
        assert known is not None
        assert known.exact, name


def test_every_pattern_that_is_asked_for_by_its_words_has_some() -> None:
    patterns = [
        offers.FORGED,
        respell.spellings(),
        marks.HIDES,
        *cards.classes().values(),
        claims.UNREADABLE,
        offer_facets.NAMES,
    ]
    assert all(map(atoms, patterns))


@given(
    st.lists(st.sampled_from(["证", "证书", "书证", "a", "ab", "Ab"]), unique=True),
    st.text(st.sampled_from("证书abAB1"), max_size=30),
)
def test_words_are_found_wherever_they_stand(words, text) -> None:
    found = Words(words, each=True).ends(text.encode())
    ends = sorted(
        (len(text[: at + len(w)].encode()), n)
        for n, w in enumerate(words)
        for at in range(len(text))
        if text.startswith(w, at)
    )
    assert found == ends
    assert Words(words).standing(text.encode()) == {which for _, which in ends}


def test_case_of_letters_can_be_left_aside() -> None:
    assert Words(["ab", "证"], anycase=True).standing("xAB证".encode()) == {0, 1}


@given(st.text(st.sampled_from("证书abc12\n"), max_size=20))
def test_a_sieve_says_what_each_pattern_says(text) -> None:
    patterns = ["证书|ab", "a[^b]", r"\d{2}", "证[a-c]?书", "c$"]
    expected = {at for at, pattern in enumerate(patterns) if re.search(pattern, text.rstrip("\n"))}
    assert bytewise.Sieve(patterns).standing(text.rstrip("\n").encode()) == expected


def test_every_digit_of_another_script_parts_a_sketch() -> None:
    every = {chr(code) for code in range(0x80, 0x110000) if unicodedata.category(chr(code)) == "Nd"}
    assert set(similarity._digits()) == every


@pytest.mark.parametrize("pattern", ["", "a*", "(?:a|)", "^", ".", r"\w+"])
def test_a_pattern_that_needs_no_word_has_no_atoms(pattern) -> None:
    assert atoms(pattern) is None
