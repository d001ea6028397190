"""Documents are checked against the records: true hashes in the fixed list, no formulas, nothing embedded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
import xlsxwriter

from lookalike.evidence import hooks
from lookalike.evidence.facts import LeadFacts, PackFacts, ReceiptFacts
from lookalike.evidence.verify.run import verify
from lookalike.night import Night
from tests.lookalike.evidence.stored import exported
from tests.lookalike.evidence.test_pack import members

Write = Callable[[PackFacts, Path], None]


def fixed_list(left_out: int = 0) -> Write:
    def write(facts: PackFacts, folder: Path) -> None:
        made = docx.Document()
        table = made.add_table(rows=0, cols=2)
        for item in facts.items[left_out:]:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = item["file"], item["sha256"]
        made.save(str(folder / "04-fixed-list.docx"))

    return write


def workbook(formula: str = "") -> Write:
    def write(_: PackFacts, folder: Path) -> None:
        with xlsxwriter.Workbook(folder / "02-lead-list.xlsx") as book:
            sheet = book.add_worksheet()
            sheet.write_string(0, 0, "=1+1")
            if formula:
                sheet.write_formula(0, 1, formula)

    return write


def pdf(data: bytes) -> Write:
    return lambda _, folder: (folder / "05-lead-report.pdf").write_bytes(data) and None


def checked(night: Night, folder: Path, monkeypatch: pytest.MonkeyPatch, write: Write) -> tuple[str, str]:
    monkeypatch.setattr(hooks, "documents", write)
    report = verify(exported(night, folder).path)
    return report.result, next(c.line for c in report.checks if c.name == "文书")


def test_a_fixed_list_with_every_hash_and_a_workbook_of_texts_pass(
    evidence_night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def both(facts: PackFacts, folder: Path) -> None:
        fixed_list()(facts, folder)
        workbook()(facts, folder)

    result, line = checked(evidence_night, tmp_path, monkeypatch, both)
    assert (result, "2 份" in line) == ("whole", True)


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (fixed_list(left_out=2), "有 2 个文件的 SHA-256 未载入"),
        (workbook("=1+1"), "含有 1 个公式"),
        (pdf(b"%PDF-1.7 /EmbeddedFile"), "PDF 内嵌有文件"),
    ],
    ids=["hash", "formula", "embedded"],
)
def test_a_document_that_is_not_as_it_should_be_is_named(
    evidence_night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Write, why: str
) -> None:
    result, line = checked(evidence_night, tmp_path, monkeypatch, write)
    assert (result, why in line) == ("differs", True)


def test_what_the_law_says_of_a_lead_and_the_receipt_are_asked_for(
    evidence_night: Night, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[ReceiptFacts] = []

    def legal(lead: LeadFacts) -> dict[str, object]:
        assert lead.captures
        return {"offences": [{"article": "某条", "basis": "某款", "facts": ["P001"], "by": "suggested"}]}

    monkeypatch.setattr(hooks, "legal", legal)
    monkeypatch.setattr(hooks, "receipt", lambda facts, folder: printed.append(facts))
    made = exported(evidence_night, tmp_path)
    assert "某条" in members(made.path)["data/02_lead/lead.json"].decode()
    assert [(p.sha256, p.name) for p in printed] == [(made.sha256, made.path.name)]
