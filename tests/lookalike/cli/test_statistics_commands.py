"""stats and handover as they are typed: what they print, what they write, and with which exit code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from lookalike.config import Config
from lookalike.opening import open_store
from lookalike.store import runs
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Audit, Export
from tests.lookalike.review.handed_leads import HANDED, HOUR, confirm, pack, reviewed
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.store.builders import DAY, NIGHT

Typed = Callable[..., tuple[int, str, str]]
TABLE = ("stats", "--from", "2026-01-01", "--to", "2026-03-01", "-o", "表.xlsx")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three leads, of which two are confirmed."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    factory = open_store(Config(home=home))
    with writing(factory) as session:
        run = runs.begin_or_resume(session, "nightly", NIGHT, {})[0]
    found = make_leads(factory, run, invented_hits(3))
    confirm(factory, *found[:2])
    return home


@pytest.fixture
def stats_home(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(prepared, tmp_path / "home")
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_NOW", HANDED.isoformat())
    monkeypatch.delenv("LOOKALIKE_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def stats_store(stats_home: Path) -> Factory:
    return open_store(Config(home=stats_home))


@pytest.fixture
def type_in(stats_home: Path, command_line: Typed) -> Typed:
    return command_line


def at(monkeypatch: pytest.MonkeyPatch, later: timedelta) -> None:
    monkeypatch.setenv("LOOKALIKE_NOW", (HANDED + later).isoformat())


def test_the_table_is_written_where_it_was_asked_for(type_in: Typed) -> None:
    code, out, _ = type_in(*TABLE, "--unit", "某市应急管理局")
    sheet = openpyxl.load_workbook(out.strip()).active
    assert (code, sheet["A2"].value, sheet["J6"].value) == (0, "工作情况统计表", 2)
    assert sheet["A3"].value.startswith("填报单位：某市应急管理局    填报人：____")


def test_the_head_comes_from_the_settings(type_in: Typed, stats_home: Path) -> None:
    settings = stats_home.parent / "lookalike.toml"
    settings.write_text('unit = "某局"\nreporter = "王某"\nreporter_contact = "0538-0000000"\n', encoding="utf-8")
    type_in(*TABLE)
    line = openpyxl.load_workbook("表.xlsx").active["A3"].value
    assert line == "填报单位：某局    填报人：王某    联系方式：0538-0000000    填报时间：2026年3月1日"


def test_every_table_is_recorded_among_what_left(type_in: Typed, stats_store: Factory) -> None:
    sha256 = json.loads(type_in(*TABLE, "--by", "王某", "--json")[1])["sha256"]
    with reading(stats_store) as session:
        left = session.query(Export).one()
        entry = session.query(Audit).order_by(Audit.id.desc()).first()
    assert (left.form, left.by, left.file, left.sha256) == ("stats", "王某", "表.xlsx", sha256)
    assert entry is not None
    assert (entry.what, entry.after["from"], entry.after["to"]) == ("export.stats", "2026-01-01", "2026-03-01")


def test_the_figures_are_told_as_json(type_in: Typed) -> None:
    told = json.loads(type_in(*TABLE, "--json")[1])
    assert told["figures"] == {"fake_sites": 2, "cleared": 0, "referred": 0}


def test_what_others_filled_in_is_kept_when_the_table_is_written_again(type_in: Typed) -> None:
    type_in(*TABLE)
    book = openpyxl.load_workbook("表.xlsx")
    book.active["B6"], book.active["O6"] = 120, "3件、5人"
    book.save("表.xlsx")
    assert type_in(*TABLE, "--import", "表.xlsx")[0] == 0
    sheet = openpyxl.load_workbook("表.xlsx").active
    assert (sheet["B6"].value, sheet["J6"].value, sheet["O6"].value) == (120, 2, "3件、5人")


def test_what_others_filled_in_is_not_overwritten_unread(type_in: Typed) -> None:
    type_in(*TABLE)
    book = openpyxl.load_workbook("表.xlsx")
    book.active["B6"] = 120
    book.save("表.xlsx")
    code, _, err = type_in(*TABLE)
    assert (code, "--import it, or use another name" in err) == (2, True)
    assert openpyxl.load_workbook("表.xlsx").active["B6"].value == 120


def test_a_table_that_nobody_touched_is_written_anew(type_in: Typed) -> None:
    assert [type_in(*TABLE)[0], type_in(*TABLE)[0]] == [0, 0]


def test_a_bad_row_is_named_and_the_rest_is_written(type_in: Typed) -> None:
    Path("a.csv").write_text("开展执法检查的企业数量,罚款金额,查出企业问题总数\n5,,\n约3,,\n", encoding="utf-8")
    code, _, err = type_in(*TABLE, "--import", "a.csv")
    assert (code, "a.csv 第 3 行：「开展执法检查的企业数量」" in err) == (3, True)
    assert openpyxl.load_workbook("表.xlsx").active["B6"].value == 5


def test_a_last_day_to_come_is_told_and_counted_to_today(type_in: Typed) -> None:
    code, out, err = type_in("stats", "--from", "2026-01-01", "--to", "2026-12-18", "-o", "a.xlsx", "--json")
    assert (code, json.loads(out)["to"], "尚未到来，数字截至 2026-03-01" in err) == (0, "2026-03-01", True)


def test_due_tells_the_days_and_what_was_written(type_in: Typed) -> None:
    type_in(*TABLE)
    code, out, _ = type_in("stats", "--due", "--json")
    told = {one["form"]: one for one in map(json.loads, out.splitlines())}
    assert (code, told["table"]["due"], told["table"]["days_left"], told["table"]["written_to"]) == (
        0,
        "2026-08-18",
        170,
        "2026-03-01",
    )
    assert (told["month"]["due"], told["month"]["days_left"]) == ("2026-03-02", 1)


def test_due_reads_as_a_table(type_in: Typed) -> None:
    assert "沿用其报送日" in "".join(type_in("stats", "--due")[1].replace("│", "").split())


def test_the_monthly_report_and_a_case_are_documents(type_in: Typed) -> None:
    assert type_in("stats", "--monthly", "2026-03", "-o", "月报.docx")[0] == 0
    assert type_in("stats", "--case", "1", "-o", "案例.docx")[0] == 0
    assert Path("月报.docx").read_bytes()[:2] == Path("案例.docx").read_bytes()[:2] == b"PK"


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("stats",), "expected -o FILE"),
        (("stats", "-o", "a.xlsx"), "--from: expected the first day"),
        (("stats", "--from", "2026-1-1", "-o", "a.xlsx"), "expected a day like"),
        (("stats", "--from", "2026-02-30", "-o", "a.xlsx"), "expected a day like"),
        (("stats", "--from", "2026-03-01", "--to", "2026-02-01", "-o", "a.xlsx"), "the earlier day first"),
        (("stats", "--from", "2026-03-02", "--to", "2026-03-02", "-o", "a.xlsx"), "has not come yet"),
        (("stats", "--from", "2026-01-01", "-o", "a.csv"), "is a .xlsx file"),
        (("stats", "--from", "2026-01-01", "-o", "."), "name it so"),
        (("stats", "--monthly", "2026-13", "-o", "a.docx"), "expected a month like"),
        (("stats", "--monthly", "2026-03", "--from", "2026-04-01", "-o", "a.docx"), "before the end of"),
        (("stats", "--monthly", "2026-03", "--due"), "expected one of"),
        (("stats", "--due", "--import", "a.csv"), "only the table takes"),
        (("stats", "--case", "99", "-o", "a.docx"), "lead 99"),
        (("stats", "--case", "3", "-o", "a.docx"), "made of a confirmed lead"),
        (("stats", "--from", "2026-01-01", "-o", "a.xlsx", "--import", "nothing.csv"), "--import nothing.csv"),
        (("handover", "3", "--to", "某局", "--kind", "notice"), "only confirmed leads are handed over"),
        (("handover", "1", "--to", "某局"), "lookalike export 1"),
        (("handover", "1", "--kind", "notice"), "--to: expected the office"),
        (("handover", "XS-20260301-0009", "--to", "某局"), "no such pack"),
        (("handover", "packs/XS-20260301-0009.zip", "--to", "某局"), "no such pack"),
        (("handover", "answer", "9", "closed"), "hand-over 9"),
        (("handover", "list", "--state", "丢失"), "expected one of"),
        (("handover", "1", "--kind", "notice", "--to", "某局", "--at", "gestern"), "expected a day or a time"),
        (("handover", "99999999999999999999", "--to", "某局"), "expected the number of a lead"),
    ],
)
def test_unusable_input_is_one_line_and_ends_with_2(type_in: Typed, argv: tuple[object, ...], told: str) -> None:
    code, _, err = type_in(*argv)
    assert (code, err.count("\n")) == (2, 1)
    assert told in err


def test_the_whole_way_of_a_pack(type_in: Typed, stats_store: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    number = pack(stats_store, 1)
    assert type_in("handover", "review", number, "--by", "王某")[0] == 2
    assert type_in("handover", "review", number, "--by", "李某")[:2] == (
        0,
        "XS-20260301-0001：已由 李某 复核，可以移交\n",
    )
    (told,) = map(
        json.loads, type_in("handover", number, "--to", "某市公安局", "--by", "王某", "--json")[1].splitlines()
    )
    assert (told["text"], told["pack"], told["due_at"]) == ("已移交", number, "2026-03-04T23:59:59+08:00")
    at(monkeypatch, 9 * DAY)
    (late,) = map(json.loads, type_in("handover", "list", "--overdue", "--json")[1].splitlines())
    assert (late["id"], late["overdue"]) == (1, True)
    code, out, _ = type_in(
        "handover", "answer", "1", "accepted", "--at", "2026-03-05", "--receipt", "受案1号", "--json"
    )
    assert (code, json.loads(out)["text"], json.loads(out)["accepted_at"]) == (0, "已受理", "2026-03-05T23:59:59+08:00")


def test_the_list_tells_who_waits_in_chinese(type_in: Typed) -> None:
    out = type_in("handover", "list", "--state", "未处置")[1]
    assert out.count("未处置") == 2


def test_a_file_that_is_not_the_pack_as_written_is_refused(type_in: Typed, stats_store: Factory) -> None:
    number = reviewed(stats_store, 1)
    Path(f"{number}.zip").write_bytes(b"another one")
    code, _, err = type_in("handover", f"{number}.zip", "--to", "某市公安局")
    assert (code, "is not XS-20260301-0001 as it was written here" in err) == (2, True)


def test_a_day_alone_lies_after_what_was_done_that_day(
    type_in: Typed, stats_store: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = reviewed(stats_store, 1)
    at(monkeypatch, DAY)
    code, out, _ = type_in("handover", number, "--to", "某市公安局", "--at", "2026-03-01", "--json")
    assert (code, json.loads(out)["handed_at"]) == (0, "2026-03-01T23:59:59+08:00")


def test_what_was_handed_over_shows_in_the_list_of_leads(type_in: Typed, stats_store: Factory) -> None:
    type_in("handover", "read", "1", "confirmed", "--reason", "fake_site", "--by", "李某")
    type_in("handover", "1", "--kind", "notice", "--to", "某云")
    (told,) = map(json.loads, type_in("leads", "--status", "referred", "--json")[1].splitlines())
    assert (told["id"], told["status"]) == (1, "referred")
    assert "状态：已移交" in type_in("lead", "1")[1]


def test_an_hour_is_an_hour_in_whatever_zone_it_is_typed(type_in: Typed) -> None:
    for lead in (1, 2):
        assert type_in("handover", "read", lead, "confirmed", "--reason", "advert", "--by", "李某")[0] == 0
    told = [
        json.loads(type_in("handover", lead, "--kind", "notice", "--to", "某云", "--at", typed, "--json")[1])[
            "handed_at"
        ]
        for lead, typed in ((1, "2026-03-01T11:00"), (2, "2026-03-01T03:00:00+00:00"))
    ]
    assert told == [(HANDED - HOUR).isoformat()] * 2
