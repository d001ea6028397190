"""Reports as rows: one a report, and sellers without a site as leads, one a seller."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store import assessments, listing, name_feeds, searches, sites, tips, visits
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Assessment, Lead, Run
from lookalike.store.models import Tip as Row
from lookalike.store.text_leads import Sellers
from scoring.sitekey import site_key
from spiders.feeds.tip import Tip
from tests.lookalike.store.builders import DAY, NIGHT, judge, make_page, make_visit

WECHAT, PHONE = ("wechat", "dg_bz88"), ("phone", "13900000002")


def report(row: int = 3, text: str = "网站www.zs-cx.top办假证", **more: Any) -> Tip:
    return Tip(row, text, **more)


def keep(factory: Factory, run: Run, *found: Tip, at: datetime = NIGHT) -> frozenset[str]:
    with writing(factory) as session:
        return tips.record(session, run, "a.csv", found, at)


def stored(factory: Factory) -> list[Row]:
    with reading(factory) as session:
        return list(session.scalars(select(Row).order_by(Row.row)))


def test_a_report_is_kept_with_what_was_found_in_it(store_factory: Factory, store_run: Run) -> None:
    keep(store_factory, store_run, report(urls=("http://a.top/",), contacts=(WECHAT,), number="A-1", received_at=NIGHT))
    (row,) = stored(store_factory)
    assert (row.file, row.row, row.number, row.seen) == ("a.csv", 3, "A-1", 1)
    assert (row.urls, row.contacts) == (["http://a.top/"], [{"type": "wechat", "value": "dg_bz88"}])
    assert row.received_at == NIGHT


def test_the_same_report_is_one_row_that_counts(store_factory: Factory, store_run: Run) -> None:
    first = keep(store_factory, store_run, report(3), report(9))
    again = keep(store_factory, store_run, report(4, "网站 www.zs-cx.top 办假证"), at=NIGHT + DAY)
    (row,) = stored(store_factory)
    assert (row.row, row.seen) == (3, 3)
    assert (len(first), len(again)) == (1, 0)


def seller(
    session: Session, run: Run, score: float, *contacts: tuple[str, str], at: datetime = NIGHT
) -> tuple[Lead | None, bool]:
    judged = judge(score, impersonates=None, kind="advert")
    return Sellers(session, run).record(judged, contacts=contacts, seen_at=at, now=at)


def test_an_advert_without_a_site_is_a_lead_with_its_reasons(store_factory: Factory, store_run: Run) -> None:
    with writing(store_factory) as session:
        lead, is_new = seller(session, store_run, 96.0, WECHAT)
        assert lead is not None
        assert (is_new, lead.site_id, lead.kind) == (True, None, "advert")
    with reading(store_factory) as session:
        (view,) = listing.listing(session)
        assert (view.host, view.url, view.score) == ("", "", 96.0)
        assert view.reasons


def test_two_reports_of_one_seller_are_one_lead(store_factory: Factory, store_run: Run) -> None:
    with writing(store_factory) as session:
        seller(session, store_run, 91.0, WECHAT, at=NIGHT)
        lead, is_new = seller(session, store_run, 99.0, PHONE, WECHAT, at=NIGHT + DAY)
        third, _ = seller(session, store_run, 92.0, PHONE)
        assert lead is not None
        assert lead is third
        assert (is_new, lead.score, lead.first_seen, lead.last_seen) == (False, 99.0, NIGHT, NIGHT + DAY)
        assert lead.version == 2
        assert {c["value"] for c in lead.contacts} == {"dg_bz88", "13900000002"}


def test_a_text_that_is_no_advert_or_names_nobody_makes_no_lead(store_factory: Factory, store_run: Run) -> None:
    with writing(store_factory) as session:
        assert seller(session, store_run, 20.0, WECHAT) == (None, False)
        assert seller(session, store_run, 99.0) == (None, False)
        assert session.scalars(select(Lead)).all() == []
        assert session.scalars(select(Assessment)).all() == []


def test_a_sellers_lead_shows_the_reports_that_tell_of_him(store_factory: Factory, store_run: Run) -> None:
    found = report(text="加微信dg_bz88免考", contacts=(WECHAT,), number="A-000001")
    keep(store_factory, store_run, found)
    with writing(store_factory) as session:
        lead, _ = seller(session, store_run, 96.0, WECHAT)
        assert lead is not None
        tips.by_fingerprint(session, found.fingerprint).lead_id = lead.id
    with reading(store_factory) as session:
        (view,) = listing.listing(session)
        assert [(s["source"], s["query"], s["snippet"]) for s in view.sightings] == [
            ("tips", "A-000001", "加微信dg_bz88免考")
        ]


def test_a_judged_text_hides_no_site_that_waits_to_be_judged(store_factory: Factory, store_run: Run) -> None:
    with writing(store_factory) as session:
        seller(session, store_run, 96.0, WECHAT)
        sites.add_pending(session, store_run, sites.Seen(site_key("http://a.top/"), "http://a.top/", NIGHT))
        (job,) = sites.lease(session, store_run, "me", 1)
        visits.record_visit(
            session, store_run, job.id, make_visit("http://a.top/"), visits.StoredVisit(warc_sha256="0" * 64)
        )
    with reading(store_factory) as session:
        assert [site.host for site in assessments.due(session, store_run)] == ["a.top"]


def record(session: Session, run: Run, *urls: str, source: str = "names", query: str = "a.txt 1") -> None:
    page = make_page(*urls, source=source, query=query)
    page.sightings = [replace(s, source=source) for s in page.sightings]
    searches.record_page(session, run, page, max_pages=1, now=NIGHT, unit=site_key)


def test_a_feed_tells_a_name_once(store_factory: Factory, store_run: Run) -> None:
    page = make_page("http://a.top/", "http://b.top/")
    with writing(store_factory) as session:
        record(session, store_run, "http://a.top/")
        left = name_feeds.untold(session, "names", page.sightings, site_key)
        assert [s.url for s in left] == ["http://b.top/"]


def test_what_another_source_has_shown_is_news_to_a_feed(store_factory: Factory, store_run: Run) -> None:
    page = make_page("http://a.top/")
    with writing(store_factory) as session:
        record(session, store_run, "http://a.top/", source="baidu")
        assert name_feeds.untold(session, "names", page.sightings, site_key) == page.sightings


def test_a_report_is_sighted_under_its_own_number(store_factory: Factory, store_run: Run) -> None:
    page = make_page("http://a.top/", source="tips", query="a.csv 1")
    page.sightings = [replace(s, source="tips", query="A-000001") for s in page.sightings]
    with writing(store_factory) as session:
        searches.record_page(session, store_run, page, max_pages=1, now=NIGHT, unit=site_key)
        (seen,) = sites.sightings(session, 1)
        assert seen.query == "A-000001"
        assert tips.piece_stored(session, store_run, "tips", "a.csv 1", 1)
        assert not tips.piece_stored(session, store_run, "tips", "a.csv 1", 2)
