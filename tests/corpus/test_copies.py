"""No case is a copy of another with a name changed, and a copy would be seen."""

from __future__ import annotations

from itertools import combinations

import pytest
from cases import HERE
from copies import COPY, LEAST, likeness, own_runs, runs, visible

from scoring.page import parse

RENAMED = {"北京": "青岛", "电工": "焊工", "应急": "安全", "公司": "单位", "微信": "电话"}


@pytest.fixture(scope="module")
def own(corpus):
    pages = [parse(p.read_text(), "") for p in (HERE / "baselines").glob("*.html")]
    return own_runs(corpus, frozenset().union(*(runs(f"{p.title}\n{p.text}") for p in pages)))


def test_no_case_is_another_with_a_name_changed(corpus, own):
    """Crew mates are alike by nature. A page of one label under the other is the same page at another address."""
    copies = []
    for one, other in combinations(corpus, 2):
        mates = one.campaign and one.campaign == other.campaign
        if not mates and (one.label == "benign") == (other.label == "benign"):
            alike = likeness(own[one.id], own[other.id])
            copies += [(one.id, other.id, round(alike, 2))] if alike >= COPY else []
    assert copies == []


def test_cases_that_show_the_same_genuine_page_differ_in_what_the_signals_see(corpus, table):
    """Where all text is a genuine page's own, the case is its address and its hosting."""
    seen: dict[tuple[str, frozenset], str] = {}
    for labelled, case in zip(corpus, table.cases, strict=True):
        if labelled.case.pages and labelled.case.site is not None:
            key = (visible(labelled), frozenset((h.signal, h.strength, h.platform) for h in case.hits))
            assert key not in seen, (labelled.id, seen[key])
            seen[key] = labelled.id


def test_a_renamed_copy_would_be_seen(corpus, own):
    tried = 0
    for labelled in corpus:
        text = visible(labelled)
        changed = text
        for old, new in RENAMED.items():
            changed = changed.replace(old, new)
        if len(own[labelled.id]) >= 10 * LEAST and changed != text:
            assert likeness(runs(text), runs("某某市 www.xin-name.example 2031 " + changed)) >= COPY, labelled.id
            tried += 1
    assert tried >= 20
