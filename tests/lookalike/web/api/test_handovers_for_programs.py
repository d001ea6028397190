"""An office sees what it was handed, and nobody else's; and it answers under its key's name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lookalike.review import handover, readings, verdicts
from lookalike.review.handover import Passed
from lookalike.store.engine import reading, writing
from lookalike.store.models import Handover
from tests.lookalike.web.api.program_at_work import OFFICE, Program, entries
from tests.lookalike.web.desk_at_work import AtWork

OTHER = "某平台法务部"
MINUTE = timedelta(minutes=1)


def handed(desk: AtWork, part: str, to: str = OFFICE) -> int:
    """A confirmed lead, told to an office."""
    lead, now = desk.lead(part), datetime.now(UTC)
    with writing(desk.factory) as session:
        if lead.status == "new":
            verdicts.give(session, lead.id, "confirmed", "fake_site", "", "王某", now - 4 * MINUTE)
            readings.read(session, lead.id, "confirmed", "fake_site", "", "李某", now - 3 * MINUTE)
        passed = Passed(to, "notice", "王某", now - 2 * MINUTE, "2026-0012")
        return handover.hand_over_lead(session, lead.id, passed, now)[0].id


def sent(**more: object) -> dict[str, object]:
    return {"state": "accepted", "at": (datetime.now(UTC) - MINUTE).isoformat(), "receipt": "受2026-1", **more}


def test_an_office_is_shown_what_it_was_handed_and_nothing_else(fresh_desk: AtWork) -> None:
    mine, _ = handed(fresh_desk, "cx3."), handed(fresh_desk, "cx3.", OTHER)
    told = Program(fresh_desk).get("/handovers").json()["items"]
    assert [row["id"] for row in told] == [mine]
    assert (told[0]["state"], told[0]["receipt"], told[0]["answers"]) == ("handed", "2026-0012", [])


def test_hand_overs_come_page_by_page(fresh_desk: AtWork) -> None:
    numbers = [handed(fresh_desk, f"cx{n}.") for n in range(5)]
    program, found, after = Program(fresh_desk), [], 0
    while after is not None:
        page = program.get("/handovers", limit=2, after=after).json()
        found += [row["id"] for row in page["items"]]
        after = page["next"]
    assert found == numbers


def test_an_answer_is_recorded_with_its_entry_in_the_trail(fresh_desk: AtWork) -> None:
    number = handed(fresh_desk, "cx3.")
    program = Program(fresh_desk, "leads:read", "answers:write")
    answer = program.post(f"/handovers/{number}/answers", sent())
    assert (answer.status_code, answer.json()["state"]) == (201, "accepted")
    entry = entries(fresh_desk, "handover.answer")[-1]
    assert entry.who == f"lookalike token {program.number} ({OFFICE})"
    assert program.get("/handovers").json()["items"][0]["answers"][0]["receipt"] == "受2026-1"


def test_nobody_answers_for_another_office(fresh_desk: AtWork) -> None:
    number = handed(fresh_desk, "cx3.", OTHER)
    program = Program(fresh_desk, "leads:read", "answers:write")
    assert program.post(f"/handovers/{number}/answers", sent()).status_code == 404
    with reading(fresh_desk.factory) as session:
        assert session.get_one(Handover, number).state == "handed"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "withdrawn"}, "state"),
        ({"at": "2026-01-01"}, "at"),
        ({"at": "2100-01-01T00:00:00Z"}, "at"),
        ({"at": "1999-01-01T00:00:00Z"}, "at"),
        ({"receipt": "x" * 201}, "receipt"),
        ({"by": "王某"}, "by"),
    ],
    ids=str,
)
def test_an_answer_that_is_none_changes_nothing(fresh_desk: AtWork, change: dict, name: str) -> None:
    number = handed(fresh_desk, "cx3.")
    program = Program(fresh_desk, "leads:read", "answers:write")
    answer = program.post(f"/handovers/{number}/answers", sent(**change))
    assert answer.status_code == 422
    assert [each["name"] for each in answer.json()["errors"]] == [name]
    with reading(fresh_desk.factory) as session:
        assert session.get_one(Handover, number).state == "handed"


def test_the_same_answer_twice_is_told_so(fresh_desk: AtWork) -> None:
    number = handed(fresh_desk, "cx3.")
    program = Program(fresh_desk, "leads:read", "answers:write")
    program.post(f"/handovers/{number}/answers", sent())
    again = program.post(f"/handovers/{number}/answers", sent())
    assert again.status_code == 422
    assert "stands already" in again.json()["errors"][0]["reason"]
