"""Verdicts: one transaction with the audit entry, a reason where one is needed, an undo that leaves both in sight."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lookalike.errors import UsageError
from lookalike.review.reasons import reasons
from lookalike.review.verdicts import STATUSES, StaleError, give, undo
from lookalike.store import audit, sites, verdicts
from lookalike.store.engine import reading, writing
from lookalike.store.listing import listing
from lookalike.store.models import Audit, Lead, Site, Verdict
from tests.lookalike.review.judged_leads import decide, invented_hits, make_leads
from tests.lookalike.store.builders import DAY, NIGHT, UTC_NIGHT


@pytest.fixture
def lead_ids(store_factory, store_run):
    return make_leads(store_factory, store_run, invented_hits(4))


def verdict_on(factory, lead_id, word="confirmed", reason="fake_site", **more):
    with writing(factory) as session:
        known = {"note": "", "by": "wang", "now": NIGHT}
        return give(session, lead_id, word, reason, **known | more)


def lead_of(factory, lead_id):
    with reading(factory) as session:
        return session.get_one(Lead, lead_id)


def test_a_verdict_sets_the_status_and_keeps_who_when_and_why(store_factory, lead_ids):
    seen = lead_of(store_factory, lead_ids[0])
    verdict_on(store_factory, lead_ids[0], note=" 与通报一致 ", version=seen.version)
    lead = lead_of(store_factory, lead_ids[0])
    with reading(store_factory) as session:
        row = verdicts.standing(session, lead.id)
        entry = session.scalars(select(Audit).where(Audit.lead_id == lead.id)).one()
    assert (lead.status, lead.version) == ("confirmed", seen.version + 1)
    assert (row.reason, row.note, row.by, row.at, row.assessment_id) == (
        "fake_site",
        "与通报一致",
        "wang",
        UTC_NIGHT,
        lead.assessment_id,
    )
    assert (entry.who, entry.what, entry.before["status"], entry.after["status"]) == (
        "wang",
        "verdict",
        "new",
        "confirmed",
    )


def test_the_list_knows_every_status(store_factory, lead_ids):
    for lead_id, (word, reason) in zip(
        lead_ids,
        [("confirmed", "advert"), ("false_positive", "school"), ("duplicate", ""), ("later", "")],
        strict=True,
    ):
        verdict_on(store_factory, lead_id, word, reason)
    with reading(store_factory) as session:
        assert {
            s: [v.id for v in listing(session, status=s)]
            for s in STATUSES
            if s not in {"new", "relapsed", "referred", "closed"}
        } == dict(zip(["confirmed", "false_positive", "duplicate", "later"], [[i] for i in lead_ids], strict=True))


@pytest.mark.parametrize(
    ("word", "reason", "note", "told"),
    [
        ("confirmed", "", "", "--reason is missing; expected one of: fake_site"),
        ("false_positive", "fake_site", "", "expected one of: official"),
        ("later", "school", "", "takes no reason"),
        ("confirmed", "other", " ", "needs a --note"),
    ],
)
def test_a_verdict_without_its_reason_is_refused_and_changes_nothing(store_factory, lead_ids, word, reason, note, told):
    with pytest.raises(UsageError, match=told):
        verdict_on(store_factory, lead_ids[0], word, reason, note=note)
    with reading(store_factory) as session:
        assert session.scalar(select(func.count()).select_from(Verdict)) == 0
    assert lead_of(store_factory, lead_ids[0]).status == "new"


def test_a_lead_that_changed_since_it_was_shown_is_refused(store_factory, lead_ids):
    seen = lead_of(store_factory, lead_ids[0]).version
    verdict_on(store_factory, lead_ids[0], "later", "", version=seen)
    with pytest.raises(StaleError, match="status later"):
        verdict_on(store_factory, lead_ids[0], version=seen)


def test_nobody_and_unknown_leads_are_refused(store_factory, lead_ids):
    with pytest.raises(UsageError, match="who gives the verdict"):
        verdict_on(store_factory, lead_ids[0], by=" ")
    with pytest.raises(UsageError, match="no such lead"):
        verdict_on(store_factory, 999)


def test_a_duplicate_names_another_lead(store_factory, lead_ids):
    with pytest.raises(UsageError, match="another lead"):
        verdict_on(store_factory, lead_ids[0], "duplicate", "", duplicate_of=lead_ids[0])
    with pytest.raises(UsageError, match="only a duplicate"):
        verdict_on(store_factory, lead_ids[0], duplicate_of=lead_ids[1])
    verdict_on(store_factory, lead_ids[0], "duplicate", "", duplicate_of=lead_ids[1])
    with reading(store_factory) as session:
        assert verdicts.standing(session, lead_ids[0]).duplicate_of == lead_ids[1]


def test_an_undo_takes_back_one_verdict_at_a_time_by_rows_of_its_own(store_factory, lead_ids):
    verdict_on(store_factory, lead_ids[0], "later", "")
    verdict_on(store_factory, lead_ids[0])
    statuses = []
    for _ in range(2):
        with writing(store_factory) as session:
            undo(session, lead_ids[0], "li", NIGHT + DAY)
        statuses.append(lead_of(store_factory, lead_ids[0]).status)
    assert statuses == ["later", "new"]
    with reading(store_factory) as session:
        assert [v.verdict for v in verdicts.of_lead(session, lead_ids[0])] == ["later", "confirmed", "undo", "undo"]
        assert audit.broken(session) == []
    with pytest.raises(UsageError, match="no verdict stands"), writing(store_factory) as session:
        undo(session, lead_ids[0], "li", NIGHT)


def test_a_verdict_that_fails_half_way_leaves_no_trace(store_factory, lead_ids, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lookalike.review.verdicts.audit.note", full)
    with pytest.raises(Exception, match="E_DISK"):
        verdict_on(store_factory, lead_ids[0])
    monkeypatch.undo()
    assert lead_of(store_factory, lead_ids[0]).status == "new"
    with reading(store_factory) as session:
        assert verdicts.of_lead(session, lead_ids[0]) == []


def test_a_changed_or_missing_audit_entry_is_found(store_factory, lead_ids):
    decide(store_factory, lead_ids, [True, False, True, True])
    with reading(store_factory) as session:
        entries = list(session.scalars(select(Audit.id).where(Audit.what == "verdict").order_by(Audit.id)))
        assert audit.broken(session) == []
    with writing(store_factory) as session:
        session.get_one(Audit, entries[1]).who = "nobody"
    with reading(store_factory) as session:
        assert audit.broken(session) == [entries[1]]
    with writing(store_factory) as session:
        session.delete(session.get_one(Audit, entries[1]))
    with reading(store_factory) as session:
        assert audit.broken(session) == [entries[2]]


def test_a_verdict_survives_the_next_judgement_of_its_lead(store_factory, store_run, lead_ids):
    verdict_on(store_factory, lead_ids[0])
    make_leads(store_factory, store_run, [*invented_hits(4, seed=5)])
    assert lead_of(store_factory, lead_ids[0]).status == "confirmed"


def addresses(factory, by_host):
    with writing(factory) as session:
        found = {s.host: s.id for s in session.scalars(select(Site))}
        for host, ips in by_host.items():
            verdicts.note_addresses(session, found[host], ips, NIGHT)
    with reading(factory) as session:
        return verdicts.confirmed_addresses(session)


def test_addresses_of_confirmed_leads_are_known_until_the_verdict_is_undone(store_factory, lead_ids):
    verdict_on(store_factory, lead_ids[0])
    assert addresses(store_factory, {"site0.example": ["203.0.113.9"], "site1.example": ["203.0.113.10"]}) == {
        "203.0.113.9": ["site0.example"]
    }
    with writing(store_factory) as session:
        undo(session, lead_ids[0], "wang", NIGHT)
    assert addresses(store_factory, {}) == {}


def test_an_address_that_a_cleared_or_genuine_site_uses_is_no_sign(store_factory, lead_ids):
    verdict_on(store_factory, lead_ids[0])
    verdict_on(store_factory, lead_ids[1], "false_positive", "portal")
    both = ["203.0.113.9", "203.0.113.8"]
    with writing(store_factory) as session:
        other = session.scalars(select(Site).where(Site.host == "site2.example")).one()
        sites.mark_genuine(session, [other.id], "mem-cx")
    told = addresses(store_factory, {"site0.example": both, "site1.example": both[:1], "site2.example": both[1:]})
    assert told == {}


def test_an_address_that_many_unjudged_sites_share_is_a_hosters(store_factory, store_run, lead_ids):
    verdict_on(store_factory, lead_ids[0])
    others = make_leads(store_factory, store_run, invented_hits(verdicts.RARE + 1), name="advert")
    assert others
    few = {f"advert{n}.example": ["203.0.113.9"] for n in range(verdicts.RARE)}
    assert "203.0.113.9" in addresses(store_factory, {"site0.example": ["203.0.113.9"], **few})
    assert addresses(store_factory, {f"advert{verdicts.RARE}.example": ["203.0.113.9"]}) == {}


def test_every_reason_has_words_and_both_verdicts_have_few_enough_for_one_digit():
    assert set(reasons()) == {"confirmed", "false_positive"}
    assert all(1 < len(codes) <= 9 and all(codes.values()) for codes in reasons().values())
