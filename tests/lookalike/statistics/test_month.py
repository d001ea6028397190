"""The month beside the cumulative figures, and how long things took."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import docx
import pytest

from lookalike.evidence.documents.word import as_docx
from lookalike.review.relapse import raise_again
from lookalike.review.verdicts import give
from lookalike.statistics.month import span
from lookalike.statistics.month_sheet import month_sheet
from lookalike.statistics.periods import Period
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from seeds.loader import load_seeds
from tests.lookalike.review.handed_leads import CONFIRMED, HANDED, answered, confirm, hand, reviewed
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.store.builders import DAY, NIGHT

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
APRIL = Period(date(2026, 4, 1), date(2026, 4, 30))


@pytest.fixture(scope="module")
def month_seeds():
    return load_seeds()


@pytest.fixture
def worked_on(store_factory, store_run):
    """Five leads: two to the police in March, one notice closed in April, one false positive, one left alone."""
    found = make_leads(store_factory, store_run, invented_hits(5))
    confirm(store_factory, *found[:2])
    confirm(store_factory, found[2], reason="advert")
    with writing(store_factory) as session:
        give(session, found[3], "false_positive", "school", "", "王某", CONFIRMED)
        session.get_one(Lead, found[0]).campaign = "C-0001"
    hand(store_factory, reviewed(store_factory, *found[:2]))
    hand(store_factory, found[2], kind="notice", to="某平台", at=HANDED + 2 * DAY)
    answered(store_factory, 1, "accepted", HANDED + DAY)
    answered(store_factory, 3, "closed", HANDED + 40 * DAY)
    return found


def of(factory, period, *, ever=False):
    with reading(factory) as session:
        return span(session, None if ever else period.since, period.until)


def test_the_month_counts_what_happened_in_it(store_factory, worked_on):
    assert of(store_factory, MARCH).numbers == {
        "found": 5,
        "confirmed": 3,
        "fake_sites": 2,
        "others": 1,
        "innocent": 1,
        "police": 2,
        "notice": 1,
        "report": 0,
        "accepted": 1,
        "closed": 0,
        "refused": 0,
        "raised": 0,
    }


def test_the_next_month_counts_only_what_is_new_in_it(store_factory, worked_on):
    found = of(store_factory, APRIL).numbers
    assert {name: number for name, number in found.items() if number} == {"closed": 1}


def test_the_cumulative_figures_hold_both_months(store_factory, worked_on):
    found = of(store_factory, APRIL, ever=True).numbers
    assert (found["found"], found["police"], found["closed"]) == (5, 2, 1)


def test_a_lead_that_came_back_is_told(store_factory, worked_on):
    with writing(store_factory) as session:
        raise_again(session, session.get_one(Lead, worked_on[0]), "back", "恢复访问", HANDED + 35 * DAY)
    assert (of(store_factory, MARCH).numbers["raised"], of(store_factory, APRIL).numbers["raised"]) == (0, 1)


def test_confirmed_leads_are_told_by_source_platform_and_crew(store_factory, worked_on):
    found = of(store_factory, MARCH)
    assert (found.sources, found.platforms, found.crews) == ({"baidu": 3}, {"mem-cx": 3}, {"C-0001": 1, "": 2})


def test_the_wait_runs_from_first_sight_to_the_first_hand_over(store_factory, worked_on):
    found = of(store_factory, MARCH).to_handover
    wait = (HANDED - NIGHT) / DAY
    assert (found.number, found.least, found.median) == (3, wait, wait)
    assert found.most == wait + 2


def test_the_wait_to_closure_belongs_to_the_month_of_the_answer(store_factory, worked_on):
    assert of(store_factory, MARCH).to_closure is None
    assert of(store_factory, APRIL).to_closure.median == (HANDED - NIGHT) / DAY + 40


def report(factory, seeds, since=None):
    with reading(factory) as session:
        this, ever = span(session, MARCH.since, MARCH.until), span(session, None, MARCH.until)
    sheet = month_sheet(seeds, MARCH, this, ever, since, "某市工作专班")
    document = docx.Document(BytesIO(as_docx(sheet, NIGHT)))
    return {row.cells[0].text: [c.text for c in row.cells[1:]] for t in document.tables for row in t.rows}


def test_the_document_reads_back_with_its_figures(store_factory, worked_on, month_seeds):
    rows = report(store_factory, month_seeds)
    assert (rows["人工确认线索（条）"], rows["移送公安机关（条）"]) == (["3", "3"], ["2", "2"])


def test_platforms_and_sources_stand_with_their_names(store_factory, worked_on, month_seeds):
    rows = report(store_factory, month_seeds)
    platform = next(p for p in month_seeds.platforms if p.id == "mem-cx").name
    assert (rows[platform], rows["百度网页搜索"], rows["未归入团伙"]) == (["3", "3"], ["3", "3"], ["2", "2"])


def test_the_document_says_since_when_it_is_cumulative(store_factory, worked_on, month_seeds):
    rows = report(store_factory, month_seeds, since=date(2026, 1, 1))
    assert rows["项目"] == ["本月", "2026-01-01 以来累计"]


def test_a_month_without_anything_says_so(store_factory, store_run, month_seeds):
    rows = report(store_factory, month_seeds)
    assert (rows["（没有确认的线索）"], rows["首次发现至关停（本月）"]) == (["0", "0"], ["没有"])
