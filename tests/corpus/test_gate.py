"""The labelled corpus: how well guilty and honest are told apart, and which cases are missed."""

from __future__ import annotations

import dataclasses

import pytest

from scoring.engine import assess
from scoring.signals import SIGNALS
from scoring.weights import shipped

AP_SITES = 0.98
AP_ADVERTS = 0.95
RECALL_AT_MEDIUM = 0.95
NAMED_RIGHT = 0.9


def average_precision(ranked: list[bool]) -> float:
    hits, total = 0, 0.0
    for position, good in enumerate(ranked, 1):
        if good:
            hits += 1
            total += hits / position
    return total / hits


def ranked(assessed, label: str, kind: str) -> list[bool]:
    pool = [(a.score if a.kind == kind else 100 - 100, c) for c, a in assessed if c.label in (label, "benign")]
    return [c.label == label for _, c in sorted(pool, key=lambda p: (-p[0], p[1].label != "benign"))]


def test_there_are_at_least_forty_cases_with_distinct_ids(corpus):
    assert len(corpus) >= 40
    assert len({c.id for c in corpus}) == len(corpus)


def test_hard_negatives_are_the_largest_class(corpus):
    labels = [c.label for c in corpus]
    assert labels.count("benign") > max(labels.count("fake"), labels.count("advert"))


def test_fakes_rank_above_honest_sites(assessed):
    assert average_precision(ranked(assessed, "fake", "site")) >= AP_SITES


def test_adverts_rank_above_honest_texts(assessed):
    assert average_precision(ranked(assessed, "advert", "advert")) >= AP_ADVERTS


def test_nothing_honest_reaches_the_medium_band(assessed):
    assert [(c.id, round(a.score, 1)) for c, a in assessed if c.label == "benign" and a.band != "low"] == []


def test_guilty_cases_reach_the_medium_band(assessed):
    guilty = [(c, a) for c, a in assessed if c.label != "benign"]
    missed = [(c.id, round(a.score, 1)) for c, a in guilty if a.band == "low"]
    assert 1 - len(missed) / len(guilty) >= RECALL_AT_MEDIUM, missed


def test_guilty_cases_are_called_what_they_are(assessed):
    wrong = [c.id for c, a in assessed if c.label != "benign" and (a.kind == "site") != (c.label == "fake")]
    assert wrong == []


def test_the_imitated_platform_is_named(assessed):
    fakes = [(c, a) for c, a in assessed if c.label == "fake"]
    wrong = [(c.id, a.impersonates, c.impersonates) for c, a in fakes if a.impersonates != c.impersonates]
    assert 1 - len(wrong) / len(fakes) >= NAMED_RIGHT, wrong


def test_every_reason_of_a_fake_names_its_evidence(assessed):
    for labelled, assessment in assessed:
        bare = [r.signal for r in assessment.rows if r.signal != "prior" and not any(e.quote for e in r.evidence)]
        assert bare == [], labelled.id


def test_registered_platforms_sum_far_below_every_band(assessed):
    for labelled, assessment in assessed:
        if labelled.id.startswith(("genuine-", "sister-of", "gov-cn-")):
            assert assessment.score < 0.1, labelled.id


@pytest.mark.parametrize(
    ("case_id", "signal"),
    [
        ("genuine-off-gov", "genuine_host"),
        ("genuine-bare-ip", "genuine_host"),
        ("sister-of-genuine", "genuine_domain"),
        ("gov-cn-hacked-advert", "gov_label"),
        ("web-archive", "archive_frame"),
        ("search-snapshot", "archive_frame"),
    ],
)
def test_counter_evidence_is_what_clears(corpus, corpus_reference, case_id, signal):
    """The row that clears is worth more than the band; the case stays honest by it, not by luck."""
    labelled = next(c for c in corpus if c.id == case_id)
    assessment = assess(labelled.case, corpus_reference, shipped(), SIGNALS)
    row = next(r for r in assessment.rows if r.signal == signal)
    assert row.points <= -8


@pytest.mark.parametrize("case_id", ["web-archive", "search-snapshot"])
def test_without_its_counter_evidence_a_snapshot_would_be_convicted(corpus, corpus_reference, case_id):
    labelled = next(c for c in corpus if c.id == case_id)
    others = tuple(s for s in SIGNALS if s.name != "archive_frame")
    assert assess(labelled.case, corpus_reference, shipped(), others).band != "low"


def test_assessing_twice_gives_the_same_bits(corpus, corpus_reference):
    for labelled in corpus:
        first = assess(labelled.case, corpus_reference, shipped())
        assert dataclasses.astuple(first) == dataclasses.astuple(assess(labelled.case, corpus_reference, shipped()))
