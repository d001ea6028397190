"""The three figures of the table: by site, by the day in Beijing, as things stood at the end of the last day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from lookalike.errors import UsageError
from lookalike.review.relapse import raise_again
from lookalike.review.verdicts import give, undo
from lookalike.statistics.counted import counted
from lookalike.statistics.periods import Period, month_of, period
from lookalike.store.engine import reading, writing
from lookalike.store.models import Assessment, Lead, Site
from spiders.clock import CHINA
from tests.lookalike.review.handed_leads import HANDED, answered, confirm, hand, reviewed
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.store.builders import DAY

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
LATE = datetime(2026, 10, 17, 23, 59, 59, 999999, CHINA)
EARLY = datetime(2026, 10, 18, tzinfo=CHINA)


@pytest.fixture
def fakes(store_factory, store_run):
    """Four leads that nobody has decided."""
    return make_leads(store_factory, store_run, invented_hits(4))


def figures_of(factory, when=YEAR):
    with reading(factory) as session:
        return tuple(counted(session, when).values().values())


def until(year, month, day):
    return Period(date(2026, 1, 1), date(year, month, day))


def test_unconfirmed_leads_are_in_no_figure(store_factory, fakes):
    assert figures_of(store_factory) == (0, 0, 0)


def test_a_confirmed_fake_site_counts(store_factory, fakes):
    confirm(store_factory, *fakes[:3])
    assert figures_of(store_factory) == (3, 0, 0)


@pytest.mark.parametrize(
    ("reason", "counts"),
    [("fake_site", 1), ("fake_query", 1), ("advert", 0), ("middleman", 0), ("known_case", 1), ("other", 1)],
)
def test_the_reason_says_whether_it_is_a_fake_site(store_factory, fakes, reason, counts):
    confirm(store_factory, fakes[0], reason=reason)
    assert figures_of(store_factory)[0] == counts


def test_where_the_reason_is_silent_an_advert_is_no_site(store_factory, fakes):
    with writing(store_factory) as session:
        judged = session.get_one(Lead, fakes[0]).assessment_id
        session.get_one(Assessment, judged).kind = "advert"
    confirm(store_factory, fakes[0], reason="known_case")
    assert figures_of(store_factory)[0] == 0


def test_sites_that_differ_by_www_are_one(store_factory, fakes):
    with writing(store_factory) as session:
        hosts = ["fake.example", "www.fake.example", "www.fake.example", "other.example"]
        for lead_id, host, port in zip(fakes, hosts, (80, 80, 8080, 80), strict=True):
            site = session.get_one(Site, session.get_one(Lead, lead_id).site_id)
            site.host, site.port = host, port
    confirm(store_factory, *fakes)
    assert figures_of(store_factory)[0] == 3


def test_a_false_positive_and_a_verdict_taken_back_count_nothing(store_factory, fakes):
    confirm(store_factory, fakes[0])
    with writing(store_factory) as session:
        give(session, fakes[1], "false_positive", "school", "", "王某", HANDED)
        undo(session, fakes[0], "王某", HANDED)
    assert figures_of(store_factory) == (0, 0, 0)


def test_a_verdict_that_was_taken_back_later_still_stood_that_day(store_factory, fakes):
    confirm(store_factory, fakes[0])
    with writing(store_factory) as session:
        undo(session, fakes[0], "王某", HANDED + 30 * DAY)
    assert figures_of(store_factory, until(2026, 3, 2))[0] == 1
    assert figures_of(store_factory)[0] == 0


def test_a_site_confirmed_again_after_it_came_back_counts_from_the_first_time(store_factory, fakes):
    confirm(store_factory, fakes[0])
    with writing(store_factory) as session:
        raise_again(session, session.get_one(Lead, fakes[0]), "back", "恢复访问", HANDED + 40 * DAY)
    confirm(store_factory, fakes[0], at=HANDED + 41 * DAY)
    assert figures_of(store_factory, until(2026, 3, 31))[0] == 1
    assert figures_of(store_factory, Period(date(2026, 4, 1), date(2026, 12, 31)))[0] == 0


@pytest.mark.parametrize(("at", "counts"), [(LATE, 1), (EARLY, 0)])
def test_a_day_ends_at_midnight_in_beijing(store_factory, fakes, at, counts):
    confirm(store_factory, fakes[0], at=at)
    assert figures_of(store_factory, until(2026, 10, 17))[0] == counts


@pytest.mark.parametrize(("at", "counts"), [(LATE, 0), (EARLY, 1)])
def test_a_day_begins_at_midnight_in_beijing(store_factory, fakes, at, counts):
    confirm(store_factory, fakes[0], at=at)
    assert figures_of(store_factory, Period(date(2026, 10, 18), date(2026, 10, 18)))[0] == counts


def test_every_lead_of_a_pack_for_the_police_counts_once(store_factory, fakes):
    confirm(store_factory, *fakes[:3])
    number = reviewed(store_factory, *fakes[:3])
    hand(store_factory, number)
    hand(store_factory, number, to="某县公安局", at=HANDED + DAY)
    assert figures_of(store_factory) == (3, 0, 3)


def test_a_notice_to_a_platform_is_no_referral(store_factory, fakes):
    confirm(store_factory, fakes[0])
    hand(store_factory, fakes[0], kind="notice", to="某云")
    assert figures_of(store_factory) == (1, 0, 0)


def test_what_was_handed_over_by_mistake_never_was(store_factory, fakes):
    confirm(store_factory, fakes[0])
    hand(store_factory, reviewed(store_factory, fakes[0]))
    answered(store_factory, 1, "withdrawn", HANDED + 9 * DAY, note="录错")
    assert figures_of(store_factory, until(2026, 3, 2))[2] == 0


def test_only_what_was_closed_is_cleared(store_factory, fakes):
    confirm(store_factory, *fakes[:3])
    for lead_id in fakes[:3]:
        hand(store_factory, lead_id, kind="notice", to="某云")
    answered(store_factory, 1, "closed", HANDED + DAY)
    answered(store_factory, 2, "accepted", HANDED + DAY)
    assert figures_of(store_factory) == (3, 1, 0)


def test_a_lead_that_two_offices_closed_is_cleared_once(store_factory, fakes):
    confirm(store_factory, fakes[0])
    for number, office in enumerate(("某云", "某平台"), 1):
        hand(store_factory, fakes[0], kind="notice", to=office)
        answered(store_factory, number, "closed", HANDED + DAY)
    assert figures_of(store_factory)[1] == 1


def test_an_answer_of_the_next_day_is_not_in_today_s_figure(store_factory, fakes):
    confirm(store_factory, fakes[0])
    hand(store_factory, fakes[0], kind="notice", to="某云")
    answered(store_factory, 1, "closed", HANDED + DAY)
    assert (figures_of(store_factory, until(2026, 3, 1))[1], figures_of(store_factory, until(2026, 3, 2))[1]) == (0, 1)


def test_what_came_back_after_it_was_closed_was_cleared_all_the_same(store_factory, fakes):
    confirm(store_factory, fakes[0])
    hand(store_factory, fakes[0], kind="notice", to="某云")
    answered(store_factory, 1, "closed", HANDED + DAY)
    with writing(store_factory) as session:
        raise_again(session, session.get_one(Lead, fakes[0]), "back", "恢复访问", HANDED + 5 * DAY)
    assert figures_of(store_factory) == (1, 1, 0)


def test_the_table_names_the_leads_it_was_counted_from(store_factory, fakes):
    confirm(store_factory, *fakes[:2])
    with reading(store_factory) as session:
        assert counted(session, YEAR).leads == tuple(fakes[:2])


def test_days_in_the_wrong_order_are_refused():
    with pytest.raises(UsageError, match="the earlier day first"):
        period(date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 9))


def test_a_span_ends_today_at_the_latest():
    assert period(date(2026, 3, 1), date(2026, 3, 10), date(2026, 3, 9)).last == date(2026, 3, 9)


def test_a_first_day_to_come_is_refused():
    with pytest.raises(UsageError, match="has not come yet"):
        period(date(2026, 3, 10), date(2026, 3, 12), date(2026, 3, 9))


@pytest.mark.parametrize(
    ("first", "today", "last"),
    [
        (date(2026, 2, 1), date(2026, 11, 22), date(2026, 2, 28)),
        (date(2028, 2, 1), date(2028, 3, 2), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 1, 2), date(2026, 12, 31)),
        (date(2026, 11, 1), date(2026, 11, 22), date(2026, 11, 22)),
    ],
)
def test_a_month_ends_on_its_last_day_or_today(first, today, last):
    assert month_of(first, today) == Period(first, last)


def test_a_span_holds_its_last_microsecond_and_not_the_next():
    span = Period(date(2026, 10, 17), date(2026, 10, 17))
    assert (span.holds(LATE), span.holds(LATE + timedelta(microseconds=1))) == (True, False)
