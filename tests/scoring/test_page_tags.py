"""Tags counted all at once are those that are counted one by one."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from scoring import page_guard, page_scripts
from scoring.page_tags import Tags

OPENED = re.compile(
    r"<[bBcCeEfFiInNsStTuU](?:(?<=[bBiIsSuU])(?![a-zA-Z0-9_])|(?<=[bB])[iI]|(?<=[sS])[mMtT]|(?<=[cCfFnN])[oO]"
    r"|(?<=[eE])[mM]|(?<=[tT])[tT])"
)
"""The beginning of a formatting element, as one pattern."""
PIECES = [
    *"<<<</>> bBiIsSuUeEmMtToOcCfFnN0_é证\x00\ud800",
    "<b>", "</b>", "<strong>", "</strong>", "<a ", "</a>", "<li>", "<script>", "<scripts>", "<br>", "<td ", "<code", "<!--",
    "<em class=x>", "<b证", "</font>", "</ b>", "<svg", "<MATH>", "</svg>", "<small>", "</small >",
]  # fmt: skip
SOURCES = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)


def tags_of(html: str) -> Tags:
    return Tags(html.encode("utf-8", "replace"))


@given(SOURCES)
def test_tags_that_begin_as_formatting_does_are_those_of_the_pattern(html) -> None:
    assert tags_of(html).like_formatting() == len(OPENED.findall(html))


@given(SOURCES)
def test_tags_are_counted_as_their_beginnings_are_in_the_text(html) -> None:
    tags = tags_of(html)
    for begins in (*page_guard._NEVER_DEEP, *page_guard._CLOSED):
        assert tags.count((begins,)) == html.count(f"<{begins.decode()}")


@given(SOURCES)
def test_no_formatting_stays_open_beyond_the_estimate(html) -> None:
    assert page_guard._unclosed_formatting(html) <= page_guard._most_unclosed(tags_of(html))


@given(SOURCES)
def test_a_drawing_is_never_overlooked(html) -> None:
    if page_guard._FOREIGN.search(html):
        assert page_guard._DRAWN.standing(html.encode("utf-8", "replace"))


SAVED = ["<!-- saved from url=(0023)http://a.cn/ -->", "<!-- Mirrored from a.cn/x -->", "<!-- MIRRORED FROM a.cn/x -->", "saved from url"]  # fmt: skip


@given(st.lists(st.sampled_from([*PIECES, *SAVED]), max_size=20).map("".join))
def test_copies_are_told_where_their_words_stand_in_the_usual_case(html) -> None:
    expected = "aved from url" in html or "irrored from" in html
    assert bool(list(page_scripts._saved_from(html, html.encode("utf-8", "replace")))) <= expected
    assert bool(page_scripts._COPIED.standing(html.encode("utf-8", "replace"))) == expected


@given(st.lists(st.sampled_from([*page_scripts._HINTS, "\\", "u", "=1;", "\n", "loc", "证"]), max_size=20).map("".join))
def test_hints_of_scripts_are_those_that_stand_there(code) -> None:
    assert page_scripts._standing(code) == {hint for hint in page_scripts._HINTS if hint in code}
