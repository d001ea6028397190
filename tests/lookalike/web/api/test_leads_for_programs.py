"""Leads as programs read them, and the verdicts that they give."""

from __future__ import annotations

import math

import pytest

from lookalike.store.engine import reading
from lookalike.store.models import Lead, Verdict
from tests.lookalike.web.api.program_at_work import Program, entries
from tests.lookalike.web.desk_at_work import AtWork

WRITES = ("leads:read", "verdicts:write")


def test_pages_follow_on_each_other_and_bring_every_lead_once(read_desk: AtWork) -> None:
    program, found, after = Program(read_desk), [], None
    while True:
        page = program.get("/leads", limit=3, **({"after": after} if after else {})).json()
        assert len(page["items"]) <= 3
        found += page["items"]
        after = page["next"]
        if after is None:
            break
    whole = program.get("/leads", limit=200).json()["items"]
    assert [lead["id"] for lead in found] == [lead["id"] for lead in whole]
    assert len({lead["id"] for lead in found}) == len(found) > 6
    assert [lead["rank"] for lead in found] == sorted((lead["rank"] for lead in found), reverse=True)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"kind": "advert"}, lambda lead: lead["kind"] == "advert"),
        ({"kind": ["advert", "site"]}, lambda _: True),
        ({"platform": "mem-cx"}, lambda lead: lead["impersonates"] == "mem-cx"),
        ({"platform": "none"}, lambda lead: lead["impersonates"] is None),
        ({"status": "new"}, lambda lead: lead["status"] == "new"),
        ({"status": ["confirmed", "closed"]}, lambda lead: lead["status"] in {"confirmed", "closed"}),
        ({"min_score": "89"}, lambda lead: lead["score"] >= 89),
        ({"alive": "unknown"}, lambda lead: lead["alive"] is None),
        ({"since": "2100-01-01T00:00:00+08:00"}, lambda _: False),
    ],
    ids=["kind", "kinds", "platform", "no platform", "status", "statuses", "score", "unknown", "since"],
)
def test_the_queue_s_filters_narrow_it(read_desk: AtWork, asked: dict[str, object], holds) -> None:
    program = Program(read_desk)
    whole = program.get("/leads", limit=200).json()["items"]
    found = program.get("/leads", limit=200, **asked).json()["items"]
    assert [lead["id"] for lead in found] == [lead["id"] for lead in whole if holds(lead)]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ({"band": "huge"}, "band"),
        ({"kind": "' OR 1=1 --"}, "kind"),
        ({"min_score": "nan"}, "min_score"),
        ({"min_score": "101"}, "min_score"),
        ({"limit": "0"}, "limit"),
        ({"limit": "100000"}, "limit"),
        ({"limit": ["1", "2"]}, "limit"),
        ({"after": "score~x~1"}, "after"),
        ({"after": "new~2026-01-01~1"}, "after"),
        ({"since": "2026-01-01"}, "since"),
        ({"since": "yesterday"}, "since"),
        ({"q": "x" * 201}, "q"),
        ({"q": '" OR *'}, None),
        ({"q": "NEAR("}, None),
        ({"q": "!!!"}, "q"),
        ({"order": "random"}, "order"),
        ({"status": [str(n) for n in range(30)]}, "status"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_named_and_is_no_error_of_ours(
    read_desk: AtWork, asked: dict, name: str | None
) -> None:
    answer = Program(read_desk).get("/leads", **asked)
    if name is None:
        assert answer.status_code == 200
        return
    assert answer.status_code == 422
    assert [each["name"].partition(".")[0] for each in answer.json()["errors"]][:1] == [name]
    assert all(each["reason"] for each in answer.json()["errors"])


def test_low_leads_come_only_to_who_asks_for_them(read_desk: AtWork) -> None:
    program = Program(read_desk)
    assert {lead["band"] for lead in program.get("/leads").json()["items"]} <= {"high", "medium"}
    assert {lead["band"] for lead in program.get("/leads", band="low").json()["items"]} <= {"low"}


def test_one_character_of_a_title_is_found(read_desk: AtWork) -> None:
    program = Program(read_desk)
    fake = read_desk.lead("zs-evil")
    found = program.get("/leads", q=fake.host).json()["items"]
    assert [lead["id"] for lead in found] == [fake.id]


def test_the_rows_of_a_lead_add_up_to_its_score(read_desk: AtWork) -> None:
    lead = read_desk.lead("cx.mem")
    told = Program(read_desk).get(f"/leads/{lead.id}").json()
    total = sum(row["points"] for row in told["rows"])
    assert 100 / (1 + math.exp(-total)) == pytest.approx(told["score"], abs=0.01)
    assert all(row["evidence"] or row["signal"] == "prior" for row in told["rows"])


def test_of_a_hostile_lead_with_hundreds_of_contacts_the_first_come_and_how_many_there_are(read_desk: AtWork) -> None:
    told = Program(read_desk).get(f"/leads/{read_desk.lead('zs-evil').id}").json()
    assert (len(told["contacts"]), told["contacts_total"]) == (200, 300)


def test_a_verdict_is_recorded_under_the_key_s_name_with_its_entry_in_the_trail(fresh_desk: AtWork) -> None:
    program, lead = Program(fresh_desk, *WRITES), fresh_desk.lead("cx3.")
    sent = {"verdict": "confirmed", "reason": "fake_site", "version": lead.version}
    answer = program.post(f"/leads/{lead.id}/verdicts", sent)
    assert answer.status_code == 201
    assert answer.json() | {"id": 0} == {"id": 0, "lead": lead.id, "status": "confirmed", "version": lead.version + 1}
    entry = entries(fresh_desk, "verdict")[-1]
    assert (entry.who, entry.lead_id) == (f"lookalike token {program.number} (某市公安局)", lead.id)
    assert entry.address is not None
    assert program.get(f"/leads/{lead.id}").json()["verdicts"][0]["verdict"] == "confirmed"


def test_a_verdict_on_a_lead_that_has_changed_is_not_recorded_and_says_who_changed_it(fresh_desk: AtWork) -> None:
    program, lead = Program(fresh_desk, *WRITES), fresh_desk.lead("cx3.")
    sent = {"verdict": "confirmed", "reason": "fake_site", "version": lead.version}
    program.post(f"/leads/{lead.id}/verdicts", sent)
    answer = program.post(f"/leads/{lead.id}/verdicts", sent | {"verdict": "false_positive", "reason": "official"})
    assert answer.status_code == 409
    assert "判为“确认" in answer.json()["changes"][0]
    assert fresh_desk.lead("cx3.").status == "confirmed"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"version": None}, "version"),
        ({"reason": ""}, "reason"),
        ({"reason": "no_such"}, "reason"),
        ({"verdict": "undo"}, "verdict"),
        ({"by": "root"}, "by"),
        ({"reason": "other"}, "reason"),
        ({"duplicate_of": 1}, "duplicate_of"),
        ({"note": "x" * 2001}, "note"),
        ({"version": 2**40}, "version"),
    ],
    ids=str,
)
def test_a_verdict_that_is_none_changes_nothing(fresh_desk: AtWork, change: dict, name: str) -> None:
    program, lead = Program(fresh_desk, *WRITES), fresh_desk.lead("cx3.")
    sent = {"verdict": "confirmed", "reason": "fake_site", "version": lead.version} | change
    answer = program.post(f"/leads/{lead.id}/verdicts", sent)
    assert answer.status_code == 422
    assert [each["name"] for each in answer.json()["errors"]] == [name]
    with reading(fresh_desk.factory) as session:
        assert session.query(Verdict).count() == 0
        assert session.get_one(Lead, lead.id).version == lead.version


def test_a_verdict_on_no_lead_is_told_so(fresh_desk: AtWork) -> None:
    sent = {"verdict": "confirmed", "reason": "fake_site", "version": 1}
    assert Program(fresh_desk, *WRITES).post("/leads/99999/verdicts", sent).status_code == 404


def test_a_key_that_reads_changes_nothing(fresh_desk: AtWork) -> None:
    lead = fresh_desk.lead("cx3.")
    sent = {"verdict": "confirmed", "reason": "fake_site", "version": lead.version}
    assert Program(fresh_desk).post(f"/leads/{lead.id}/verdicts", sent).status_code == 403
    assert fresh_desk.lead("cx3.").status == "new"
