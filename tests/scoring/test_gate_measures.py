"""The gate's measures on cases small enough to reckon by hand."""

from __future__ import annotations

import random

import pytest
from sklearn.metrics import average_precision_score

from scoring.gate import Floors, GateCase, Judged, average_precision, below, judge, measure, ranking, worse
from scoring.gate_table import GateError, GateTable, as_text, read_table, shipped_table
from scoring.tally import Hit
from scoring.weights import shipped

FLOORS = Floors(0.9, 0.9, 0.9, 0.9, 0.9, 0.9)


def told(name, label, points, *, kind="site", impersonates=None, named=None, group=""):
    """A judged case without the hits behind it."""
    case = GateCase(name, label, (), impersonates, group)
    score = 99.0 if points > 2.2 else 60.0 if points > 0 else 5.0
    return Judged(case, kind, points, score, shipped().band(score), named)


def fake(name, points, **more):
    return told(name, "fake", points, impersonates="mem-cx", **{"named": "mem-cx"} | more)


def test_average_precision_is_the_librarys_where_nothing_ties():
    dice = random.Random(2)
    for _ in range(50):
        truth = [dice.random() < 0.4 for _ in range(30)]
        if any(truth):
            by_library = average_precision_score(truth, [30 - n for n in range(30)])
            assert average_precision(truth) == pytest.approx(by_library)


def test_without_anything_guilty_the_gate_is_not_passed():
    assert average_precision([False, False]) == 0.0
    assert below(measure([told("a", "benign", -3.0)]), FLOORS)


def test_among_equals_the_honest_stand_first():
    assert ranking([fake("f", 1.0), told("h", "benign", 1.0)], "site") == [False, True]


def test_a_fake_that_is_called_an_advert_is_last_in_its_list_and_a_mistake_in_the_other():
    judged = [fake("f", 5.0, kind="advert"), fake("g", 1.0), told("h", "benign", -1.0)]
    assert ranking(judged, "site") == [True, False, True]
    assert ranking(judged, "advert") == [False, False]


def test_an_honest_case_counts_against_both_lists_whatever_it_is_called():
    judged = [told("h", "benign", 3.0, kind="advert"), fake("f", 1.0)]
    assert ranking(judged, "site") == [False, True]


def test_each_measure_names_the_cases_that_it_loses():
    judged = [
        fake("right", 3.0),
        fake("named-wrong", 3.0, named="gov"),
        fake("missed", -1.0),
        told("sold", "advert", 3.0),
        told("school", "benign", 1.0),
        told("platform", "benign", 3.0, group="genuine"),
    ]
    found = measure(judged)
    assert found.precision_high == pytest.approx(2 / 4)
    assert found.precision_shown == pytest.approx(3 / 5)
    assert found.recall_medium == pytest.approx(3 / 4)
    assert found.named_right == pytest.approx(2 / 3)
    assert found.missed == ("missed",)
    assert found.misnamed == ("named-wrong",)
    assert found.miscalled == ("sold",)
    assert found.wrong_high == ("sold", "platform")
    assert found.honest_shown == ("school", "platform")
    assert found.official_shown == ("platform",)


def test_an_official_host_that_is_shown_fails_the_gate_whatever_the_numbers_are():
    judged = [fake("f", 3.0), told("ad", "advert", 3.0, kind="advert"), told("gov", "benign", 0.1, group="gov")]
    lines = below(measure(judged), Floors(0, 0, 0, 0, 0, 0))
    assert len(lines) == 1
    assert "gov" in lines[0]


def test_what_is_worse_is_told_with_the_cases_that_are_newly_lost():
    before = measure([fake("a", 3.0), fake("b", 3.0), fake("old-miss", -1.0)])
    after = measure([fake("a", 3.0), fake("b", -3.0), fake("old-miss", -1.0)])
    (line,) = [line for line in worse(before, after) if "召回率" in line]
    assert "b" in line
    assert "old-miss" not in line
    assert worse(before, before) == []


def test_a_case_without_a_signal_has_none_of_its_points():
    case = GateCase("c", "fake", (Hit("name_embedded", 1.0, "mem-cx"), Hit("query_form", 0.5)), "mem-cx")
    bare = judge(case.without({"name_embedded"}), shipped(), ("mem-cx",))
    assert bare.points == pytest.approx(shipped().prior["site"] + 0.5 * shipped().site["query_form"], abs=1e-4)
    assert bare.impersonates is None


def test_a_table_is_read_back_as_it_was_written():
    table = GateTable(
        FLOORS,
        ("mem-cx",),
        (GateCase("一", "fake", (Hit("a", 0.1 + 0.2, "mem-cx"), Hit("b", 1.0)), "gov", "gov", True, "c"),),
    )
    assert read_table(as_text(table)) == table


@pytest.mark.parametrize(
    "text", ["", "{}", "not json", '{"floors":{},"core":[]}', as_text(GateTable(FLOORS, (), ())) + '{"id":"x"}\n']
)
def test_a_table_that_is_none_is_refused_with_the_command_that_mends_it(text):
    with pytest.raises(GateError, match="make gate"):
        read_table(text)


def test_the_table_that_ships_holds_cases_of_every_label():
    assert {case.label for case in shipped_table().cases} == {"fake", "advert", "benign"}
