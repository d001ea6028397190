from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lookalike.store import leads, sites, visits
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Capture, Lead, Run, Site, Visit
from lookalike.store.sites import Seen
from lookalike.store.visits import StoredVisit, record_visit
from scoring.case import Fact, Hosting
from scoring.sitekey import site_key
from spiders.items import VisitItem
from tests.lookalike.store.builders import DAY, NIGHT, failed_visit, judge, make_visit

URL = "http://a.example/"
STORED = StoredVisit("a" * 64, "b" * 64)


@pytest.fixture
def leased(store_factory: Factory, store_run: Run) -> int:
    with writing(store_factory) as session:
        sites.add_pending(session, store_run, Seen(site_key(URL), URL, NIGHT))
        return sites.lease(session, store_run, "w1", 1)[0].id


def record(factory: Factory, run: Run, site_id: int, visit: VisitItem) -> bool:
    with writing(factory) as session:
        return record_visit(session, run, site_id, visit, STORED)


def only_site(factory: Factory) -> Site:
    with reading(factory) as session:
        return session.scalars(select(Site)).one()


def test_a_visit_ends_the_lease_and_keeps_each_clients_capture(
    store_factory: Factory, store_run: Run, leased: int
) -> None:
    assert record(store_factory, store_run, leased, make_visit(URL))
    site = only_site(store_factory)
    assert (site.state, site.alive, site.lease_run_id, site.lease_owner) == ("done", True, None, "")
    with reading(store_factory) as session:
        visit = visits.latest(session, leased)
        assert visit is not None
        assert (visit.warc_sha256, visit.document_sha256) == ("a" * 64, "b" * 64)
        assert [(c.client, c.status, c.final_url) for c in visit.captures] == [
            ("desktop", 200, URL),
            ("wechat", 200, URL),
        ]


def test_a_visit_recorded_twice_changes_nothing(store_factory: Factory, store_run: Run, leased: int) -> None:
    record(store_factory, store_run, leased, make_visit(URL))
    assert not record(store_factory, store_run, leased, make_visit(URL, at=NIGHT + DAY, clients=("mobile",)))
    with reading(store_factory) as session:
        assert session.scalar(select(func.count()).select_from(Visit)) == 1
        assert session.scalar(select(func.count()).select_from(Capture)) == 2
    assert only_site(store_factory).last_visit_at == NIGHT


def test_a_repeat_still_ends_the_lease(store_factory: Factory, store_run: Run, leased: int) -> None:
    record(store_factory, store_run, leased, make_visit(URL))
    with writing(store_factory) as session:
        session.get_one(Site, leased).state = "leased"
    record(store_factory, store_run, leased, make_visit(URL))
    assert only_site(store_factory).state == "done"


def test_a_failed_visit_says_why(store_factory: Factory, store_run: Run, leased: int) -> None:
    record(store_factory, store_run, leased, failed_visit(URL, "E_TIMEOUT 超时：20 s"))
    site = only_site(store_factory)
    assert (site.state, site.alive, site.error) == ("failed", False, "E_TIMEOUT 超时：20 s")


@pytest.mark.parametrize(
    ("error", "rcode", "alive"),
    [
        ("E_CONNECT 无法连接：refused", "NOERROR", False),
        ("E_DNS 域名无法解析：NXDOMAIN", "NXDOMAIN", False),
        ("E_NET_PRIVATE 拒绝访问：10.0.0.1", "NOERROR", None),
        ("E_BUDGET 超过单个站点的访问预算：90 s", "NOERROR", None),
    ],
)
def test_our_own_refusal_says_nothing_about_the_site(error: str, rcode: str, alive: bool | None) -> None:
    assert visits.answered(failed_visit(URL, error, rcode=rcode)) is alive


def test_a_name_server_in_trouble_says_nothing_about_the_site() -> None:
    visit = failed_visit(URL, "E_DNS 域名无法解析：SERVFAIL")
    visit.hosting = Hosting(dns=Fact("failed", why="SERVFAIL"))
    assert visits.answered(visit) is None


def test_a_genuine_site_stays_genuine_when_it_is_visited(store_factory: Factory, store_run: Run, leased: int) -> None:
    with writing(store_factory) as session:
        sites.mark_genuine(session, [leased], "mem-cx")
    record(store_factory, store_run, leased, make_visit(URL))
    assert only_site(store_factory).state == "genuine"


def test_the_lead_follows_whether_its_site_is_alive(store_factory: Factory, store_run: Run, leased: int) -> None:
    with writing(store_factory) as session:
        leads.record(session, store_run, session.get_one(Site, leased), judge(95.0), contacts=[], now=NIGHT)
    record(store_factory, store_run, leased, failed_visit(URL, "E_CONNECT 无法连接：refused"))
    with reading(store_factory) as session:
        assert session.scalars(select(Lead.alive)).one() is False


def test_one_page_of_one_client_is_one_capture_however_long_its_address(
    store_factory: Factory, store_run: Run, leased: int
) -> None:
    long = URL + "x" * 60_000 + "\ud800\0"
    record(store_factory, store_run, leased, make_visit(long, clients=("desktop", "desktop", "wechat")))
    with reading(store_factory) as session:
        assert session.scalar(select(func.count()).select_from(Capture)) == 2
