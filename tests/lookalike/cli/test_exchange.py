"""``lookalike share`` as it is typed: what is written, what is refused, what is recorded, with which exit code."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import dns.zone
import docx
import openpyxl
import pytest
from sqlalchemy import delete, select

from lookalike.exchange import share as sharing
from lookalike.night import Night
from lookalike.review.verdicts import give, undo
from lookalike.store import audit
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Export, Lead
from tests.lookalike.evidence.stored import EXPORTED, FAKE, NOW, OTHER, lead_of, stored

Typed = Callable[..., tuple[int, str, str]]
TO = ("--to", "某运营商", "--by", "王某")
ALL = ["stix", "misp", "rpz", "hosts", "csv", "xlsx", "notice-registrar", "notice-host", "notice-platform", "12377"]


@pytest.fixture(scope="module")
def sharing_night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Two fakes, the first of which a person has confirmed."""
    return stored(tmp_path_factory.mktemp("sharing"))


@pytest.fixture
def share_typed(sharing_night: Night, command_line: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Typed:
    monkeypatch.setenv("LOOKALIKE_HOME", str(sharing_night.config.home))
    monkeypatch.setenv("LOOKALIKE_NOW", EXPORTED.isoformat())
    monkeypatch.delenv("LOOKALIKE_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)

    return lambda *argv: command_line("share", *argv)


@pytest.fixture
def fake_lead(sharing_night: Night) -> Iterator[int]:
    """The confirmed one; what a test recorded of exports goes, so that each starts from none."""
    yield lead_of(sharing_night, FAKE)
    with writing(sharing_night.factory) as session:
        session.execute(delete(Export))


def files(folder: str = ".") -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


def recorded(night: Night) -> list[Export]:
    with reading(night.factory) as session:
        assert audit.broken(session) == []
        return list(session.scalars(select(Export).order_by(Export.id)))


@pytest.mark.parametrize("form", ALL)
def test_every_form_writes_its_file_and_records_who_what_and_for_whom(
    share_typed: Typed, sharing_night: Night, fake_lead: int, form: str
) -> None:
    code, out, _ = share_typed("--form", form, fake_lead, "-o", "out/file", *TO, "--json")
    told = json.loads(out)
    data = Path("out/file").read_bytes()
    (row,) = recorded(sharing_night)
    assert (code, told["bytes"], files("out")) == (0, len(data), ["file"])
    assert row.sha256 == told["sha256"] == hashlib.sha256(data).hexdigest()
    assert (row.by, row.form, row.leads, row.file) == ("王某", form, [fake_lead], "file")
    assert row.to.startswith("某运营商")
    with reading(sharing_night.factory) as session:
        entry = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
        assert entry is not None
        assert (entry.what, entry.who, entry.after["export"]) == (f"export.{form}", "王某", row.id)


def test_the_zone_refuses_the_confirmed_fakes_domain(share_typed: Typed, fake_lead: int) -> None:
    code, out, _ = share_typed("--form", "rpz", "--status", "confirmed", "-o", "a.rpz", "--zone", "b.example.", *TO)
    zone = dns.zone.from_text(Path("a.rpz").read_text(encoding="utf-8"))
    assert (code, out.strip().endswith("a.rpz"), str(zone.origin)) == (0, True, "b.example.")
    assert {str(n) for n in zone} == {"@", "zs-one.top", "*.zs-one.top"}


@pytest.mark.parametrize("form", ["rpz", "hosts", "notice-registrar", "notice-host", "notice-platform", "12377"])
def test_what_nobody_has_confirmed_goes_into_no_accusation(
    share_typed: Typed, sharing_night: Night, fake_lead: int, form: str
) -> None:
    other = lead_of(sharing_night, OTHER)
    code, out, err = share_typed("--form", form, fake_lead, other, "-o", "a.txt", *TO)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"not confirmed: {other};" in err
    assert (files(), recorded(sharing_night)) == ([], [])


def test_a_verdict_that_is_taken_back_empties_the_list_of_names(
    share_typed: Typed, sharing_night: Night, fake_lead: int
) -> None:
    with writing(sharing_night.factory) as session:
        undo(session, fake_lead, "李某", EXPORTED)
    try:
        code, _, _ = share_typed("--form", "rpz", "--status", "confirmed", "-o", "a.rpz", *TO)
        zone = dns.zone.from_text(Path("a.rpz").read_text(encoding="utf-8"))
        assert (code, [str(n) for n in zone]) == (0, ["@"])
        assert share_typed("--form", "rpz", fake_lead, "-o", "b.rpz", *TO)[0] == 2
    finally:
        with writing(sharing_night.factory) as session:
            give(session, fake_lead, "confirmed", "fake_site", "", "王某", EXPORTED)


def test_tables_hold_every_lead_whatever_was_decided(share_typed: Typed, sharing_night: Night, fake_lead: int) -> None:
    both = [str(n) for n in sorted([fake_lead, lead_of(sharing_night, OTHER)])]
    assert share_typed("--form", "csv", *both, "-o", "a.csv", *TO)[0] == 0
    assert share_typed("--form", "xlsx", *both, "-o", "a.xlsx", *TO)[0] == 0
    told = list(csv.reader(StringIO(Path("a.csv").read_text(encoding="utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook("a.xlsx").active
    assert sheet is not None
    assert [line[0] for line in told[1:]] == [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == both


def test_addresses_in_tables_are_made_unclickable_when_asked(share_typed: Typed, fake_lead: int) -> None:
    share_typed("--form", "csv", fake_lead, "-o", "a.csv", *TO, "--defang")
    told = Path("a.csv").read_text(encoding="utf-8-sig")
    assert ("hxxp://" in told, "http://" in told) == (True, False)


def test_a_notice_goes_to_the_registrar_that_the_registration_names(
    share_typed: Typed, sharing_night: Night, fake_lead: int
) -> None:
    code, _, err = share_typed("--form", "notice-registrar", fake_lead, "-o", "a.docx")
    assert (code, "受文单位的依据：域名登记信息所载的注册商（来源 whois:whois.example" in err) == (0, True)
    document = docx.Document("a.docx")
    fields = {row.cells[0].text: row.cells[1].text for row in document.tables[0].rows}
    assert fields["受文单位"] == recorded(sharing_night)[0].to == "某注册商"


def test_12377_is_written_as_json_where_the_name_says_so(share_typed: Typed, fake_lead: int) -> None:
    share_typed("--form", "12377", fake_lead, "-o", "a.json", *TO)
    assert json.loads(Path("a.json").read_text(encoding="utf-8"))["reports"][0]["线索编号"] == str(fake_lead)


def test_a_file_that_lies_there_is_replaced_only_when_asked(
    share_typed: Typed, sharing_night: Night, fake_lead: int
) -> None:
    Path("a.rpz").write_text("mine", encoding="utf-8")
    code, _, err = share_typed("--form", "rpz", fake_lead, "-o", "a.rpz", *TO)
    assert (code, "--replace" in err, Path("a.rpz").read_text(encoding="utf-8")) == (2, True, "mine")
    assert recorded(sharing_night) == []
    assert share_typed("--form", "rpz", fake_lead, "-o", "a.rpz", *TO, "--replace")[0] == 0


def test_a_file_that_cannot_be_written_is_not_recorded(
    share_typed: Typed, sharing_night: Night, fake_lead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    code, _, err = share_typed("--form", "csv", fake_lead, "-o", "a.csv", *TO)
    assert (code, err.count("\n"), files()) == (3, 1, [])
    monkeypatch.undo()
    assert recorded(sharing_night) == []


def test_a_row_that_cannot_be_stored_leaves_no_file(
    share_typed: Typed, sharing_night: Night, fake_lead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise sharing.UsageError("the row could not be stored")

    monkeypatch.setattr(sharing.exports, "record", broken)
    assert share_typed("--form", "csv", fake_lead, "-o", "a.csv", *TO)[0] == 2
    assert (files(), recorded(sharing_night)) == ([], [])


def test_a_capture_that_is_gone_keeps_no_lead_from_leaving(
    share_typed: Typed, sharing_night: Night, fake_lead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = sharing_night.config.captures.rename(sharing_night.config.home / "elsewhere")
    try:
        assert share_typed("--form", "csv", fake_lead, "-o", "a.csv", *TO)[0] == 0
        assert "未获取（原因：存档的访问记录已损坏或缺失）" in Path("a.csv").read_text(encoding="utf-8-sig")
    finally:
        made = sharing_night.config.captures
        for path in sorted(made.rglob("*"), reverse=True):
            path.rmdir()
        made.rmdir()
        hidden.rename(made)


def test_the_log_tells_what_left_the_newest_first(share_typed: Typed, fake_lead: int) -> None:
    assert "还没有导出过任何线索" in share_typed("--log")[1]
    share_typed("--form", "csv", fake_lead, "-o", "a.csv", *TO)
    share_typed("--form", "rpz", fake_lead, "-o", "a.rpz", *TO)
    lines = share_typed("--log")[1].splitlines()
    assert ["rpz" in lines[0], "csv" in lines[1], "某运营商" in lines[0]] == [True, True, True]
    first = json.loads(share_typed("--log", "--json")[1].splitlines()[0])
    assert (first["form"], first["leads"], first["at"]) == ("rpz", [fake_lead], EXPORTED.isoformat())


def test_a_cleared_lead_is_no_indicator(share_typed: Typed, sharing_night: Night, fake_lead: int) -> None:
    other = lead_of(sharing_night, OTHER)
    with writing(sharing_night.factory) as session:
        give(session, other, "false_positive", "school", "", "李某", NOW + timedelta(hours=8))
    try:
        code, out, _ = share_typed("--form", "stix", fake_lead, other, "-o", "a.json", *TO, "--json")
        told = json.loads(out)
        assert (code, told["leads"], told["left_out"]) == (0, [fake_lead], {str(other): "已判为误报"})
        assert share_typed("--form", "misp", other, "-o", "b.json", *TO)[0] == 2
    finally:
        with writing(sharing_night.factory) as session:
            undo(session, other, "李某", NOW + timedelta(hours=9))
            assert session.get_one(Lead, other).status == "new"


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ((), "--form"),
        (("--form", "csv", "1"), "-o FILE"),
        (("--form", "rss", "1", "-o", "a"), "rss"),
        (("--form", "csv", "-o", "a", *TO), "expected numbers of leads"),
        (("--form", "csv", "1", "--status", "new", "-o", "a", *TO), "expected numbers of leads"),
        (("--form", "csv", "999", "-o", "a", *TO), "lead 999"),
        (("--form", "csv", "1", "-o", "a"), "--to is missing"),
        (("--form", "csv", "1", "-o", "a", "--to", "  "), "--to is missing"),
        (("--form", "csv", "--status", "nice", "-o", "a", *TO), "--status nice"),
        (("--form", "csv", "--status", "later", "-o", "a", *TO), "none of these leads"),
        (("--form", "csv", "--campaign", "C-0099", "-o", "a", *TO), "C-0099"),
        (("--form", "csv", "1", "-o", ".", *TO), "a folder"),
        (("--form", "csv", "1", "-o", "/dev/null/a", *TO), "folder cannot be made"),
        (("--form", "rpz", "1", "-o", "a", "--zone", "bad name;", *TO), "--zone"),
        (("--form", "stix", "1", "-o", "a", "--tlp", "blue", *TO), "tlp"),
    ],
)
def test_wrong_usage_is_one_line_and_ends_with_2(
    share_typed: Typed, sharing_night: Night, argv: tuple[str, ...], told: str
) -> None:
    code, out, err = share_typed(*argv)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err
    assert (files(), recorded(sharing_night)) == ([], [])
