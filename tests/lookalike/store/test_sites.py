from __future__ import annotations

import pytest
from sqlalchemy import select

from lookalike.store import leads, searches, sites
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Lead, Run, Site
from lookalike.store.sites import MAX_ATTEMPTS, MAX_URLS, Seen, SiteJob
from scoring.case import SiteKey
from scoring.sitekey import site_key
from tests.lookalike.store.builders import DAY, NIGHT, UTC_NIGHT, judge, make_page


def see(factory: Factory, run: Run, *urls: str, suspicion: float = 0.0) -> None:
    with writing(factory) as session:
        sites.note_seen(session, run, [Seen(site_key(u), u, NIGHT, suspicion) for u in urls])


def lease(factory: Factory, run: Run, limit: int = 10, owner: str = "w1") -> list[SiteJob]:
    with writing(factory) as session:
        return sites.lease(session, run, owner, limit)


def states(factory: Factory) -> dict[str, str]:
    with reading(factory) as session:
        return dict(session.execute(select(Site.host, Site.state)).all())


def test_a_site_is_new_once_and_its_first_sighting_stays_the_first(store_factory: Factory, store_run: Run) -> None:
    key = SiteKey("a.example", 8081)
    with writing(store_factory) as session:
        at = [NIGHT, NIGHT - DAY, NIGHT + DAY]
        assert [sites.add_pending(session, store_run, Seen(key, "http://a.example:8081/", t)) for t in at] == [
            True,
            False,
            False,
        ]
        site = session.scalars(select(Site)).one()
    assert (site.first_seen, site.last_seen, sites.key_of(site)) == (UTC_NIGHT - DAY, UTC_NIGHT + DAY, key)


def test_a_site_knows_what_can_be_registered(store_factory: Factory, store_run: Run) -> None:
    see(store_factory, store_run, "http://cx.mem.gov.cn.zs-cx.top/", "http://117.73.255.95:8081/const/index")
    with reading(store_factory) as session:
        assert session.scalars(select(Site.registrable_domain).order_by(Site.id)).all() == [
            "117.73.255.95",
            "zs-cx.top",
        ]


def test_a_site_keeps_a_bounded_number_of_addresses(store_factory: Factory, store_run: Run) -> None:
    see(store_factory, store_run, *(f"http://a.example/{n}" for n in range(50)))
    assert lease(store_factory, store_run)[0].urls == tuple(f"http://a.example/{n}" for n in range(MAX_URLS))


def test_the_most_suspicious_site_goes_first_then_the_oldest(store_factory: Factory, store_run: Run) -> None:
    for host, suspicion in (("b", 0.0), ("c", 2.5), ("a", 0.0)):
        see(store_factory, store_run, f"http://{host}.example/", suspicion=suspicion)
    jobs = [*lease(store_factory, store_run, 2), *lease(store_factory, store_run, 2)]
    assert [(j.key.host[0], j.suspicion, j.attempts) for j in jobs] == [("c", 2.5, 1), ("b", 0.0, 1), ("a", 0.0, 1)]


def test_a_leased_site_is_leased_to_nobody_else(store_factory: Factory, store_run: Run) -> None:
    see(store_factory, store_run, "http://a.example/")
    assert [len(lease(store_factory, store_run, owner=w)) for w in ("w1", "w2")] == [1, 0]


def test_what_a_killed_worker_held_waits_again(store_factory: Factory, store_run: Run) -> None:
    see(store_factory, store_run, "http://a.example/", "http://b.example/")
    lease(store_factory, store_run, 1, "w1")
    lease(store_factory, store_run, 1, "w2")
    with writing(store_factory) as session:
        assert sites.release_stale(session, store_run, owner="w1") == 1
    assert sorted(states(store_factory).values()) == ["leased", "pending"]
    with writing(store_factory) as session:
        assert sites.release_stale(session, store_run) == 1
    assert lease(store_factory, store_run)[0].attempts == 2


def test_a_site_that_kills_every_worker_is_given_up_with_a_reason(store_factory: Factory, store_run: Run) -> None:
    see(store_factory, store_run, "http://a.example/")
    for _ in range(MAX_ATTEMPTS):
        assert len(lease(store_factory, store_run)) == 1
        with writing(store_factory) as session:
            sites.release_stale(session, store_run)
    with reading(store_factory) as session:
        site = session.scalars(select(Site)).one()
    assert (site.state, site.error[:10], site.visit_run_id) == ("failed", "E_ATTEMPTS", store_run.id)


def test_genuine_and_skipped_sites_are_never_leased(store_factory: Factory, store_run: Run) -> None:
    see(store_factory, store_run, "http://cx.mem.gov.cn/", "http://b.example/", "http://c.example/")
    with writing(store_factory) as session:
        ids = {j.key.host: j.id for j in sites.waiting(session)}
        sites.mark_genuine(session, [ids["cx.mem.gov.cn"]], "mem-cx")
        sites.skip(session, [ids["b.example"]], "well known")
        assert sites.counts(session) == {"genuine": 1, "skipped": 1, "pending": 1}
    assert [j.key.host for j in lease(store_factory, store_run)] == ["c.example"]


def test_a_lead_that_turns_out_to_be_genuine_leaves_the_list(store_factory: Factory, store_run: Run) -> None:
    see(store_factory, store_run, "http://a.example/")
    with writing(store_factory) as session:
        site = session.scalars(select(Site)).one()
        leads.record(session, store_run, site, judge(95.0), contacts=[], now=NIGHT)
        sites.mark_genuine(session, [site.id], "mem-cx")
    with reading(store_factory) as session:
        lead = session.scalars(select(Lead)).one()
    assert (lead.band, lead.score, lead.impersonates, lead.version) == ("low", 0.0, None, 2)


@pytest.mark.parametrize("limit", [5, 500])
def test_sightings_come_back_oldest_first_and_bounded(store_factory: Factory, store_run: Run, limit: int) -> None:
    with writing(store_factory) as session:
        item = make_page(*(f"http://a.example/{n}" for n in range(8)))
        searches.record_page(session, store_run, item, max_pages=1, now=NIGHT, unit=site_key)
        found = sites.sightings(session, 1, limit=limit)
    assert [s.position for s in found] == list(range(1, 9))[-limit:]
    assert found[0].seen_at == NIGHT
