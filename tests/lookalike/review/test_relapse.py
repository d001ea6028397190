from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lookalike.review.relapse import raise_again
from lookalike.review.verdicts import STATUSES, give, undo
from lookalike.store import audit, leads, sites, verdicts
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Lead, Site
from lookalike.store.sites import Seen
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, judge

WHY = "失效后恢复访问，页面与研判时的相同"


@pytest.fixture
def guilty(store_factory, store_run) -> int:
    """Number of a lead of the high band."""
    with writing(store_factory) as session:
        sites.add_pending(session, store_run, Seen(site_key("http://a.example/"), "http://a.example/", NIGHT))
        site = session.scalars(select(Site)).one()
        lead, _ = leads.record(session, store_run, site, judge(97.0), contacts=[], now=NIGHT)
        assert lead is not None
        return lead.id


def raised(factory, lead_id: int, cause, why: str = WHY) -> bool:
    with writing(factory) as session:
        return raise_again(session, session.get_one(Lead, lead_id), cause, why, NIGHT)


def lead_of(factory, lead_id: int) -> Lead:
    with reading(factory) as session:
        return session.get_one(Lead, lead_id)


def with_status(factory, lead_id: int, status: str) -> None:
    with writing(factory) as session:
        session.get_one(Lead, lead_id).status = status


@pytest.mark.parametrize("status", ["confirmed", "referred", "closed", "relapsed"])
@pytest.mark.parametrize("cause", ["back", "changed"])
def test_a_lead_that_was_found_guilty_relapses(store_factory, guilty, status, cause):
    with_status(store_factory, guilty, status)
    assert raised(store_factory, guilty, cause)
    lead = lead_of(store_factory, guilty)
    assert (lead.status, lead.raised_at, lead.raised_why) == ("relapsed", NIGHT, WHY)
    assert lead.status in STATUSES


def test_a_false_positive_is_raised_only_by_another_page_and_then_as_new(store_factory, guilty):
    with_status(store_factory, guilty, "false_positive")
    assert not raised(store_factory, guilty, "back")
    assert lead_of(store_factory, guilty).raised_at is None
    assert raised(store_factory, guilty, "changed")
    assert lead_of(store_factory, guilty).status == "new"


@pytest.mark.parametrize("status", ["new", "duplicate"])
def test_a_lead_that_waits_for_a_verdict_or_repeats_another_is_left_alone(store_factory, guilty, status):
    with_status(store_factory, guilty, status)
    before = lead_of(store_factory, guilty).version
    assert not raised(store_factory, guilty, "back")
    assert lead_of(store_factory, guilty).version == before


def test_a_lead_that_was_put_off_is_raised_and_waits_again(store_factory, guilty):
    with_status(store_factory, guilty, "later")
    assert raised(store_factory, guilty, "back")
    lead = lead_of(store_factory, guilty)
    assert (lead.status, lead.raised_why) == ("new", WHY)


def test_raising_is_written_down_and_the_trail_stays_whole(store_factory, guilty):
    with_status(store_factory, guilty, "confirmed")
    raised(store_factory, guilty, "back")
    with reading(store_factory) as session:
        entry = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
        assert entry is not None
        assert (entry.what, entry.who, entry.lead_id) == ("raise", "lookalike nightly", guilty)
        assert (entry.before["status"], entry.after["status"], entry.after["why"]) == ("confirmed", "relapsed", WHY)
        assert audit.broken(session) == []


def test_a_transaction_that_fails_raises_nothing(store_factory, guilty):
    with_status(store_factory, guilty, "confirmed")

    def broken_transaction() -> None:
        with writing(store_factory) as session:
            raise_again(session, session.get_one(Lead, guilty), "back", WHY, NIGHT)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken_transaction()
    with reading(store_factory) as session:
        assert session.get_one(Lead, guilty).status == "confirmed"
        assert session.scalars(select(Audit).where(Audit.what == "raise")).all() == []


def test_a_relapsed_lead_is_judged_like_any_other_and_its_verdict_can_be_taken_back(store_factory, guilty):
    with writing(store_factory) as session:
        give(session, guilty, "confirmed", "fake_site", "", "wang", NIGHT)
    raised(store_factory, guilty, "back")
    with writing(store_factory) as session:
        give(session, guilty, "confirmed", "fake_site", "", "wang", NIGHT + timedelta(hours=7))
        assert session.get_one(Lead, guilty).status == "confirmed"
        undo(session, guilty, "wang", NIGHT + timedelta(hours=8))
        assert session.get_one(Lead, guilty).status == "relapsed"


def test_the_addresses_of_a_relapsed_fake_still_tell(store_factory, guilty):
    with writing(store_factory) as session:
        lead = session.get_one(Lead, guilty)
        give(session, lead.id, "confirmed", "fake_site", "", "wang", NIGHT)
        assert lead.site_id is not None
        verdicts.note_addresses(session, lead.site_id, ["203.0.113.7"], NIGHT)
    raised(store_factory, guilty, "back")
    with reading(store_factory) as session:
        assert list(verdicts.confirmed_addresses(session)) == ["203.0.113.7"]
