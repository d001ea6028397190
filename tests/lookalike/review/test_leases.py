"""Who looks at a lead: taken when it is opened, renewed by the page, taken over by others with an entry in the trail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lookalike.errors import UsageError
from lookalike.review import leases
from lookalike.review.leases import LASTS
from lookalike.review.verdicts import give
from lookalike.store.engine import reading, writing
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.review.people_at_work import MINUTE, MORNING, deeds


@pytest.fixture
def lead_ids(store_factory, store_run):
    return make_leads(store_factory, store_run, invented_hits(2))


def act(factory, deed, *more):
    with writing(factory) as session:
        return deed(session, *more)


def test_whoever_opens_a_lead_first_has_it_for_ten_minutes(store_factory, lead_ids):
    one = act(store_factory, leases.open_lead, lead_ids[0], "王某", MORNING)
    two = act(store_factory, leases.open_lead, lead_ids[0], "李某", MORNING + 3 * MINUTE)
    assert (one.mine, one.until) == (True, MORNING + LASTS)
    assert (two.mine, two.who, two.minutes(MORNING + 3 * MINUTE)) == (False, "王某", 3)


def test_a_lease_forbids_nobody_to_judge(store_factory, lead_ids):
    act(store_factory, leases.open_lead, lead_ids[0], "王某", MORNING)
    assert act(store_factory, give, lead_ids[0], "later", "", "", "李某", MORNING).by == "李某"


def test_an_open_page_keeps_its_lead_and_one_that_runs_out_is_free(store_factory, lead_ids):
    act(store_factory, leases.open_lead, lead_ids[0], "王某", MORNING)
    act(store_factory, leases.renew, lead_ids[0], "王 某", MORNING + 9 * MINUTE)
    assert not act(store_factory, leases.open_lead, lead_ids[0], "李某", MORNING + 18 * MINUTE).mine
    assert act(store_factory, leases.open_lead, lead_ids[0], "李某", MORNING + 19 * MINUTE).mine


def test_whoever_renews_a_lead_that_was_taken_over_is_told_by_whom(store_factory, lead_ids):
    act(store_factory, leases.open_lead, lead_ids[0], "王某", MORNING)
    act(store_factory, leases.take_over, lead_ids[0], "李某", MORNING + MINUTE)
    told = act(store_factory, leases.renew, lead_ids[0], "王某", MORNING + 2 * MINUTE)
    assert (told.mine, told.who, told.since) == (False, "李某", MORNING + MINUTE)


def test_opening_and_taking_over_are_told_in_the_trail_and_renewing_is_not(store_factory, lead_ids):
    for deed, who in (
        ("open_lead", "王某"),
        ("open_lead", "王某"),
        ("renew", "王某"),
        ("take_over", "李某"),
        ("take_over", "李某"),
    ):
        act(store_factory, getattr(leases, deed), lead_ids[0], who, MORNING)
    assert deeds(store_factory)[-2:] == [("王某", "lease.open"), ("李某", "lease.taken")]
    assert [what for _, what in deeds(store_factory)].count("lease.open") == 1


def test_taking_over_what_nobody_has_is_opening_it(store_factory, lead_ids):
    assert act(store_factory, leases.take_over, lead_ids[0], "李某", MORNING).mine
    assert deeds(store_factory)[-1] == ("李某", "lease.open")


def test_one_lets_go_of_ones_own_lead_only(store_factory, lead_ids):
    act(store_factory, leases.open_lead, lead_ids[0], "王某", MORNING)
    assert not act(store_factory, leases.let_go, lead_ids[0], "李某")
    assert act(store_factory, leases.let_go, lead_ids[0], "王某")
    assert act(store_factory, leases.renew, lead_ids[0], "王某", MORNING) is None
    assert act(store_factory, leases.open_lead, lead_ids[0], "李某", MORNING).mine


def test_the_queue_learns_which_of_its_leads_are_looked_at_now(store_factory, lead_ids):
    act(store_factory, leases.open_lead, lead_ids[0], "王某", MORNING)
    with reading(store_factory) as session:
        now = leases.held(session, lead_ids, "李某", MORNING + 9 * MINUTE)
        later = leases.held(session, lead_ids, "李某", MORNING + LASTS)
    assert ({n: h.who for n, h in now.items()}, later) == ({lead_ids[0]: "王某"}, {})


def test_of_many_who_open_a_lead_at_once_one_has_it(store_factory, lead_ids):
    def opened(number):
        return act(store_factory, leases.open_lead, lead_ids[0], f"研判{number}", MORNING)

    with ThreadPoolExecutor(6) as pool:
        held = list(pool.map(opened, range(6)))
    assert sum(h.mine for h in held) == 1
    assert len({h.who for h in held}) == 1


@pytest.mark.parametrize("deed", [leases.open_lead, leases.take_over, leases.renew])
def test_an_unknown_lead_is_told(store_factory, deed):
    with pytest.raises(UsageError, match="lead 99: there is no such lead"):
        act(store_factory, deed, 99, "王某", MORNING)
