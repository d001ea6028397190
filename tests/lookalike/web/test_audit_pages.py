"""The audit trail through the pages: searched, paged, taken along as a table, checked; and nobody but the auditor."""

from __future__ import annotations

import csv
import re
import time
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from sqlalchemy import select, update
from starlette.testclient import TestClient

from lookalike.review import auditing
from lookalike.store import audit
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Export
from tests.lookalike.web.desk_at_work import EVERYTHING, AtWork

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def auditor(fresh_desk: AtWork) -> TestClient:
    return fresh_desk.signed_in("auditor", "审计甲")


def note(desk: AtWork, what: str, n: int = 1, at: datetime = LONG_AGO, who: str = "王某", **more: object) -> None:
    with writing(desk.factory) as session:
        for number in range(n):
            audit.note(session, at + timedelta(minutes=number), who, what, after=more.get("after", {"n": number}))


def numbers(text: str) -> list[int]:
    return [int(n) for n in re.findall(r'<td class="num">(\d+)</td>', text)]


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"))))


def checked(client: TestClient) -> str:
    """The part that tells of checks, once the one that was begun is over."""
    for _ in range(600):
        text = client.get("/audit/state").text
        if "hx-get" not in text:
            return text
        time.sleep(0.05)
    raise AssertionError("the check did not end within half a minute")


def test_entries_are_found_by_who_what_lead_and_day(fresh_desk: AtWork, auditor: TestClient) -> None:
    note(fresh_desk, "invented.deed", 3)
    with writing(fresh_desk.factory) as session:
        audit.note(session, LONG_AGO, "李某", "invented.deed", lead_id=1)
    assert len(numbers(auditor.get("/audit?what=invented.deed").text)) == 4
    assert len(numbers(auditor.get("/audit?what=invented.").text)) == 4
    assert len(numbers(auditor.get("/audit?what=invented.deed&who=李某").text)) == 1
    assert len(numbers(auditor.get("/audit?what=invented.deed&lead=1").text)) == 1
    assert len(numbers(auditor.get("/audit?what=invented.deed&until=2026-01-04").text)) == 0
    assert len(numbers(auditor.get("/audit?what=invented.deed&since=2026-01-05&until=2026-01-05").text)) == 4
    assert "没有符合条件的记录" in auditor.get("/audit?who=nobody").text


def test_pages_follow_on_each_other_without_gap_or_repetition(fresh_desk: AtWork, auditor: TestClient) -> None:
    note(fresh_desk, "invented.deed", 250)
    path, seen = "/audit?what=invented.deed", []
    while path:
        text = auditor.get(path).text
        seen += numbers(text)
        found = re.search(r'href="([^"]+)" rel="next"', text)
        path = found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 250
    assert seen == sorted(seen, reverse=True)


def test_what_people_typed_is_shown_as_text(fresh_desk: AtWork, auditor: TestClient) -> None:
    note(fresh_desk, "invented.deed", who=EVERYTHING[:60], after={"note": EVERYTHING})
    text = auditor.get("/audit?what=invented.deed").text
    assert "<script>alert" not in text
    assert "\u202e" not in text


def test_nonsense_in_the_address_is_no_error(auditor: TestClient) -> None:
    for query in ("lead=x", "lead=99999999999999999999", "since=tomorrow", "until=9999-12-31", "before=-1", "what=%25"):
        assert auditor.get(f"/audit?{query}").status_code == 200


def test_a_table_is_what_was_asked_for_and_is_recorded_before_it_leaves(
    fresh_desk: AtWork, auditor: TestClient
) -> None:
    note(fresh_desk, "invented.deed", 3, who="=cmd|王某", after={"note": "@SUM(A1)"})
    answer = auditor.post("/audit/take", data={"what": "invented.deed", "to": "某市网信办 年度检查"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["content-disposition"].startswith("attachment; ")
    rows = table(answer.content.decode("utf-8"))
    assert [row["谁"] for row in rows] == ["'=cmd|王某"] * 3
    assert {row["代码"] for row in rows} == {"invented.deed"}
    with reading(fresh_desk.factory) as session:
        (taken,) = session.scalars(select(Export).where(Export.form == "audit"))
        assert (taken.by, taken.to) == ("审计甲", "某市网信办 年度检查")
        assert taken.sha256 == answer.headers["x-content-sha256"]
        assert session.scalars(select(Audit.what).order_by(Audit.id.desc())).first() == "export.audit"


def test_nothing_is_taken_without_saying_for_whom(fresh_desk: AtWork, auditor: TestClient) -> None:
    answer = auditor.post("/audit/take", data={"what": "signin", "to": " "})
    assert answer.status_code == 422
    assert 'name="what" value="signin"' in answer.text
    with reading(fresh_desk.factory) as session:
        assert session.scalars(select(Export)).all() == []


def test_a_whole_trail_is_said_to_be_whole(fresh_desk: AtWork, auditor: TestClient) -> None:
    assert "尚未校验过" in auditor.get("/audit").text
    assert auditor.post("/audit/check", data={}).headers["location"] == "/audit#checks"
    assert "首尾相连" in checked(auditor)
    with reading(fresh_desk.factory) as session:
        found = auditing.latest(session)
        assert found is not None
        assert (found.by, found.whole) == ("审计甲", True)
        assert session.scalars(select(Audit.address).order_by(Audit.id.desc())).first()
        assert audit.verify(session).broken is None


def test_a_changed_entry_is_named(fresh_desk: AtWork, auditor: TestClient) -> None:
    note(fresh_desk, "invented.deed", 3)
    with writing(fresh_desk.factory) as session:
        session.execute(update(Audit).where(Audit.what == "invented.deed").values(who="别人"))
    auditor.post("/audit/check", data={})
    assert "已被改动" in checked(auditor)


def test_an_end_that_was_cut_off_is_seen_by_a_hash_that_was_noted(auditor: TestClient) -> None:
    auditor.post("/audit/check", data={"head": "ab" * 32})
    assert "末尾被删去或整条链被重写" in checked(auditor)
    assert auditor.post("/audit/check", data={"head": "no hash"}).status_code == 422


def test_the_page_says_how_long_entries_are_kept(fresh_desk: AtWork, auditor: TestClient) -> None:
    text = auditor.get("/audit").text
    assert "不少于 6 个月" in text
    assert re.search(r"\d+ 天", text)
