"""Where a search begins late or ends early, the answers are those of the whole search."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import faces, respell, similarity
from scoring.page import PageFacts
from scoring.signals import entrance_portal
from scoring.similarity import Baseline
from scoring.starts import found_from

LETTERS = [
    *"abz09_-. ，证A\n",
    "ban",
    "zheng",
    "wei xin",
    "gong",
    "kao ",
    "mem.gov.cn",
    "www.",
    "chsi.com.cn",
    ".org",
    "x.y",
]
TEXTS = st.lists(st.sampled_from(LETTERS), max_size=40).map("".join)


@given(TEXTS)
def test_syllables_are_found_from_the_heads_of_words_as_from_everywhere(text) -> None:
    run = respell._table().run
    assert [m.span() for m in found_from(respell._WORD_STARTS, run, text)] == [m.span() for m in run.finditer(text)]


@given(TEXTS)
def test_hosts_are_found_from_where_they_can_begin_as_from_everywhere(text) -> None:
    host = entrance_portal._HOST
    found = found_from(entrance_portal._HOST_STARTS, host, text)
    assert [m.span() for m in found] == [m.span() for m in host.finditer(text)]


PHRASES = [phrase for phrases in faces._data().values() for phrase in phrases]
SAID = st.lists(
    st.one_of(
        st.sampled_from(PHRASES),
        st.sampled_from(PHRASES).map(str.upper),
        st.sampled_from(PHRASES).map(lambda p: p.replace("k", "\u212a").replace("s", "\u017f")),
        st.sampled_from(["证书", " ", "\n", "x", "域名", "今天"]),
    ),
    max_size=6,
).map("".join)


@given(SAID, SAID)
def test_every_notice_is_announced(title, text) -> None:
    found = faces.notice_of(title, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faces, "_may_be_notice", lambda _: True)
        assert faces.notice_of(title, text) == found


NAMES = st.lists(st.sampled_from(["div", "p", "a", "td", "tr", "li"]), max_size=60).map(tuple)


@given(NAMES, NAMES)
def test_layouts_that_are_told_apart_by_their_heads_are_apart(tags, theirs) -> None:
    page = PageFacts("http://a.example/", tags=tags)
    baseline = Baseline("a", "http://b.example/", PageFacts("http://b.example/", tags=theirs))
    found = similarity.structure_similarity(page, baseline)
    if min(len(tags), len(theirs)) >= similarity.MIN_TAGS:
        alike = similarity.jaccard(page.tag_grams, baseline.page.tag_grams)
        assert (found > 0) == (alike >= similarity.ALIKE)
