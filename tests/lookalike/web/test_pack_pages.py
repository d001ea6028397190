"""Evidence packs through the pages: made behind the page, verified offline, reviewed by another, and never taken unseen."""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from lookalike.evidence.verify.run import verify
from lookalike.review.readings import read
from lookalike.review.verdicts import give
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Export, Pack
from lookalike.web import packing
from lookalike.web.jobs import KEPT, WAITING, Job, Jobs, TooManyJobs
from tests.lookalike.web.desk_at_work import AtWork


def confirm(desk: AtWork, part: str, by: str = "研判者") -> int:
    number = desk.lead(part).id
    with writing(desk.factory) as session:
        give(session, number, "confirmed", "fake_site", "", by, datetime.now(UTC))
    return number


def settled(client: TestClient, path: str) -> str:
    """The job's page once it is over."""
    for _ in range(900):
        text = client.get(path).text
        if "hx-get" not in text:
            return text
        time.sleep(0.2)
    raise AssertionError("no pack within three minutes")


def make(client: TestClient, lead: int) -> int:
    """The number of the pack that was made of a lead."""
    begun = client.post("/packs/make", data={"lead": str(lead)})
    assert begun.status_code == 303
    text = settled(client, begun.headers["location"])
    found = re.search(r'href="/packs/(\d+)"', text)
    assert found is not None, text
    return int(found[1])


def state(desk: AtWork, number: int) -> tuple[str, str | None]:
    with reading(desk.factory) as session:
        pack = session.get_one(Pack, number)
        return pack.state, pack.reviewed_by


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packs are made in the thread itself: what the process of their own is for has its own test."""

    def make(config: object, order: packing.Order) -> packing.Packed:
        found = packing._made(config.model_copy(update={"pdf": False}), order)  # type: ignore[attr-defined]
        assert isinstance(found, packing.Packed), found
        return found

    monkeypatch.setattr(packing, "make", make)


@pytest.mark.slow
def test_a_pack_is_made_in_a_process_of_its_own_and_verifies(fresh_desk: AtWork) -> None:
    number = confirm(fresh_desk, "zs-one")
    order = packing.Order((number,), None, "研判者", "192.0.2.7", datetime.now(UTC))
    made = packing.make(fresh_desk.config.model_copy(update={"pdf": False}), order)
    assert made.result == "whole"
    with reading(fresh_desk.factory) as session:
        pack = session.get_one(Pack, made.pack)
        entry = session.scalars(select(Audit).where(Audit.what == "export.pack")).one()
    assert (entry.who, entry.address) == ("研判者", "192.0.2.7")
    path = packing.parts(fresh_desk.config, pack)["zip"]
    assert packing.sha256_of(path) == pack.sha256
    assert verify(path).result == "whole"


@pytest.mark.slow
def test_an_order_that_cannot_be_met_says_why_in_one_line(fresh_desk: AtWork) -> None:
    order = packing.Order((4711,), None, "研判者", "192.0.2.7", datetime.now(UTC))
    with pytest.raises(Exception, match="lead 4711: there is no such lead"):
        packing.make(fresh_desk.config, order)


@pytest.mark.slow
@pytest.mark.usefixtures("in_this_process")
class TestPages:
    def test_a_draft_is_reviewed_by_another_and_made_clean(self, fresh_desk: AtWork) -> None:
        number = confirm(fresh_desk, "zs-one")
        analyst, lead = fresh_desk.signed_in("analyst", "研判者"), fresh_desk.signed_in("lead", "审核乙")
        pack = make(analyst, number)
        assert state(fresh_desk, pack) == ("draft", None)
        assert "草稿" in analyst.get(f"/packs/{pack}").text
        assert analyst.post(f"/packs/{pack}/review").status_code == 403
        with writing(fresh_desk.factory) as session:
            read(session, number, "confirmed", "fake_site", "", "审核乙", datetime.now(UTC))
        answer = lead.post(f"/packs/{pack}/review", data={"note": "属实"})
        assert answer.status_code == 303, re.findall(r'class="refused"[^>]*>(.*?)</p>', answer.text)
        assert state(fresh_desk, pack) == ("reviewed", "审核乙")
        clean = make(analyst, number)
        assert clean != pack
        assert state(fresh_desk, clean) == ("reviewed", "审核乙")

    def test_whoever_confirmed_a_lead_does_not_review_its_pack(self, fresh_desk: AtWork) -> None:
        number = confirm(fresh_desk, "zs-one", by="审核乙")
        lead = fresh_desk.signed_in("lead", "审核乙")
        pack = make(lead, number)
        answer = lead.post(f"/packs/{pack}/review")
        assert answer.status_code == 422
        assert "须由另一人进行" in answer.text
        assert state(fresh_desk, pack) == ("draft", None)

    def test_a_pack_is_taken_for_somebody_and_what_was_sent_verifies(self, fresh_desk: AtWork, tmp_path: Path) -> None:
        analyst = fresh_desk.signed_in("analyst", "研判者")
        pack = make(analyst, confirm(fresh_desk, "zs-one"))
        assert analyst.post(f"/packs/{pack}/take", data={"part": "zip", "to": ""}).status_code == 422
        answer = analyst.post(f"/packs/{pack}/take", data={"part": "zip", "to": "某市公安局网安支队"})
        assert answer.headers["content-type"] == "application/zip"
        name = re.search(r'filename="([^"]+)"', answer.headers["content-disposition"])
        assert name is not None
        sent = tmp_path / name[1]
        sent.write_bytes(answer.content)
        assert verify(sent).result == "whole"
        with reading(fresh_desk.factory) as session:
            row = session.scalars(select(Export).where(Export.form == "taken")).one()
            assert (row.by, row.to, row.file) == ("研判者", "某市公安局网安支队", name[1])
            assert row.sha256 == answer.headers["x-content-sha256"]
            last = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
            assert last is not None
            assert (last.what, last.address is not None) == ("export.taken", True)
        assert "某市公安局网安支队" in analyst.get(f"/packs/{pack}").text
        assert f'href="/packs/{pack}"' in analyst.get("/packs").text

    def test_a_file_that_was_changed_is_not_sent(self, fresh_desk: AtWork) -> None:
        analyst = fresh_desk.signed_in("analyst", "研判者")
        pack = make(analyst, confirm(fresh_desk, "zs-one"))
        with reading(fresh_desk.factory) as session:
            path = packing.parts(fresh_desk.config, session.get_one(Pack, pack))["zip"]
        path.write_bytes(path.read_bytes() + b"x")
        answer = analyst.post(f"/packs/{pack}/take", data={"part": "zip", "to": "某局"})
        assert answer.status_code == 409
        assert "哈希与记录不符" in answer.text
        with reading(fresh_desk.factory) as session:
            assert session.scalars(select(Export).where(Export.form == "taken")).all() == []

    def test_no_path_comes_from_outside(self, fresh_desk: AtWork) -> None:
        analyst = fresh_desk.signed_in("analyst", "研判者")
        pack = make(analyst, confirm(fresh_desk, "zs-one"))
        for part in ("../../lookalike.db", "/etc/passwd", "zip/../zip", ""):
            assert analyst.post(f"/packs/{pack}/take", data={"part": part, "to": "某局"}).status_code == 404

    def test_a_pack_that_was_written_elsewhere_is_told_and_not_sent(self, fresh_desk: AtWork) -> None:
        analyst = fresh_desk.signed_in("analyst", "研判者")
        pack = make(analyst, confirm(fresh_desk, "zs-one"))
        with writing(fresh_desk.factory) as session:
            session.get_one(Pack, pack).file = "XS-20990101-0001.zip"
        assert "由命令行写在别处" in analyst.get(f"/packs/{pack}").text
        assert analyst.post(f"/packs/{pack}/take", data={"part": "zip", "to": "x"}).status_code == 404

    def test_the_file_that_lies_here_is_verified_on_demand(self, fresh_desk: AtWork) -> None:
        analyst = fresh_desk.signed_in("analyst", "研判者")
        pack = make(analyst, confirm(fresh_desk, "zs-one"))
        assert analyst.post(f"/packs/{pack}/check").status_code == 303
        for _ in range(300):
            text = analyst.get(f"/packs/{pack}").text
            if "核验：完整一致" in text:
                return
            time.sleep(0.1)
        raise AssertionError("it was not verified within half a minute")

    def test_the_paper_form_names_leads_and_hashes_and_says_that_it_is_a_draft(self, fresh_desk: AtWork) -> None:
        analyst = fresh_desk.signed_in("analyst", "研判者")
        number = confirm(fresh_desk, "zs-evil")
        pack = make(analyst, number)
        text = analyst.get(f"/packs/{pack}/form").text
        with reading(fresh_desk.factory) as session:
            row = session.get_one(Pack, pack)
        assert row.sha256 in text
        assert row.sm3 in text
        assert "草稿：未经复核，不得移交" in text
        assert "<script>alert" not in text
        assert "http://gov-cx" not in text


def test_unconfirmed_leads_are_said_to_make_no_more_than_a_draft(fresh_desk: AtWork) -> None:
    analyst = fresh_desk.signed_in("analyst", "研判者")
    text = analyst.get(f"/packs/new?lead={fresh_desk.lead('zs-one').id}").text
    assert "未经确认的线索" in text
    assert "这一版是草稿" in text


def test_leads_that_are_not_there_make_no_pack(fresh_desk: AtWork) -> None:
    analyst = fresh_desk.signed_in("analyst", "研判者")
    assert "没有这些线索" in analyst.get("/packs/new?lead=4711").text
    assert analyst.post("/packs/make", data={"lead": "4711"}).status_code == 422
    assert analyst.get("/packs/new?campaign=C-4711").status_code == 404
    assert analyst.get("/packs/new?campaign=x").status_code == 404
    assert analyst.get("/packs/4711").status_code == 404


def test_a_job_is_nobody_elses(fresh_desk: AtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "make", lambda *_: packing.Packed(1, "whole", (), ()))
    number = str(fresh_desk.lead("zs-one").id)
    begun = fresh_desk.signed_in("analyst", "研判甲").post("/packs/make", data={"lead": number})
    assert fresh_desk.signed_in("analyst", "研判乙").get(begun.headers["location"]).status_code == 404


def test_trouble_in_a_job_is_told_by_a_number_that_stands_in_the_log(
    fresh_desk: AtWork, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(packing, "make", broken)
    analyst = fresh_desk.signed_in("analyst", "研判者")
    begun = analyst.post("/packs/make", data={"lead": str(fresh_desk.lead("zs-one").id)})
    text = settled(analyst, begun.headers["location"])
    number = re.search(r"E_[0-9a-f]{8}", text)
    assert number is not None
    assert number[0] in caplog.text
    assert "secret" not in text


def test_old_jobs_make_room_and_too_many_are_turned_away(fresh_desk: AtWork) -> None:
    jobs, gate, now = Jobs(), threading.Event(), datetime.now(UTC)

    def wait(_job: Job) -> None:
        gate.wait(30)

    held = [jobs.start("slow", "x", now, wait) for _ in range(WAITING)]
    with pytest.raises(TooManyJobs):
        jobs.start("slow", "x", now, wait)
    gate.set()
    for job in held:
        for _ in range(300):
            if job.over:
                break
            time.sleep(0.05)
        assert job.state == "done"
    for number in range(KEPT + 30):
        last = jobs.start(f"kind {number}", "x", now, lambda _job: None)
        while not last.over:
            time.sleep(0.001)
    assert jobs.get(held[0].id, "slow") is None
    assert jobs.get(last.id, last.kind) is last
