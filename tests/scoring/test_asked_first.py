"""What is looked for at once, or only where it can be, is what would be found by looking for each thing everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import contact_values, offer_facets, offers, page
from scoring.bodies import plain_name
from scoring.folding import fold
from scoring.letterhead import letterheads
from scoring.marks import marks_of
from scoring.page import PageFacts
from scoring.reference import Reference
from scoring.terms import TermSet
from seeds.loader import load_seeds

REFERENCE = Reference(load_seeds())
PLATFORMS = sorted(REFERENCE.bodies._platforms)
SPARED = st.lists(
    st.sampled_from(
        [
            *offers.SPARED_WORDS,
            *"证考试上下拿出取低压高电工焊登叉车学历职称文凭驾照本科的\n。",
            "zheng",
            "不用",
            "三天",
            "證",
        ]
    ),
    max_size=30,
).map("".join)


@given(SPARED)
def test_words_of_what_is_spared_and_names_of_papers_are_told(text) -> None:
    assert ("spared" in marks_of(text)) == any(word in text for word in offers.SPARED_WORDS)
    assert list(offers._free(text)) == [] or "spared" in marks_of(text)
    assert offer_facets.names_papers(text) == (re.search(offer_facets.NAMES, fold(text).text) is not None)


@given(st.lists(st.sampled_from([*"0123456789()- \n电", "010", "0371", "6000123", "020-"]), max_size=40).map("".join))
def test_telephones_begin_where_an_area_code_does(text) -> None:
    fast = list(contact_values.landlines(text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contact_values, "_AREA", re.compile(""))
        assert list(contact_values.landlines(text)) == fast


@given(
    st.lists(
        st.one_of(st.sampled_from(PLATFORMS), st.sampled_from(PLATFORMS).map(lambda n: n[2:]), st.just("查询")),
        max_size=4,
    )
)
def test_the_longest_name_of_a_platform_is_meant(pieces) -> None:
    name = plain_name("".join(pieces))
    bodies = REFERENCE.bodies
    names = sorted((n for n in bodies._platforms if len(n) >= 5), key=len, reverse=True)
    expected = next((n for n in names if n in name and len(n) * 2 > len(name)), None)
    found = bodies._platform(name)
    assert (found.name if found else None) == expected


@given(st.text(st.sampled_from("电工证1２٣ \n\u3000\ud800❶a"), max_size=60))
def test_bare_text_has_neither_blanks_nor_digits(text) -> None:
    assert page.bare(text) == re.sub(r"\d", "", "".join(text.split()))


@given(
    st.lists(
        st.sampled_from(["证书", "电工证", "证", "电工", "考试", " ", "x" * 50, "查询", "工证书"]), max_size=60
    ).map("".join)
)
def test_every_place_of_every_term_is_found(text) -> None:
    groups = {"a": ["电工证", "电工", "证书"], "b": ["工证", "证", "考试"]}
    found = TermSet({f"{group} {term}": [term] for group, terms in groups.items() for term in terms}).find(text)
    every = {term for known in groups.values() for term in known}
    expected = {(at, term) for term in every for at in range(len(text)) if text.startswith(term, at)}
    assert {(match.start, match.term) for match in found} == expected


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *"省市县厅局部委会院府",
                "应急",
                "管理",
                "监督",
                "国家",
                "人民政府",
                "教育",
                "查询",
                "平台",
                "系统",
                " ",
                "。",
            ]
        ),
        st.sampled_from(["应急管理部", "中国安全生产网", "总队", "学信网", "İ", "ＡB", "發證機關", "東江"]),
    ),
    max_size=8,
).map("".join)


@given(LINES, st.lists(LINES, max_size=4).map("\n".join))
def test_a_head_of_a_letter_is_read_wherever_there_is_one(title, text) -> None:
    page = PageFacts("http://www.example.com/", title=title, text=text)
    read = letterheads(page, REFERENCE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(REFERENCE.bodies, "may_be_public", lambda _: True)
        assert letterheads(page, REFERENCE) == read
