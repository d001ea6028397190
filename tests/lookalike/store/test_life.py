from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lookalike.review.verdicts import give
from lookalike.store import leads, life, runs, sites, visits
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Lead, LifeEvent, Run, Site, Visit
from lookalike.store.sites import Seen
from lookalike.store.visits import StoredVisit, Tidings, record_visit
from scoring.life import Life, Told
from scoring.sitekey import site_key
from tests.lookalike.store.builders import DAY, NIGHT, failed_visit, judge, make_visit

URLS = [f"http://s{n}.example/" for n in range(6)]


def a_run(factory: Factory, day: int) -> Run:
    with writing(factory) as session:
        left = runs.latest(session, "nightly")
        if left and left[0].state == "running":
            runs.finish(session, left[0], NIGHT + day * DAY)
        return runs.begin_or_resume(session, "nightly", NIGHT + day * DAY, {"day": day})[0]


def see_sites(factory: Factory, run: Run, *urls: str) -> None:
    with writing(factory) as session:
        sites.note_seen(session, run, [Seen(site_key(url), url, NIGHT) for url in urls])


def visited(factory: Factory, run: Run, url: str, told: Told, day: int, due: int | None = 1, warc: str = "a") -> None:
    visit = failed_visit(url, "E_CONNECT x") if told.life == "dead" else make_visit(url, at=NIGHT + day * DAY)
    visit.started_at = NIGHT + day * DAY
    due_at = None if due is None else NIGHT + (day + due) * DAY
    with writing(factory) as session:
        session.execute(update(Site).where(Site.host == visit.site.host).values(state="leased"))
        record_visit(session, run, id_of(session, url), visit, StoredVisit(warc * 64), Tidings(told, due_at))


def id_of(session, url: str) -> int:
    return session.scalars(select(Site.id).where(Site.host == site_key(url).host)).one()


def judged(factory: Factory, run: Run, url: str, score: float, warc: str = "a") -> int:
    with writing(factory) as session:
        site = session.get_one(Site, id_of(session, url))
        lead, _ = leads.record(session, run, site, judge(score), contacts=[], now=NIGHT, documents=[warc * 64])
        return lead.id if lead else 0


def told(word: Life, *, back: bool = False) -> Told:
    return Told(word, f"told {word}", back)


def state_of(factory: Factory, url: str) -> Site:
    with reading(factory) as session:
        return session.get_one(Site, id_of(session, url))


def test_what_a_visit_told_is_stored_with_it(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    visited(store_factory, store_run, URLS[0], told("parked"), 0)
    site = state_of(store_factory, URLS[0])
    assert (site.life, site.life_since, site.alive, site.due_at) == ("parked", NIGHT, True, NIGHT + DAY)
    with reading(store_factory) as session:
        assert session.scalars(select(Visit.life)).all() == ["parked"]
        event = session.scalars(select(LifeEvent)).one()
    assert (event.before, event.after, event.back, event.why) == ("unknown", "parked", False, "told parked")


def test_unknown_changes_nothing_but_when_to_look_again(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    visited(store_factory, store_run, URLS[0], told("alive"), 0)
    visited(store_factory, a_run(store_factory, 1), URLS[0], told("unknown"), 1, due=3)
    site = state_of(store_factory, URLS[0])
    assert (site.life, site.life_since, site.due_at) == ("alive", NIGHT, NIGHT + 4 * DAY)
    with reading(store_factory) as session:
        assert len(life.events(session, site.id)) == 1


def test_a_dead_site_does_not_answer_and_neither_does_its_lead(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    visited(store_factory, store_run, URLS[0], told("alive"), 0)
    lead_id = judged(store_factory, store_run, URLS[0], 97.0)
    visited(store_factory, a_run(store_factory, 1), URLS[0], told("dead"), 1)
    with reading(store_factory) as session:
        assert session.get_one(Lead, lead_id).alive is False
        assert session.get_one(Site, id_of(session, URLS[0])).alive is False


def test_a_site_is_judged_by_the_newest_visit_that_showed_its_page(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    for day, (word, warc) in enumerate(
        [("parked", "1"), ("alive", "2"), ("changed", "3"), ("unknown", "4"), ("dead", "5")]
    ):
        run = store_run if day == 0 else a_run(store_factory, day)
        visited(store_factory, run, URLS[0], told(word), day, warc=warc)
    with reading(store_factory) as session:
        telling = visits.telling(session, id_of(session, URLS[0]))
        newest = visits.latest(session, id_of(session, URLS[0]))
    assert telling is not None
    assert newest is not None
    assert (telling.warc_sha256, newest.warc_sha256) == ("3" * 64, "5" * 64)


def test_a_site_that_never_showed_a_page_is_judged_by_its_newest_visit_that_was_let_in(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    visited(store_factory, store_run, URLS[0], told("unknown"), 0, warc="1")
    visited(store_factory, a_run(store_factory, 1), URLS[0], told("dead"), 1, warc="2")
    with reading(store_factory) as session:
        telling = visits.telling(session, id_of(session, URLS[0]))
    assert telling is not None
    assert telling.warc_sha256 == "1" * 64


def test_a_standing_verdicts_page_is_what_later_visits_are_held_against(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    visited(store_factory, store_run, URLS[0], told("alive"), 0, warc="1")
    lead_id = judged(store_factory, store_run, URLS[0], 97.0, warc="1")
    with writing(store_factory) as session:
        give(session, lead_id, "confirmed", "fake_site", "", "wang", NIGHT + timedelta(hours=7))
    second = a_run(store_factory, 1)
    visited(store_factory, second, URLS[0], told("changed"), 1, warc="2")
    judged(store_factory, second, URLS[0], 20.0, warc="2")
    with reading(store_factory) as session:
        known = life.known(session, id_of(session, URLS[0]))
    assert (known.warc_sha256, known.judged_at) == ("1" * 64, NIGHT + timedelta(hours=7))
    assert (known.life, known.been_up, known.band) == ("changed", True, "high")


def test_without_a_verdict_it_is_the_newest_judgements_page(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    visited(store_factory, store_run, URLS[0], told("alive"), 0, warc="1")
    judged(store_factory, store_run, URLS[0], 97.0, warc="1")
    second = a_run(store_factory, 1)
    visited(store_factory, second, URLS[0], told("changed"), 1, warc="2")
    judged(store_factory, second, URLS[0], 20.0, warc="2")
    with reading(store_factory) as session:
        assert life.known(session, id_of(session, URLS[0])).warc_sha256 == "2" * 64


def test_a_site_that_was_never_visited_is_known_for_nothing(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    with reading(store_factory) as session:
        known = life.known(session, id_of(session, URLS[0]))
    assert known == life.Known("unknown", None, False, None, None, "low")


def test_the_most_urgent_of_those_due_wait_again_within_the_budget(store_factory, store_run):
    see_sites(store_factory, store_run, *URLS)
    scores = [20.0, 97.0, 60.0, 97.0, 0.0, 97.0]
    for url, score, due in zip(URLS, scores, [1, 2, 1, 1, 1, 9], strict=True):
        visited(store_factory, store_run, url, told("alive"), 0, due=due)
        judged(store_factory, store_run, url, score)
    run = a_run(store_factory, 3)
    with writing(store_factory) as session:
        assert life.due(session, run, NIGHT + 3 * DAY) == 5
        chosen = life.make_pending(session, run, NIGHT + 3 * DAY, 3)
        hosts = [session.get_one(Site, site_id).host for site_id in chosen]
    assert hosts == ["s3.example", "s1.example", "s2.example"]
    with reading(store_factory) as session:
        assert sites.counts(session) == {"pending": 3, "done": 3}


@pytest.mark.parametrize("state", ["genuine", "skipped"])
def test_genuine_and_skipped_sites_are_never_due(store_factory, store_run, state):
    see_sites(store_factory, store_run, URLS[0])
    visited(store_factory, store_run, URLS[0], told("alive"), 0)
    with writing(store_factory) as session:
        session.execute(update(Site).values(state=state))
    with reading(store_factory) as session:
        assert life.due(session, a_run(store_factory, 9), NIGHT + 99 * DAY) == 0


def test_a_site_that_this_run_has_visited_is_not_due_in_it(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    visited(store_factory, store_run, URLS[0], told("alive"), 0, due=0)
    with reading(store_factory) as session:
        assert life.due(session, store_run, NIGHT + 9 * DAY) == 0


def test_a_site_that_was_given_up_rests_for_a_month(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    with writing(store_factory) as session:
        session.execute(update(Site).values(state="failed", error="E_ATTEMPTS 已放弃"))
    run = a_run(store_factory, 1)
    with reading(store_factory) as session:
        assert [life.due(session, run, NIGHT + days * DAY) for days in (1, 29, 31)] == [0, 0, 1]


def test_a_site_that_was_put_off_waits_again_the_next_night(store_factory, store_run):
    see_sites(store_factory, store_run, URLS[0])
    with writing(store_factory) as session:
        sites.put_off(session, store_run, [id_of(session, URLS[0])], "E_BUDGET x")
    run = a_run(store_factory, 1)
    with writing(store_factory) as session:
        assert len(life.make_pending(session, run, NIGHT + DAY, 10)) == 1


def test_the_next_visit_is_set_by_what_a_site_was_judged_to_be(store_factory, store_run):
    from lookalike.revisits import Intervals  # noqa: PLC0415 - one use

    intervals = Intervals(DAY, 3 * DAY, 14 * DAY, 30 * DAY)
    see_sites(store_factory, store_run, *URLS[:3])
    for url, score in zip(URLS, [97.0, 60.0, 20.0], strict=False):
        visited(store_factory, store_run, url, told("alive"), 0, due=14)
        judged(store_factory, store_run, url, score)
    for _ in range(2):  # done twice it changes nothing
        with writing(store_factory) as session:
            assert life.reschedule(session, store_run, intervals) == 3
        due = [state_of(store_factory, url).due_at for url in URLS[:3]]
        assert due == [NIGHT + DAY, NIGHT + 3 * DAY, NIGHT + 14 * DAY]


def test_a_site_that_was_found_guilty_is_watched_whatever_it_shows(store_factory, store_run):
    from lookalike.revisits import Intervals  # noqa: PLC0415 - one use

    see_sites(store_factory, store_run, URLS[0])
    visited(store_factory, store_run, URLS[0], told("alive"), 0)
    lead_id = judged(store_factory, store_run, URLS[0], 97.0)
    with writing(store_factory) as session:
        give(session, lead_id, "confirmed", "fake_site", "", "wang", NIGHT)
    run = a_run(store_factory, 1)
    visited(store_factory, run, URLS[0], told("changed"), 1)
    judged(store_factory, run, URLS[0], 3.0)
    with writing(store_factory) as session:
        life.reschedule(session, run, Intervals(DAY, 3 * DAY, 14 * DAY, 30 * DAY))
    assert state_of(store_factory, URLS[0]).due_at == NIGHT + 2 * DAY


def test_the_way_out_works_once_anything_has_answered(store_factory, store_run):
    see_sites(store_factory, store_run, *URLS[:2])
    visited(store_factory, store_run, URLS[0], told("dead"), 0)
    with reading(store_factory) as session:
        assert not life.way_out_works(session, store_run.id)
    visited(store_factory, store_run, URLS[1], told("alive"), 0)
    with reading(store_factory) as session:
        assert life.way_out_works(session, store_run.id)


def test_changes_are_counted_by_what_sites_became(store_factory, store_run):
    see_sites(store_factory, store_run, *URLS[:2])
    visited(store_factory, store_run, URLS[0], told("alive", back=True), 0)
    visited(store_factory, store_run, URLS[1], told("dead"), 0)
    with reading(store_factory) as session:
        assert life.counts(session, store_run) == {"alive": 1, "dead": 1, "back": 1}
