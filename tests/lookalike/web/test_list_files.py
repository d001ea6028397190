"""A view of the queue as a file: the same leads in the same order, nothing that runs, and recorded before it leaves."""

from __future__ import annotations

import csv
import json
import re
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from starlette.testclient import TestClient

from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Export, Lead
from lookalike.web import list_file
from tests.lookalike.web.desk_at_work import AtWork

EVERYTHING = "status=all&band=all"
FORMULAS = ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1")


def take(client: TestClient, form: str, view: str = EVERYTHING, **more: str) -> object:
    return client.post("/leads/export", data={"view": view, "form": form, "to": "某局 会商", **more})


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"))))


def on_page(client: TestClient, view: str) -> list[int]:
    """The numbers that the page itself shows, those by lot left out."""
    return [int(n) for n in re.findall(r'href="/leads/(\d+)[^"]*" data-open', client.get(f"/leads?{view}").text)]


@pytest.fixture
def analyst(fresh_desk: AtWork) -> TestClient:
    return fresh_desk.signed_in("analyst", "研判者")


@pytest.mark.parametrize("view", [EVERYTHING, "status=all&band=high&kind=advert", "status=all&order=new", "q=cx3"])
def test_the_file_holds_what_the_page_shows_in_its_order(analyst: TestClient, view: str) -> None:
    shown = on_page(analyst, view)
    assert [int(row["编号"]) for row in table(take(analyst, "csv", view).content)] == shown
    assert [row["id"] for row in json.loads(take(analyst, "json", view).content)["leads"]] == shown
    sheet = load_workbook(BytesIO(take(analyst, "xlsx", view).content)).active
    assert sheet is not None
    assert [int(str(row[0].value)) for row in sheet.iter_rows(min_row=2)] == shown


def test_csv_opens_in_excel_and_no_cell_is_a_formula(fresh_desk: AtWork, analyst: TestClient) -> None:
    with writing(fresh_desk.factory) as session:
        for lead, formula in zip(session.scalars(select(Lead).order_by(Lead.id)), FORMULAS, strict=False):
            lead.jurisdiction = formula
    content = take(analyst, "csv").content
    assert content.startswith(b"\xef\xbb\xbf")
    cells = [cell for row in table(content) for cell in row.values() if cell]
    assert [cell for cell in cells if cell.lstrip()[0] in "=+-@＝|%"] == []
    book = take(analyst, "xlsx").content
    with ZipFile(BytesIO(book)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


def test_addresses_are_no_links_where_that_is_asked_for(analyst: TestClient) -> None:
    plain, broken = take(analyst, "csv").content, take(analyst, "csv", defang="on").content
    assert "http://" in plain.decode()
    assert all("http://" not in row["网址"] and "." not in row["主机"].replace("[.]", "") for row in table(broken))
    found = json.loads(take(analyst, "json", defang="on").content)["leads"]
    assert all(lead["url"].startswith("hxxp") for lead in found)


def test_text_of_strangers_neither_ends_a_line_nor_hides(analyst: TestClient) -> None:
    content = take(analyst, "csv").content.decode("utf-8-sig")
    assert "\u202e" not in content
    assert len(content.splitlines()) == len(table(take(analyst, "csv").content)) + 1


def test_every_file_is_recorded_with_leads_hash_and_for_whom(fresh_desk: AtWork, analyst: TestClient) -> None:
    answer = take(analyst, "xlsx")
    with reading(fresh_desk.factory) as session:
        row = session.scalars(select(Export)).one()
        entry = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
    assert (row.by, row.to, row.form) == ("研判者", "某局 会商", "xlsx")
    assert row.leads == on_page(analyst, EVERYTHING)
    assert row.sha256 == answer.headers["x-content-sha256"]
    assert entry is not None
    assert (entry.what, entry.address is not None) == ("export.xlsx", True)
    assert "filename*=UTF-8''%E7%BA%BF" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("form", "to", "said"),
    [("csv", " ", "给谁、作何用途"), ("exe", "某局", "请选择格式")],
)
def test_nothing_leaves_without_form_and_purpose(
    fresh_desk: AtWork, analyst: TestClient, form: str, to: str, said: str
) -> None:
    answer = analyst.post("/leads/export", data={"view": EVERYTHING, "form": form, "to": to})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="status=all&amp;band=all"' in answer.text
    with reading(fresh_desk.factory) as session:
        assert session.scalars(select(Export)).all() == []


def test_a_search_that_cannot_be_read_gives_no_file(analyst: TestClient) -> None:
    answer = take(analyst, "csv", "q=score:>many")
    assert answer.status_code == 422
    assert "搜索的写法有误" in answer.text


def test_a_view_that_is_too_long_is_cut_where_the_page_says(
    analyst: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = on_page(analyst, EVERYTHING)
    monkeypatch.setattr(list_file, "MOST", 4)
    monkeypatch.setattr(list_file, "_PART", 3)
    assert "一次最多导出前 4 条" in analyst.get(f"/leads/export?{EVERYTHING}").text
    assert [int(row["编号"]) for row in table(take(analyst, "csv").content)] == whole[:4]


def test_whoever_only_looks_takes_nothing_along(fresh_desk: AtWork) -> None:
    assert fresh_desk.signed_in_as_reader.get(f"/leads/export?{EVERYTHING}").status_code == 403


def test_the_log_tells_who_took_what_for_whom(fresh_desk: AtWork, analyst: TestClient) -> None:
    take(analyst, "csv")
    analyst.post("/leads/export", data={"view": EVERYTHING, "form": "json", "to": "另一单位"})
    for role in ("lead", "auditor"):
        text = fresh_desk.signed_in(role).get("/exports").text
        assert "某局 会商" in text
        assert "另一单位" in text
    auditor = fresh_desk.signed_in("auditor")
    assert "另一单位" not in auditor.get("/exports?to=会商").text
    assert "某局 会商" not in auditor.get("/exports?form=json").text
    assert "没有符合条件的导出" in auditor.get("/exports?by=nobody").text
    assert "没有符合条件的导出" in auditor.get("/exports?until=2020-01-01&since=x&before=zzz").text
    assert analyst.get("/exports").status_code == 403
