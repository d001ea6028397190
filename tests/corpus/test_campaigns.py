"""Crews of the labelled corpus: pairs of leads that belong to one crew, recovered from their keys alone."""

from __future__ import annotations

import itertools
from collections import defaultdict

import pytest

from scoring.link import LinkCase, link
from scoring.linking.keys import keys_of

HONEST = 10.0


@pytest.fixture(scope="module")
def crews(assessed, corpus_reference):
    """Pairs of leads of one crew by the labels, and those that linking finds, by the cases' ids.

    A pair of leads that both carry no crew's letter is no error where it is found: nobody has said whose they are.
    """
    cases, honest, labels = [], [], {}
    organs = {p.id: p.organ for p in corpus_reference.seeds.platforms if p.id != "gov"}
    for number, (labelled, judged) in enumerate(assessed, 1):
        keys = keys_of(labelled.case, corpus_reference, judged)
        case = LinkCase(number, judged.kind, keys, organs.get(judged.impersonates or "", ""))
        if judged.band != "low":
            cases.append(case)
            labels[number] = labelled
        elif judged.score < HONEST and labelled.label == "benign":
            honest.append(case)
    found = link(cases, honest)
    by_crew = defaultdict(list)
    for number, labelled in labels.items():
        if labelled.campaign:
            by_crew[labelled.campaign].append(number)
    true = {pair for crew in by_crew.values() for pair in itertools.combinations(sorted(crew), 2)}
    got = {pair for group in found.groups for pair in itertools.combinations(group, 2)}
    named = {p for p in got if labels[p[0]].campaign or labels[p[1]].campaign}
    return true, named, got - named, {n: x.id for n, x in labels.items()}


def test_crews_of_the_corpus_are_recovered(crews, bar):
    true, found, unlabelled, names = crews
    hits = len(true & found)
    f1 = 2 * hits / (len(true) + len(found)) if true else 0.0
    told = {
        "missed": sorted((names[a], names[b]) for a, b in true - found),
        "wrong": sorted((names[a], names[b]) for a, b in found - true),
        "unlabelled": sorted((names[a], names[b]) for a, b in unlabelled),
    }
    print(f"\n{len(true)} pairs in crews, {hits} found, {len(found - true)} wrong, F1 {f1:.3f}", told)
    assert len(true) >= 10, "too few labelled crews to measure anything"
    assert f1 >= bar.campaigns_f1, told
