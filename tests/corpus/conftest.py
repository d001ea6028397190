"""The labelled cases of this folder, and their assessments under the shipped weights."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from cases import Labelled, read_corpus, read_reference

from scoring.engine import assess
from scoring.reference import Reference
from scoring.weights import shipped


@pytest.fixture(scope="session")
def corpus() -> list[Labelled]:
    return read_corpus()


@pytest.fixture(scope="session")
def corpus_reference() -> Reference:
    return read_reference()


@pytest.fixture(scope="session")
def assessed(corpus, corpus_reference):
    weights = shipped()
    return [(labelled, assess(labelled.case, corpus_reference, weights)) for labelled in corpus]
