"""No case is a copy of another with a name changed, and a copy would be seen."""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from cases import HERE
from copies import COPY, LEAST, likeness, own_runs, runs, visible

from scoring.domains import is_ip
from scoring.page import parse

RENAMED = {"电工": "焊工", "应急": "安全", "公司": "单位", "微信": "电话", "学校": "中心", "查询": "核验"}
LONG = 100
"""Runs of a text of a few lines."""


def renamed(text):
    """A text as somebody makes a second case of it: places, persons, numbers, hosts, trades."""
    text = re.sub(r"[\u4e00-\u9fff]{2}(省|市|县|区|镇)", r"青岚\1", text)
    text = re.sub(r"[\u4e00-\u9fff](?=某)", "易", text)
    text = re.sub(r"\d", lambda m: str((int(m.group()) + 3) % 10), text)
    text = re.sub(r"[a-z0-9-]+(?=\.(?:example|com|cn))", "xin-name", text)
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="module")
def genuine():
    pages = [parse(p.read_text(), "") for p in (HERE / "baselines").glob("*.html")]
    return frozenset().union(*(runs(f"{p.title}\n{p.text}") for p in pages))


@pytest.fixture(scope="module")
def own(corpus, genuine):
    return own_runs(corpus, genuine)


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


@pytest.fixture(scope="module")
def kept(corpus, own, genuine):
    """By id: own runs of a case, and how alike a copy of it with other names is."""
    copies = {c.id: runs(renamed(visible(c))) - genuine for c in corpus}
    return {i: (len(o), likeness(o, copies[i])) for i, o in own.items() if len(o) >= LEAST}


def test_a_renamed_copy_would_be_seen(kept):
    unseen = [(name, round(alike, 2)) for name, (_, alike) in kept.items() if alike < COPY]
    assert len(kept) > 400
    assert len(unseen) / len(kept) <= 0.03, unseen


def test_no_renamed_copy_of_more_than_a_few_lines_would_be_missed(kept):
    assert [name for name, (size, alike) in kept.items() if size >= LONG and alike < COPY] == []


def test_no_honest_site_stands_at_a_crews_address_by_accident(corpus):
    """Two authors who draw the same documentation address make neighbours of strangers: none is meant."""
    at: dict[str, set[str]] = {}
    for labelled in corpus:
        facts, site = labelled.case.hosting.dns.value, labelled.case.site
        addresses = {*(facts.records["A"] if facts else ()), *([site.host] if site and is_ip(site.host) else ())}
        for address in addresses:
            at.setdefault(address, set()).add(labelled.label)
    assert [address for address, labels in at.items() if len(labels) > 1] == []
