"""``verify`` holds the papers of a pack against its files, whoever mended the hashes."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
import xlsxwriter

from lookalike.evidence.hashes import digest
from lookalike.evidence.pack import Exported
from lookalike.evidence.verify.documents import FIXED, FOLDER, _active
from lookalike.evidence.verify.run import verify
from lookalike.night import Night
from tests.lookalike.evidence.stored import exported
from tests.lookalike.evidence.test_tamper import P, packed_again, rehash, unpacked

Change = Callable[[bytes], bytes]
LIST = f"{FOLDER}/02-lead-list.xlsx"
LETTER = f"{FOLDER}/01-transfer-letter.docx"


def rows(change: Callable[[docx.table.Table], None]) -> Change:
    def changed(data: bytes) -> bytes:
        paper = docx.Document(BytesIO(data))
        change(paper.tables[1])
        out = BytesIO()
        paper.save(out)
        return out.getvalue()

    return changed


def part(name: str, change: Change) -> Change:
    """One part of an Office package, changed."""

    def changed(data: bytes) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(out, "w") as after:
            for one in before.namelist():
                body = before.read(one)
                after.writestr(one, change(body) if one == name else body)
        return out.getvalue()

    return changed


def swapped(table: docx.table.Table) -> None:
    """The hashes of two files, exchanged: every hash still stands somewhere."""
    one, two = table.rows[1].cells[7], table.rows[2].cells[7]
    one.text, two.text = two.text, one.text


def another(column: int, text: str) -> Callable[[docx.table.Table], None]:
    def change(table: docx.table.Table) -> None:
        table.rows[1].cells[column].text = text

    return change


def dropped(table: docx.table.Table) -> None:
    table._tbl.remove(table.rows[3]._tr)


def doubled(table: docx.table.Table) -> None:
    table.add_row()
    for cell, text in zip(table.rows[-1].cells, [c.text for c in table.rows[1].cells], strict=True):
        cell.text = text


def with_formula(prefix: bytes) -> Change:
    cell = b"<%sf>1+1</%sf>" % (prefix, prefix)
    space = b' xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"' if prefix else b""
    return part(
        "xl/worksheets/sheet1.xml",
        lambda x: x.replace(b"<v>0</v>", cell.replace(b"f>", b"f%s>" % space, 1) + b"<v>0</v>", 1),
    )


def book(fill: Callable[[xlsxwriter.worksheet.Worksheet], object]) -> Change:
    def made(_: bytes) -> bytes:
        out = BytesIO()
        with xlsxwriter.Workbook(out) as one:
            fill(one.add_worksheet())
        return out.getvalue()

    return made


FIELD = b'<w:p><w:fldSimple w:instr=" DDEAUTO c:\\\\cmd.exe "/></w:p><w:sectPr'
OUTSIDE = b'<Relationship Id="x" Type="t" Target="http://a.example/t.dotm" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(
    ("path", "change", "why"),
    [
        pytest.param(FIXED, rows(swapped), "SHA-256 不符", id="two hashes exchanged"),
        pytest.param(FIXED, rows(another(7, "0" * 64)), "SHA-256 不符", id="another sha256"),
        pytest.param(FIXED, rows(another(8, "0" * 64)), "不属于该文件", id="another sm3"),
        pytest.param(FIXED, rows(another(9, "0" * 32)), "不属于该文件", id="another md5"),
        pytest.param(FIXED, rows(another(5, "http://other.example/")), "内容与线索数据不同", id="another source"),
        pytest.param(FIXED, rows(another(4, "1")), "内容与线索数据不同", id="another size"),
        pytest.param(FIXED, rows(another(1, "data/03_evidence/P009/x.bin")), "不在清单中", id="another file"),
        pytest.param(FIXED, rows(dropped), "1 个文件的 SHA-256 未载入", id="a row dropped"),
        pytest.param(FIXED, rows(doubled), "重复列入", id="a row twice"),
        pytest.param(LIST, with_formula(b""), "1 个公式", id="formula"),
        pytest.param(LIST, with_formula(b"x:"), "1 个公式", id="formula behind a prefix"),
        pytest.param(LIST, book(lambda s: s.write_url(0, 0, "http://a.example/")), "超链接", id="link"),
        pytest.param(LIST, lambda x: x[: len(x) // 2], "无法打开", id="cut in half"),
        pytest.param(LETTER, part("word/document.xml", lambda x: x.replace(b"<w:sectPr", FIELD)), "域代码", id="field"),
        pytest.param(
            LETTER,
            part("word/_rels/document.xml.rels", lambda x: x.replace(b"</Relationships>", OUTSIDE)),
            "外部引用",
            id="template from elsewhere",
        ),
    ],
)
def test_a_paper_that_was_changed_is_named_though_all_hashes_were_mended(
    whole_pack: Exported, tmp_path: Path, path: str, change: Change, why: str
) -> None:
    files = unpacked(whole_pack.path.read_bytes())
    changed = change(files[path])
    assert changed != files[path]
    files[path] = changed
    rehash(files)
    forged = tmp_path / whole_pack.path.name
    forged.write_bytes(packed_again(files, whole_pack.path.stem))
    bad = [c for c in verify(forged).checks if c.state == "bad"]
    assert [c.name for c in bad] == ["文书"]
    assert path in bad[0].line
    assert why in bad[0].line


def test_a_file_changed_with_its_item_differs_from_the_paper(whole_pack: Exported, tmp_path: Path) -> None:
    """The list on paper is one more place that a forger has to mend."""
    files = unpacked(whole_pack.path.read_bytes())
    before = digest(files[f"{P}/page-text.txt"], "sha256")
    files[f"{P}/page-text.txt"] += b"x"
    rehash(files)
    forged = tmp_path / whole_pack.path.name
    forged.write_bytes(packed_again(files, whole_pack.path.stem))
    line = next(c.line for c in verify(forged).checks if c.name == "文书")
    assert "SHA-256 不符" in line
    assert before not in line


def test_what_a_pdf_embeds_is_found_in_compressed_parts_and_under_escaped_names() -> None:
    plain = b"%PDF-1.7\n1 0 obj<</Type/Filespec>>endobj\n"
    hidden = zlib.compress(b"<</Type /EmbeddedFile>>")
    stream = b"2 0 obj<</Filter/FlateDecode>>stream\n" + hidden + b"\nendstream endobj\n"
    assert _active(plain) == ""
    assert _active(plain + stream) == "PDF 内嵌有文件"
    assert _active(plain + b"stream\nnot deflated\nendstream " + stream) == "PDF 内嵌有文件"
    assert _active(plain + b"<</#45mbeddedFile 1>>") == "PDF 内嵌有文件"
    assert _active(plain + b"<</S/JavaScript/JS(1)>>") == "PDF 含有 JavaScript"
    assert _active(b"stream\n" * 100_000) == ""


def test_a_pack_without_pdf_says_why(whole_pack: Exported) -> None:
    told = [c for c in verify(whole_pack.path).checks if c.name == "文书 PDF"]
    assert [(c.state, c.text) for c in told] == [("note", "没有 PDF：未获取（原因：按设置不生成 PDF（pdf = false））")]


@pytest.mark.usefixtures("prints")
def test_a_pack_with_all_papers_is_whole(evidence_night: Night, tmp_path: Path) -> None:
    night = replace(evidence_night, config=evidence_night.config.model_copy(update={"pdf": True}))
    made = exported(night, tmp_path)
    report = verify(made.path)
    assert [c.line for c in report.checks if c.state == "bad"] == []
    papers = sorted(p.rpartition("/")[2] for p in unpacked(made.path.read_bytes()) if p.startswith(FOLDER))
    assert papers == [
        "01-transfer-letter.docx",
        "02-lead-list.xlsx",
        "03-extraction-record.docx",
        "03-extraction-record.pdf",
        "04-fixed-list.docx",
        "04-fixed-list.pdf",
        "05-lead-report.pdf",
    ]
    assert {p.name for p in made.path.parent.iterdir()} >= {"00-handover-receipt.docx", "00-handover-receipt.pdf"}
