"""Reports that programs send are the page's own: kept, counted, and told apart one by one."""

from __future__ import annotations

import pytest

from lookalike.store.engine import reading
from lookalike.store.models import Site
from tests.lookalike.web.api.program_at_work import Program, entries
from tests.lookalike.web.desk_at_work import AtWork

SENT = {"reports": ["http://cx-new.example.top/", "http://[", "http://cx-new.example.top/"], "channel": "96110"}


def test_each_report_is_told_what_came_of_it_and_the_trail_names_the_key(fresh_desk: AtWork) -> None:
    program = Program(fresh_desk, "tips:write")
    answer = program.post("/tips", SENT)
    assert answer.status_code == 201
    assert [each["came"] for each in answer.json()["reports"]] == ["new", "bad", "repeated"]
    assert answer.json()["reports"][1]["why"]
    with reading(fresh_desk.factory) as session:
        assert session.query(Site).filter(Site.host == "cx-new.example.top").one().state == "pending"
    assert program.number in {int(entry.who.split()[2]) for entry in entries(fresh_desk, "tips.submitted")}


@pytest.mark.parametrize("reports", [[], [""] * 3, ["x"] * 201, ["x" * 2001], "http://a.example", [1]], ids=str)
def test_what_is_no_list_of_reports_is_refused(fresh_desk: AtWork, reports: object) -> None:
    answer = Program(fresh_desk, "tips:write").post("/tips", {"reports": reports})
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_report_with_lines_is_one_report(fresh_desk: AtWork) -> None:
    text = "有人发来\n网址 http://cx-two.example.top/\n说官网可查"
    answer = Program(fresh_desk, "tips:write").post("/tips", {"reports": [text]})
    assert [each["came"] for each in answer.json()["reports"]] == ["new"]
