"""Every kind of honest site that has tripped a detector is in the corpus, and is honest by what ``hard_negatives.toml``
says: each case is shown once that is taken away. So is what keeps honest names and the label boundary apart.
"""

from __future__ import annotations

import re
import tomllib
from unittest.mock import patch

import pytest
from ablation import bereft, moved, rows_by_id
from cases import HERE, read_case
from copies import visible

from scoring.domains import is_gov_label, is_ip
from scoring.engine import assess
from scoring.gate import SHOWN, judge
from scoring.name_words import Vocabulary
from scoring.names import NameFinding, NameIndex, split
from scoring.signals import SIGNALS
from scoring.weights import shipped

TABLE = tomllib.loads((HERE / "hard_negatives.toml").read_text())
LEAST = {"a question bank": 3, "a portal of query entrances, or a page about the platform": 3}
RUNS = re.compile(r"[a-z]+")


def by_what(item):
    return item["what"]


def address(labelled):
    site = labelled.case.site
    return "" if site is None else f"{site.host}{'' if site.port == 80 else f':{site.port}'}"


@pytest.fixture(scope="module")
def by_id(corpus):
    return {c.id: c for c in corpus}


@pytest.mark.parametrize("item", TABLE["item"], ids=by_what)
def test_cases_of_an_item_are_of_its_kind(by_id, item):
    cases = [by_id[i] for i in item["cases"]]
    assert len(cases) >= LEAST.get(item["what"], 1)
    assert [c.id for c in cases if c.label != "benign"] == []
    assert [c.id for c in cases if not re.search(item.get("host", ""), address(c))] == []
    words = item.get("words", [""])
    assert [c.id for c in cases if not any(w in visible(c) for w in words)] == []
    assert [w for w in item.get("each", ()) if not any(w in visible(c) for c in cases)] == []


@pytest.mark.parametrize("item", TABLE["item"], ids=by_what)
def test_a_case_of_an_item_is_shown_once_its_counter_evidence_is_taken_away(by_id, table, corpus_reference, item):
    weights, rows, judged = shipped(), rows_by_id(), {j.case.id: j for j in table.judge(shipped())}
    for name in item["cases"]:
        assert set(by_id[name].cleared_by) & set(item["by"]), name
        assert judged[name].band not in SHOWN, name
        without = judge(bereft(rows[name], corpus_reference), weights, table.core)
        assert without.band in SHOWN, (name, round(without.score, 1))


def test_every_signal_that_clears_belongs_to_an_item(corpus):
    named = {s for item in TABLE["item"] for s in item["by"]}
    assert {s for c in corpus for s in c.cleared_by} - named == set()
    assert named <= {s.name for s in SIGNALS}


@pytest.mark.parametrize("name", ["genuine-bare-ip", "genuine-sichuan-bare-ip"])
def test_a_genuine_page_at_another_port_of_its_address_is_shown(corpus_reference, name):
    """The registry is by host and port: who else listens there is a stranger."""
    row = rows_by_id()[name]
    host = row["host"].partition(":")[0]
    assert assess(read_case(moved(row, row["host"], f"{host}:9099")), corpus_reference, shipped()).band in SHOWN


class _AnyLetters(Vocabulary):
    """Finds its words anywhere in a run of letters, as a search for substrings does."""

    def _read(self, run):
        return tuple(word._replace(full=True) for text, word in self.words.items() if word.cls and text in run)


class _OneWord(NameIndex):
    """Takes one word for a finding."""

    def _findings(self, name):
        yield from super()._findings(name)
        sub, label, _ = split(name)
        for run in RUNS.findall(f"{sub}.{label}"):
            for word in self._words.read(run):
                yield NameFinding("pinyin", word.weight, None, word.text, "")


def reader(reference, lost):
    """The index of names without what is lost."""
    kind = _OneWord if "two classes" in lost else NameIndex
    with patch("scoring.names.Vocabulary", _AnyLetters if "syllables" in lost else Vocabulary):
        return kind(reference.seeds.platforms, reference.seeds.lexicon)


def matched(index, host):
    return {word for f in index.judge(host) if f.rule == "pinyin" for word in f.matched.split("+")}


@pytest.mark.parametrize("item", TABLE["token"], ids=lambda i: f"{i['token']} without {' and '.join(i['without'])}")
def test_a_token_inside_another_word_is_found_only_by_a_reader_that_lost_its_rule(by_id, corpus_reference, item):
    naive = reader(corpus_reference, item["without"])
    others = [reader(corpus_reference, [rule]) for rule in item["without"] if len(item["without"]) > 1]
    for name in item["cases"]:
        host = by_id[name].case.site.host
        assert item["token"] in matched(naive, host), name
        for index in (corpus_reference.names, *others):
            assert item["token"] not in matched(index, host), name


@pytest.mark.parametrize("token", ["mem", "osta", "anjian", "hanjie"])
def test_every_token_that_tripped_detectors_has_a_case(token):
    assert any(item["token"] == token for item in TABLE["token"])


def ends_like_gov(host):
    return host.endswith("gov.cn")


def at_boundary_and_by_letters(case, reference):
    """The bands under the label boundary, and under a look at the last letters."""
    seen = [assess(case, reference, shipped()).band]
    with patch("scoring.context.is_gov_label", ends_like_gov), patch("scoring.reference.is_gov_label", ends_like_gov):
        seen.append(assess(case, reference, shipped()).band)
    return seen


@pytest.mark.parametrize("name", TABLE["boundary"]["names"])
def test_the_letters_of_gov_cn_would_clear_a_fake_that_the_label_boundary_does_not(corpus_reference, name):
    assert not is_gov_label(name)
    row = rows_by_id()[TABLE["boundary"]["page"]]
    shown, cleared = at_boundary_and_by_letters(read_case(moved(row, row["host"], name)), corpus_reference)
    assert shown in SHOWN
    assert cleared == "low"


@pytest.mark.parametrize("name", TABLE["boundary"]["cases"])
def test_a_fake_of_the_corpus_would_be_cleared_by_the_letters_of_gov_cn(by_id, corpus_reference, name):
    shown, cleared = at_boundary_and_by_letters(by_id[name].case, corpus_reference)
    assert (shown in SHOWN, cleared) == (True, "low")


def test_honest_names_that_look_like_gov_cn_are_in_the_corpus(corpus):
    glued = re.compile(r"[^.]gov\.cn$|gov-?cn\.|^gov\.|[.-]gov[.-](?!cn$)")
    honest = [c for c in corpus if c.label == "benign" and c.case.site and not is_ip(c.case.site.host)]
    assert len([c.id for c in honest if glued.search(c.case.site.host)]) >= 2
