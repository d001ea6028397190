"""Reports that are typed in: each line for itself, nothing is fetched, nothing of the page's own is run."""

from __future__ import annotations

import socket

import pytest
from sqlalchemy import select

from lookalike.store.engine import reading
from lookalike.store.models import Audit, Sighting, Site, Tip
from lookalike.tips_submit import MOST
from tests.lookalike.web.desk_at_work import EVERYTHING, AtWork

REPORTS = """http://cx.mem.gov.cn.zs-new.top/query

not-an-address
cx.mem.gov.cn
有人加我微信 vx: ksz8899 说特种作业证免考包过，三天出证，不用考试
http://cx.mem.gov.cn.zs-new.top/query"""


def sent(desk: AtWork, typed: str, **more: str) -> str:
    client = desk.signed_in()
    answer = client.post("/submit", data={"reports": typed} | more)
    assert answer.status_code == 303, answer.text
    return str(client.get(answer.headers["location"]).text)


def test_each_line_says_what_came_of_it(fresh_desk: AtWork) -> None:
    text = sent(fresh_desk, REPORTS)
    assert "新 3 条，重复 1 条，不能用 1 条" in text
    assert "hxxp://cx[.]mem[.]gov[.]cn[.]zs-new[.]top/query" in text
    assert "排队，今晚访问" in text
    assert "读不出网址或联系方式" in text
    assert "已成为线索" in text


def test_addresses_wait_for_the_night_as_those_of_a_file_do(fresh_desk: AtWork) -> None:
    sent(fresh_desk, REPORTS, channel="12345", number="GD-20261122-7")
    with reading(fresh_desk.factory) as session:
        site = session.scalars(select(Site).where(Site.host == "cx.mem.gov.cn.zs-new.top")).one()
        assert (site.state, site.urls) == ("pending", ["http://cx.mem.gov.cn.zs-new.top/query"])
        seen = session.scalars(select(Sighting).where(Sighting.site_id == site.id)).one()
        assert (seen.source, seen.query) == ("tips", "GD-20261122-7")
        tip = session.scalars(select(Tip).where(Tip.text.contains("免考"))).one()
        assert tip.channel == "12345"


def test_nothing_is_fetched_from_here(fresh_desk: AtWork, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_net(*_: object, **__: object) -> None:
        raise AssertionError("somebody opened a connection")

    monkeypatch.setattr(socket.socket, "connect", no_net)
    monkeypatch.setattr(socket, "getaddrinfo", no_net)
    assert "新 3 条" in sent(fresh_desk, REPORTS)


def test_who_sent_what_stands_in_the_audit_trail(fresh_desk: AtWork) -> None:
    sent(fresh_desk, REPORTS)
    with reading(fresh_desk.factory) as session:
        entry = session.scalars(select(Audit).where(Audit.what == "tips.submitted")).one()
        assert (entry.who, entry.after["taken"], entry.after["bad"]) == ("analyst者", 4, 1)


@pytest.mark.parametrize("typed", ["", "  \n\t\n "])
def test_nothing_is_told_as_nothing(read_desk: AtWork, typed: str) -> None:
    answer = read_desk.signed_in().post("/submit", data={"reports": typed})
    assert answer.status_code == 422
    assert "没有内容" in answer.text


def test_too_many_lines_are_sent_to_the_command(read_desk: AtWork) -> None:
    answer = read_desk.signed_in().post("/submit", data={"reports": "a.example.com\n" * (MOST + 1)})
    assert answer.status_code == 422
    assert "lookalike tips import" in answer.text
    assert "a.example.com" in answer.text, "what was typed is not lost"


def test_hostile_lines_are_text(fresh_desk: AtWork) -> None:
    text = sent(fresh_desk, EVERYTHING.replace("\n", " "))
    assert "<script>alert" not in text
    assert "<svg" not in text
    assert "\u202e" not in text


def test_another_kind_of_run_is_no_submission(read_desk: AtWork) -> None:
    assert read_desk.signed_in().get("/submit/1").status_code == 404
