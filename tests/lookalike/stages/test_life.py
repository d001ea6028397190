from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from lookalike.night import Night
from lookalike.review.verdicts import give
from lookalike.stages.life import plan_revisits, raise_returned, remember, settle, tidings
from lookalike.stages.score import score
from lookalike.stages.visit import archive
from lookalike.store import life, runs, sites, visits
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Lead, Run, Site, Visit
from lookalike.store.visits import StoredVisit, Tidings
from scoring.sitekey import site_key
from spiders.items import VisitItem
from tests.lookalike.stages.stored_night import ADVERT, FORM, NOW, PLAIN, judged_night, visit_of
from tests.lookalike.store.builders import failed_visit

FAKE = "http://cx.mem.gov.cn.zs-one.top/"
SELLER = "http://mianka-three.com/"
RECORD = (
    "<html><head><title>证书信息核验结果</title></head><body><h2>中华人民共和国特种作业操作证</h2><table>"
    "<tr><td>姓名</td><td>佟某</td></tr><tr><td>证号</td><td>T000000000000000000</td></tr>"
    "<tr><td>作业类别</td><td>电工作业</td></tr><tr><td>准操项目</td><td>低压电工作业</td></tr>"
    "<tr><td>初领日期</td><td>2025-03-08</td></tr><tr><td>有效期限</td><td>至2031-03-07</td></tr>"
    "<tr><td>签发机关</td><td>应急管理部</td></tr></table></body></html>"
)


@pytest.fixture
def night(tmp_path: Path) -> Night:
    """Judged, and every site's life told by its visit, as the night itself does it."""
    made = judged_night(tmp_path)
    with writing(made.factory) as session:
        run = session.get_one(Run, made.run_id)
        for visit in session.scalars(select(Visit)):
            life.record(session, run, visit.site_id, visit.id, _alive(), NOW, NOW + timedelta(days=1))
    return made


def _alive():
    from scoring.life import Told  # noqa: PLC0415 - one use

    return Told("alive", "能正常打开")


def next_night(night: Night, days: int) -> None:
    at = NOW + timedelta(days=days)
    night.now = lambda: at
    with writing(night.factory) as session:
        runs.finish(session, session.get_one(Run, night.run_id), at)
        night.run_id = runs.begin_or_resume(session, "nightly", at, {"day": days})[0].id


def site_id(night: Night, url: str = FAKE) -> int:
    with reading(night.factory) as session:
        return session.scalars(select(Site.id).where(Site.host == site_key(url).host)).one()


def lead_of(night: Night, url: str = FAKE) -> Lead:
    with reading(night.factory) as session:
        return session.scalars(select(Lead).where(Lead.site_id == site_id(night, url))).one()


def verdict(night: Night, word, reason: str, url: str = FAKE) -> None:
    with writing(night.factory) as session:
        give(session, lead_of(night, url).id, word, reason, "", "wang", night.now() + timedelta(hours=7))


def visited(night: Night, visit: VisitItem, *, way_out: bool = True) -> Tidings:
    """Store one visit as the stage does."""
    visit = replace(visit, started_at=night.now())
    number = site_id(night, visit.url)
    news = tidings(night, visit, remember(night, [number])[number], way_out=way_out)
    warc = asyncio.run(archive(night, [visit]))[0]
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        visits.record_visit(session, run, number, visit, StoredVisit(warc_sha256=warc), news)
        raise_returned(night, session, number, news.told)
    return news


def shows(night: Night, html: str, url: str = FAKE) -> VisitItem:
    return visit_of(url, html, "203.0.113.7", night.now())


def dead() -> VisitItem:
    return failed_visit(FAKE, "E_CONNECT 无法连接：refused")


def test_due_sites_wait_again_once_a_run_however_often_it_is_resumed(night):
    next_night(night, 2)
    planned = plan_revisits(night)
    assert planned == 4
    with writing(night.factory) as session:
        leased = sites.lease(session, session.get_one(Run, night.run_id), "w1", 1)[0]
        visits.record_visit(
            session, session.get_one(Run, night.run_id), leased.id, shows(night, FORM), StoredVisit(), None
        )
    assert plan_revisits(night) == planned
    with reading(night.factory) as session:
        assert sites.counts(session) == {"pending": 3, "done": 1}


def test_no_more_are_visited_again_than_the_budget_allows(night):
    next_night(night, 2)
    night.config = night.config.model_copy(update={"revisits": 1})
    assert plan_revisits(night) == 1
    assert plan_revisits(night) == 1
    with reading(night.factory) as session:
        ids = [job.id for job in sites.waiting(session)]
        waiting = session.scalars(select(Lead.band).where(Lead.site_id.in_(ids))).all()
    assert waiting == ["high"]


def test_a_fake_that_died_and_is_there_again_relapses_in_the_transaction_of_the_visit(night):
    verdict(night, "confirmed", "fake_site")
    next_night(night, 2)
    assert visited(night, dead()).told.life == "dead"
    assert lead_of(night).status == "confirmed"
    next_night(night, 4)
    assert visited(night, shows(night, FORM)).told.back
    lead = lead_of(night)
    assert (lead.status, lead.raised_at, lead.alive) == ("relapsed", night.now(), True)


def test_a_dead_site_keeps_the_judgement_of_its_page(night):
    before = lead_of(night)
    next_night(night, 2)
    visited(night, dead())
    score(night)
    after = lead_of(night)
    assert (after.band, after.alive) == (before.band, False)
    assert after.score == pytest.approx(before.score, abs=1)


def test_our_own_dead_network_kills_nobody(night):
    next_night(night, 2)
    assert visited(night, dead(), way_out=False).told.life == "unknown"
    with reading(night.factory) as session:
        assert session.get_one(Site, site_id(night)).life == "alive"


def test_a_false_positive_that_comes_back_unchanged_stays_one(night):
    verdict(night, "false_positive", "unrelated")
    next_night(night, 2)
    visited(night, dead())
    next_night(night, 4)
    assert visited(night, shows(night, FORM)).told.back
    score(night)
    settle(night)
    assert (lead_of(night).status, lead_of(night).raised_at) == ("false_positive", None)


def test_a_false_positive_with_another_guilty_page_is_new_once(night):
    verdict(night, "false_positive", "unrelated")
    next_night(night, 2)
    assert visited(night, shows(night, RECORD)).told.life == "changed"
    score(night)
    assert settle(night)["raised"] == 1
    assert settle(night)["raised"] == 1
    lead = lead_of(night)
    assert (lead.status, lead.band) == ("new", "high")
    with reading(night.factory) as session:
        assert len(session.scalars(select(Audit).where(Audit.what == "raise")).all()) == 1


def test_a_false_positive_with_another_harmless_page_is_left_alone(night):
    verdict(night, "false_positive", "unrelated", SELLER)
    next_night(night, 2)
    assert visited(night, shows(night, PLAIN * 3, SELLER)).told.life == "changed"
    score(night)
    settle(night)
    lead = lead_of(night, SELLER)
    assert (lead.status, lead.band) == ("false_positive", "low")


def test_a_confirmed_fake_that_died_and_sells_openly_now_relapses_after_scoring(night):
    verdict(night, "confirmed", "fake_site")
    next_night(night, 2)
    visited(night, dead())
    next_night(night, 4)
    news = visited(night, shows(night, ADVERT + RECORD))
    assert (news.told.life, news.told.back) == ("changed", True)
    assert lead_of(night).status == "confirmed"
    score(night)
    settle(night)
    lead = lead_of(night)
    assert lead.status == "relapsed"
    assert "页面已更换" in (lead.raised_why or "")


def test_a_capture_that_cannot_be_read_only_means_that_nothing_is_compared(night):
    number = site_id(night)
    with reading(night.factory) as session:
        known = life.known(session, number)
    assert known.warc_sha256 is not None
    night.blobs.path(known.warc_sha256).write_bytes(b"broken")
    remembered = remember(night, [number])[number]
    assert (remembered.known, remembered.judged_by) == (known, ())
    next_night(night, 2)
    assert visited(night, shows(night, PLAIN * 3)).told.life == "alive"
