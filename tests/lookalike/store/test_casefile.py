"""The line and the file of one lead, on both databases."""

from __future__ import annotations

import pytest

from lookalike.store import casefile, history, leads, searches
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Lead, LeadKey, Run, Site
from lookalike.store.queue_rows import rows_of
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, judge, make_page

HOSTS = ("one.example", "two.example", "three.example", "four.example", "five.example")


@pytest.fixture
def listed_leads(store_factory: Factory, store_run: Run) -> list[int]:
    """Five leads, the first two of equal score, the last two guilty; four of them share a contact."""
    with writing(store_factory) as session:
        run = session.get_one(Run, store_run.id)
        page = make_page(*(f"http://{host}/" for host in HOSTS))
        searches.record_page(session, run, page, max_pages=1, now=NIGHT, unit=site_key)
        numbers = []
        for at, host in enumerate(HOSTS):
            site = session.query(Site).filter(Site.host == host).one()
            score = (97.5, 97.5, 95.0, 60.0, 55.25)[at]
            lead, _ = leads.record(session, run, site, judge(score), contacts=[], now=NIGHT)
            assert lead is not None
            lead.status = "confirmed" if at > 2 else "new"
            if at != 1:
                session.add(LeadKey(site_id=site.id, type="contact", value="wechat:zs1", evidence=[], seen_at=NIGHT))
            numbers.append(lead.id)
    return numbers


def test_a_lead_s_line_tells_its_reasons_and_sources(store_factory: Factory, listed_leads: list[int]) -> None:
    with reading(store_factory) as session:
        (line,) = rows_of(session, [listed_leads[2]])
    assert line.against == ("把 cx.mem.gov.cn 用作子域名",)
    assert (line.sources, line.seen) == ({"baidu": 1}, 1)


def test_a_contact_tells_how_many_confirmed_leads_have_it(store_factory: Factory, listed_leads: list[int]) -> None:
    with reading(store_factory) as session:
        known = history.contacts(session, session.get_one(Lead, listed_leads[0]))
        assert [(k.type, k.value, k.leads, k.guilty) for k in known] == [("wechat", "zs1", 3, 2)]
        assert history.contacts(session, session.get_one(Lead, listed_leads[1])) == []


def test_the_file_of_a_lead_is_whole(store_factory: Factory, listed_leads: list[int]) -> None:
    with reading(store_factory) as session:
        file = casefile.read(session, listed_leads[0])
        assert casefile.read(session, 10_000) is None
    assert file is not None
    assert (file.sightings_total, file.sources, file.visits_total) == (1, {"baidu": 1}, 0)
    assert file.standing is None
    assert file.assessment is not None
