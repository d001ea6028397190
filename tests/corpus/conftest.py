"""The labelled cases of this folder, what the signals say of them, and their assessments under the shipped weights."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cases import Labelled, read_corpus, read_reference
from table import Bar, gate_table, read_bar

from scoring.engine import Outcome, conclude, observe
from scoring.gate import Measures, measure
from scoring.gate_table import GateTable
from scoring.reference import Reference
from scoring.result import Assessment
from scoring.weights import shipped


@pytest.fixture(scope="session")
def corpus() -> list[Labelled]:
    return read_corpus()


@pytest.fixture(scope="session")
def corpus_reference() -> Reference:
    return read_reference()


@pytest.fixture(scope="session")
def observed(corpus, corpus_reference) -> list[tuple[Labelled, list[Outcome]]]:
    return [(labelled, observe(labelled.case, corpus_reference)) for labelled in corpus]


@pytest.fixture(scope="session")
def assessed(observed, corpus_reference) -> list[tuple[Labelled, Assessment]]:
    weights = shipped()
    return [(labelled, conclude(labelled.case, outcomes, corpus_reference, weights)) for labelled, outcomes in observed]


@pytest.fixture(scope="session")
def table(observed, corpus_reference) -> GateTable:
    return gate_table(observed, corpus_reference)


@pytest.fixture(scope="session")
def measures(table) -> Measures:
    return measure(table.judge(shipped()))


@pytest.fixture(scope="session")
def bar() -> Bar:
    return read_bar()
