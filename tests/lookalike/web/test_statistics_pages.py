"""The table of the work through the pages: figures that are recounted, a workbook that is recorded, and deadlines."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from starlette.testclient import TestClient

from lookalike.review.verdicts import give
from lookalike.store import figures
from lookalike.store.engine import reading, writing
from lookalike.store.models import Export
from tests.lookalike.web.desk_at_work import AtWork

DAYS = {"from": "2026-01-01", "to": "2099-12-31"}


@pytest.fixture
def head(fresh_desk: AtWork) -> TestClient:
    return fresh_desk.signed_in("lead", "审核甲")


def test_deadlines_and_figures_are_shown(fresh_desk: AtWork, head: TestClient) -> None:
    with writing(fresh_desk.factory) as session:
        give(session, fresh_desk.lead("zs-one").id, "confirmed", "fake_site", "", "研判者", datetime.now(UTC))
    assert "工作情况统计表" in head.get("/statistics").text
    text = head.get("/statistics?from=2026-01-01").text
    assert '<td class="num"><strong>1</strong></td>' in text
    assert "经人工确认的假冒网站" in text


def test_the_workbook_is_recorded_and_counts_as_written(fresh_desk: AtWork, head: TestClient) -> None:
    answer = head.post("/statistics/take", data={**DAYS, "purpose": "报市专班"})
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    assert sheet.title == "工作情况统计表"
    with reading(fresh_desk.factory) as session:
        row = session.scalars(select(Export)).one()
        (told,) = figures.reports(session)
    assert (row.by, row.to, row.sha256) == ("审核甲", "报市专班", answer.headers["x-content-sha256"])
    assert (told["form"], told["from"]) == ("table", "2026-01-01")
    assert "已统计至" in head.get("/statistics").text


@pytest.mark.parametrize("days", ["from=x", "from=2099-01-01", "from=2026-02-01&to=2026-01-01", "from=2026-13-01"])
def test_what_is_no_period_is_refused(head: TestClient, days: str) -> None:
    answer = head.get(f"/statistics?{days}")
    assert answer.status_code == 422
    assert "请填写起止日期" in answer.text


def test_nothing_is_taken_without_a_purpose(fresh_desk: AtWork, head: TestClient) -> None:
    assert head.post("/statistics/take", data=DAYS).status_code == 422
    assert head.post("/statistics/take", data={"purpose": "x"}).status_code == 422
    with reading(fresh_desk.factory) as session:
        assert session.scalars(select(Export)).all() == []
