"""Notes: as typed, with whom they name, and they change nothing else."""

from __future__ import annotations

import pytest

from lookalike.errors import UsageError
from lookalike.review import notes as rules
from lookalike.review.rights import NotAllowedError
from lookalike.store import notes
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.review.people_at_work import MORNING, add_person, deeds


@pytest.fixture
def noted_lead(store_factory, store_run):
    for name, role in (("王某", "analyst"), ("王某某", "lead"), ("Li Si", "analyst"), ("看某", "viewer")):
        add_person(store_factory, name, role)
    return make_leads(store_factory, store_run, invented_hits(1))[0]


def write(factory, lead_id, text, by="王某"):
    with writing(factory) as session:
        return rules.write(session, lead_id, text, by, MORNING)


def test_a_note_is_kept_as_typed_and_changes_no_version(store_factory, noted_lead):
    text = "<b>注意</b> *星号*\n第二行"
    write(store_factory, noted_lead, text)
    with reading(store_factory) as session:
        assert [row.text for row in notes.of_lead(session, noted_lead)] == [text]
        assert session.get_one(Lead, noted_lead).version == 1
    assert deeds(store_factory)[-1] == ("王某", "note")


def test_who_is_named_finds_the_note_however_the_name_is_typed(store_factory, noted_lead):
    write(store_factory, noted_lead, "请 @li si 和 ＠王某某 看一下")
    with reading(store_factory) as session:
        found = {name: [lead.id for _, lead in notes.naming(session, name)] for name in ("lisi", "王某某", "王某")}
    assert found == {"lisi": [noted_lead], "王某某": [noted_lead], "王某": []}


@pytest.mark.parametrize(
    ("text", "called"),
    [("@甲乙丙", ["甲乙"]), ("@甲", ["甲"]), ("甲乙", []), ("a@@甲乙 @甲乙", ["甲乙"]), ("@", []), ("@乙", [])],
)
def test_the_longest_name_that_fits_is_meant(text, called):
    assert rules.mentioned(text, ["甲", "甲乙"]) == called


def test_empty_notes_long_ones_and_who_only_looks_are_refused(store_factory, noted_lead):
    for text in ("", " \n ", "长" * (rules.LONGEST + 1)):
        with pytest.raises(UsageError, match="expected 1 to"):
            write(store_factory, noted_lead, text)
    with pytest.raises(UsageError, match="no such lead"):
        write(store_factory, 999, "x")
    with pytest.raises(NotAllowedError):
        write(store_factory, noted_lead, "x", by="看某")
