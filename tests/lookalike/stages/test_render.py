"""Which sites a browser is shown: past the cheap signals, most suspicious first, within the budget, once for the same bytes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from lookalike import browsing
from lookalike.night import Night
from lookalike.stages.render import plan, render, told
from lookalike.stages.score import case_of
from lookalike.store import rendered, visits
from lookalike.store.engine import reading, writing
from lookalike.store.models import Assessment, Run, Visit
from lookalike.store.visits import StoredVisit, record_visit
from scoring.case import Hop, Screen
from scoring.sitekey import site_key
from spiders.items import RenderedPage, RenderedVisit
from tests.lookalike.stages.stored_night import ADVERT, NOW, SITES, judged_night, seen_again, visit_of

SCREEN = Screen(1, 2, "s", 3, 4)


@pytest.fixture
def night(tmp_path, monkeypatch) -> Night:
    monkeypatch.setenv("LOOKALIKE_BROWSER", "auto")
    monkeypatch.setenv("LOOKALIKE_CHROMIUM", "/nowhere/chromium")
    return judged_night(tmp_path)


def with_setting(night: Night, **values) -> Night:
    night.config = night.config.model_copy(update=values)
    return night


def planned(night: Night) -> list[str]:
    jobs = plan(night)
    with reading(night.factory) as session:
        return [session.get_one(Visit, job.visit_id).url for job in jobs]


def facts(night: Night) -> dict[str, int]:
    with reading(night.factory) as session:
        return told(session.get_one(Run, night.run_id).summary)


def a_rendered(url: str, html: str) -> RenderedVisit:
    page = RenderedPage("desktop", url, NOW, [Hop(url, 200)], url, dom=html.encode(), screen=SCREEN)
    return RenderedVisit(site_key(url), url, NOW, "Chromium", [page])


def test_sites_above_the_score_go_on_the_most_suspicious_first(night) -> None:
    urls = planned(night)
    assert "http://school-four.com/" not in urls
    assert set(urls) == set(SITES) - {"http://school-four.com/"}
    with reading(night.factory) as session:
        scores = [c.score for c in rendered.candidates(session, session.get_one(Run, night.run_id))]
    assert scores == sorted(scores, reverse=True)


def test_the_budget_leaves_out_the_least_suspicious_and_says_how_many(night) -> None:
    assert len(planned(with_setting(night, render_sites=1))) == 1
    assert (facts(night)["let_through"], facts(night)["left_out"]) == (3, 2)


def test_a_plan_is_kept_though_scores_have_changed(night) -> None:
    first = planned(with_setting(night, render_sites=2))
    with writing(night.factory) as session:
        for judged in session.query(Assessment):
            judged.score = 100.0 - judged.score
    assert sorted(planned(night)) == sorted(first)


def test_a_shell_goes_on_whatever_its_score(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(
        SITES,
        "http://school-four.com/",
        ("<title>x</title><div id=a></div><script src=/a.js></script>", "198.51.100.4"),
    )
    monkeypatch.setenv("LOOKALIKE_BROWSER", "auto")
    assert "http://school-four.com/" in planned(judged_night(tmp_path))


def test_nobody_goes_on_where_the_browser_is_off(night) -> None:
    assert asyncio.run(render(with_setting(night, browser="off"))) == 0
    assert facts(night) == {}
    assert night.notes == []


def test_a_missing_browser_is_told_once_and_changes_no_judgement(night) -> None:
    with reading(night.factory) as session:
        before = [(a.site_id, a.score, a.rows) for a in session.query(Assessment)]
    asyncio.run(render(night))
    asyncio.run(render(night))
    assert [note["status"] for note in night.notes] == ["missing"]
    assert "/nowhere/chromium" in night.notes[0]["why"]
    with reading(night.factory) as session:
        assert [(a.site_id, a.score, a.rows) for a in session.query(Assessment)] == before
    assert (facts(night)["let_through"], facts(night)["rendered"]) == (3, 0)


def keep(night: Night, url: str, html: str) -> tuple[int, str]:
    sha256 = browsing.keep(night.blobs, a_rendered(url, html))
    with writing(night.factory) as session:
        visit = session.query(Visit).filter_by(url=url).one()
        rendered.note(session, visit.id, sha256)
        return visit.site_id, sha256


def test_what_was_rendered_before_a_kill_is_judged_after_it(night) -> None:
    site_id, sha256 = keep(night, "http://school-four.com/", ADVERT)
    asyncio.run(render(night))
    with reading(night.factory) as session:
        judged = session.query(Assessment).filter_by(site_id=site_id).one()
    assert sha256 in judged.documents
    assert judged.band == "high"


def test_a_case_holds_the_rendered_page_and_names_its_file(night) -> None:
    site_id, sha256 = keep(night, "http://school-four.com/", ADVERT)
    case, documents = case_of(night, site_id, NOW)
    assert [view.rendered for view in case.views] == [False, True]
    assert documents[-1] == sha256


def test_the_same_bytes_are_not_rendered_again_within_the_days(night, monkeypatch) -> None:
    url = "http://chaxun-two.top/q"
    _, sha256 = keep(night, url, ADVERT)
    for days, expected in ((1, sha256), (30, None)):
        html, address = SITES[url]
        found = revisit(night, url, html, address, days)
        with reading(night.factory) as session:
            since = NOW + timedelta(days=days) - timedelta(days=night.config.render_days)
            assert rendered.before(session, session.get_one(Visit, found), since) == expected


def test_other_bytes_are_rendered_again(night) -> None:
    url = "http://chaxun-two.top/q"
    keep(night, url, ADVERT)
    found = revisit(night, url, ADVERT, "203.0.113.7", 1)
    with reading(night.factory) as session:
        assert rendered.before(session, session.get_one(Visit, found), NOW - timedelta(days=1)) is None


def revisit(night: Night, url: str, html: str, address: str, days: int) -> int:
    seen_again(night, url, f"night {days}")
    at = NOW + timedelta(days=days)
    item = visit_of(url, html, address, at)
    with writing(night.factory) as session:
        run = session.query(Run).order_by(Run.id.desc()).first()
        site = session.query(Visit).filter_by(url=url).order_by(Visit.id).first().site_id
        record_visit(session, run, site, item, StoredVisit(warc_sha256="0" * 64))
        return visits.latest(session, site).id
