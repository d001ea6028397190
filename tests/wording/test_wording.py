"""What the wording model reaches on authors that it has not seen, and that the shipped one is in step with its texts."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "corpus")]

from cases import read_reference  # noqa: E402 - found by the line above
from measure import judged, share  # noqa: E402
from texts import CORPUS, read_texts  # noqa: E402
from train import FILE, GROUPS, MOST, learned_from, train  # noqa: E402

BLIND = ("first", "second", "third")
"""Authors who wrote without sight of each other, of the detector or of what it had missed."""
RECALL = {"first": 0.76, "second": 0.65, "third": 0.71}
"""Floors a little below what was measured; raise them with the work."""
FALSE_ALARMS = 0.012
"""Of the blind authors' honest texts, most of which are hard near misses."""


@pytest.fixture(scope="module")
def lines():
    return judged(read_reference())


@pytest.fixture(scope="module")
def kept():
    return json.loads(FILE.read_text(encoding="utf-8"))


def test_the_shipped_model_has_learned_from_the_texts_as_they_stand(kept):
    assert kept["learned_from"] == learned_from(read_texts()), "run: make wording"


def test_texts_are_labelled_and_no_author_stands_on_one_side_only():
    counts = Counter((told.author, told.advert) for told in read_texts())
    for author in (*BLIND, "fourth", CORPUS):
        assert min(counts[author, True], counts[author, False]) >= 50, author


def test_no_contact_of_a_text_is_learned(kept):
    learned = [(group, gram) for group in GROUPS for gram in kept["weights"][group]]
    assert len(learned) <= MOST
    assert [
        gram for group, gram in learned if group in "cs" and any(c.isascii() and c.isdigit() and c != "0" for c in gram)
    ] == []


@pytest.mark.slow
def test_training_again_makes_the_shipped_model(kept):
    """Sums differ in their last digits from one processor to another, so weights are compared as nearly equal."""
    again = train(read_texts())
    for group in GROUPS:
        assert set(again.weights[group]) == set(kept["weights"][group]), "run: make wording"
        assert again.weights[group] == pytest.approx(kept["weights"][group], abs=0.02), "run: make wording"
    assert (again.bias, again.slope, again.shift) == pytest.approx(
        (kept["bias"], kept["slope"], kept["shift"]), abs=0.02
    )


@pytest.mark.slow
@pytest.mark.parametrize("author", BLIND)
def test_adverts_of_an_unseen_author_are_shown(lines, author):
    found = share(lines, advert=True, author=author)
    assert found.shown / found.of >= RECALL[author], str(found)


@pytest.mark.slow
def test_honest_texts_of_unseen_authors_are_hardly_ever_shown(lines):
    found = [share(lines, advert=False, author=author) for author in BLIND]
    assert sum(f.shown for f in found) / sum(f.of for f in found) <= FALSE_ALARMS, [str(f) for f in found]


@pytest.mark.slow
def test_the_signal_is_what_finds_them(lines):
    without, found = (share(lines, advert=True, without=name) for name in ("advert_wording", ""))
    assert found.shown > 3 * without.shown
