"""The allow list: proposed by an analyst, let stand by somebody else, and its effect is what was shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lookalike.review import allow
from lookalike.review.allow import AllowError
from lookalike.review.morning import ready
from lookalike.review.rights import NotAllowedError
from lookalike.review.verdicts import give, undo
from lookalike.store import audit, verdicts
from lookalike.store.engine import reading, writing
from lookalike.store.models import AllowEntry, Lead, LeadKey, Verdict
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.review.people_at_work import MORNING, add_person, deeds

DAY = timedelta(days=1)
SCHOOL = "school-one.example"


@pytest.fixture
def six_leads(store_factory, store_run):
    """Six leads; the first four under one domain, of which 王某 has judged the first a false positive."""
    add_person(store_factory, "王某", "analyst")
    add_person(store_factory, "规某", "rules")
    numbers = make_leads(store_factory, store_run, invented_hits(6))
    with writing(store_factory) as session:
        for number in numbers:
            lead = session.get_one(Lead, number)
            lead.registrable_domain = SCHOOL if number in numbers[:4] else f"other{number}.example"
            lead.impersonates = None
        give(session, numbers[0], "false_positive", "school", "", "王某", MORNING)
    return numbers


def propose(factory, lead_id, scope="domain", value=SCHOOL, by="王某", **more):
    with writing(factory) as session:
        return allow.propose(session, lead_id, scope, value, by, MORNING, **more).id


def shown(factory, number):
    """The leads of an entry's preview, and what stands for them."""
    with reading(factory) as session:
        row = session.get_one(AllowEntry, number)
        found = allow.preview(session, row.scope, row.value, without=row.lead_id)
        return [lead.id for lead in found.leads], found.digest


def accept(factory, number, seen=None, by="规某"):
    digest = shown(factory, number)[1] if seen is None else seen
    with writing(factory) as session:
        return allow.accept(session, number, by, MORNING, digest).cleared


def statuses(factory, numbers):
    with reading(factory) as session:
        return [session.get_one(Lead, number).status for number in numbers]


def contact(factory, lead_id, *values):
    with writing(factory) as session:
        site = session.get_one(Lead, lead_id).site_id
        session.add_all([LeadKey(site_id=site, type="contact", value=v, evidence={}, seen_at=MORNING) for v in values])


def test_the_effect_is_the_preview_lead_by_lead(store_factory, six_leads):
    number = propose(store_factory, six_leads[0])
    assert statuses(store_factory, six_leads)[1:] == ["new"] * 5
    previewed, _ = shown(store_factory, number)
    assert previewed == six_leads[1:4]
    assert accept(store_factory, number) == previewed
    assert statuses(store_factory, six_leads) == ["false_positive"] * 4 + ["new"] * 2
    with reading(store_factory) as session:
        row = session.scalars(select(Verdict).where(Verdict.lead_id == six_leads[1])).one()
        assert (row.by, row.reason) == ("lookalike allow list", "school")
        assert "规某 批准" in row.note
        assert audit.broken(session) == []
    assert ("规某", "allow.accept") in deeds(store_factory)


def test_what_was_cleared_by_itself_teaches_the_weights_nothing(store_factory, six_leads):
    accept(store_factory, propose(store_factory, six_leads[0]))
    with reading(store_factory) as session:
        assert [lesson.lead_id for lesson in verdicts.lessons(session)] == six_leads[:1]


def test_an_effect_that_has_changed_since_it_was_shown_is_refused(store_factory, six_leads):
    number = propose(store_factory, six_leads[0])
    _, seen = shown(store_factory, number)
    with writing(store_factory) as session:
        give(session, six_leads[1], "later", "", "", "王某", MORNING)
    with pytest.raises(AllowError, match="look at them again"):
        accept(store_factory, number, seen)
    assert statuses(store_factory, six_leads)[2:4] == ["new", "new"]


def test_judged_and_returned_leads_are_never_cleared(store_factory, six_leads):
    with writing(store_factory) as session:
        give(session, six_leads[1], "later", "", "", "王某", MORNING)
        session.get_one(Lead, six_leads[2]).raised_at = MORNING
    assert shown(store_factory, propose(store_factory, six_leads[0]))[0] == [six_leads[3]]


def test_nothing_is_allowed_that_speaks_of_a_guilty_lead(store_factory, six_leads):
    with writing(store_factory) as session:
        give(session, six_leads[1], "confirmed", "advert", "", "王某", MORNING)
    with pytest.raises(AllowError, match="found guilty"):
        propose(store_factory, six_leads[0])


def test_a_contact_clears_only_who_has_no_other_and_imitates_nobody(store_factory, six_leads):
    first, only, more, imitates = six_leads[0], six_leads[1], six_leads[2], six_leads[3]
    for lead in (first, only, more, imitates):
        contact(store_factory, lead, "phone:053100000000")
    contact(store_factory, more, "wechat:seller")
    with writing(store_factory) as session:
        session.get_one(Lead, imitates).impersonates = "mem-cx"
    number = propose(store_factory, first, "contact", "phone:053100000000")
    assert shown(store_factory, number)[0] == [only]


def test_a_text_is_found_in_what_leads_say_and_clears_nobody_who_imitates(store_factory, six_leads):
    for number, name in zip(six_leads[:3], ("海山职业培训学校", "海山职业培训学校", "海山职业培训"), strict=True):
        with writing(store_factory) as session:
            session.get_one(Lead, number).host = f"{name}.example"
    number = propose(store_factory, six_leads[0], "text", "海山职业培训学校")
    assert shown(store_factory, number)[0] == [six_leads[1]]
    with writing(store_factory) as session:
        session.get_one(Lead, six_leads[1]).impersonates = "mem-cx"
    assert shown(store_factory, number)[0] == []


@pytest.mark.parametrize(
    ("scope", "value", "why"),
    [
        ("domain", "other.example", "not_its_own"),
        ("contact", "wechat:nobody", "not_its_own"),
        ("text", "查无此文", "not_its_own"),
        ("text", "学校", "short"),
        ("text", '"" ()', "short"),
        ("everything", "*", "scope"),
    ],
)
def test_only_what_the_lead_itself_has_is_proposed(store_factory, six_leads, scope, value, why):
    with pytest.raises(AllowError) as refused:
        propose(store_factory, six_leads[0], scope, value)
    assert refused.value.why == why


def test_only_a_false_positive_teaches_and_only_once(store_factory, six_leads):
    with pytest.raises(AllowError) as refused:
        propose(store_factory, six_leads[1])
    assert refused.value.why == "no_false_positive"
    propose(store_factory, six_leads[0])
    with pytest.raises(AllowError) as refused:
        propose(store_factory, six_leads[0])
    assert refused.value.why == "listed"


def test_analysts_propose_and_keepers_of_the_rules_let_stand(store_factory, six_leads):
    with pytest.raises(NotAllowedError):
        propose(store_factory, six_leads[0], by="规某")
    number = propose(store_factory, six_leads[0])
    with pytest.raises(NotAllowedError):
        accept(store_factory, number, by="王某")
    with pytest.raises(AllowError, match="somebody else"):
        accept(store_factory, propose(store_factory, six_leads[0], "text", "site0.example", by="无号"), by="无号")


def test_the_database_itself_refuses_a_proposer_who_lets_his_own_entry_stand(store_factory, six_leads):
    number = propose(store_factory, six_leads[0])
    with pytest.raises(IntegrityError, match="another_person"), writing(store_factory) as session:
        session.get_one(AllowEntry, number).settled_by = "王某"


def test_an_entry_that_ends_gives_back_what_nobody_has_judged_since(store_factory, six_leads):
    number = propose(store_factory, six_leads[0])
    accept(store_factory, number)
    with writing(store_factory) as session:
        give(session, six_leads[1], "confirmed", "advert", "", "王某", MORNING)
        assert allow.end(session, number, "规某", MORNING, restore=True) == six_leads[2:4]
    assert statuses(store_factory, six_leads[:4]) == ["false_positive", "confirmed", "new", "new"]


def test_a_night_clears_what_came_in_under_an_entry_but_not_what_was_taken_back(store_factory, six_leads):
    accept(store_factory, propose(store_factory, six_leads[0]))
    with writing(store_factory) as session:
        undo(session, six_leads[1], "王某", MORNING)
        session.get_one(Lead, six_leads[4]).registrable_domain = SCHOOL
    with writing(store_factory) as session:
        ready(session, MORNING + DAY)
        ready(session, MORNING + DAY)
    assert statuses(store_factory, six_leads) == ["false_positive", "new", *["false_positive"] * 3, "new"]


def test_an_entry_whose_time_is_over_clears_nothing_any_more(store_factory, six_leads):
    number = propose(store_factory, six_leads[0], until=MORNING + DAY)
    accept(store_factory, number)
    with writing(store_factory) as session:
        session.get_one(Lead, six_leads[4]).registrable_domain = SCHOOL
        ready(session, MORNING + 2 * DAY)
    with reading(store_factory) as session:
        assert session.get_one(AllowEntry, number).state == "ended"
    assert statuses(store_factory, six_leads)[4] == "new"


def test_a_declined_proposal_clears_nothing_and_may_be_made_again(store_factory, six_leads):
    number = propose(store_factory, six_leads[0])
    with writing(store_factory) as session:
        assert allow.decline(session, number, "规某", MORNING).state == "declined"
    with pytest.raises(AllowError) as refused:
        accept(store_factory, number, "x")
    assert refused.value.why == "state"
    propose(store_factory, six_leads[0])
    assert statuses(store_factory, six_leads)[1:4] == ["new"] * 3


def test_more_than_two_hundred_at_once_are_refused(store_factory, six_leads, monkeypatch):
    monkeypatch.setattr(allow, "MOST", 2)
    with pytest.raises(AllowError, match="more than 2 leads"):
        propose(store_factory, six_leads[0])
