"""PDFs say what they were given, fetch nothing, embed their fonts, and are the same every time."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from lookalike.evidence import documents
from lookalike.evidence.documents import cannot_print, printing, receipt
from lookalike.evidence.documents.fixed_list import fixed_list
from lookalike.evidence.documents.glyphs import lacking
from lookalike.evidence.documents.model import Fields, Grid, Picture, Sheet, SideBySide, Text
from lookalike.evidence.documents.pdf import as_html, as_pdf, without_glyph
from lookalike.evidence.documents.pictures import fitted
from lookalike.evidence.documents.report import report
from lookalike.evidence.documents.values import clean
from lookalike.evidence.facts import PackFacts, ReceiptFacts
from lookalike.evidence.verify.documents import _active
from tests.lookalike.evidence.documents.conftest import HOSTILE, titled
from tests.lookalike.evidence.stored import png

Facts = tuple[PackFacts, ReceiptFacts]
pytestmark = pytest.mark.usefixtures("prints")


def sheet(*texts: str, **more: object) -> Sheet:
    blocks = (*map(Text, texts), Fields(tuple(("名", t) for t in texts)))
    return Sheet("题", "XS-1", "未签名草稿", draft=True, blocks=blocks, **more)


def said(data: bytes) -> str:
    """All that stands on the pages, without blanks: lines are broken where they end."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


def test_hostile_texts_come_back_from_pdf_as_cleaned() -> None:
    found = said(as_pdf(sheet(*HOSTILE)))
    uncovered = {ord(c): without_glyph(c) for c in lacking("".join(map(clean, HOSTILE)))}
    wanted = [re.sub(r"\s", "", clean(t).translate(uncovered)) for t in HOSTILE]
    assert [t for t in wanted if t not in found] == []


def test_nothing_that_a_text_names_is_embedded_or_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET-WORDS")
    lures = (
        f"<link rel=attachment href=file://{secret}>",
        f"<img src=file://{secret}><object data=file://{secret}></object>",
        f"<a rel=attachment href=file://{secret}>x</a><style>body{{content:url(file://{secret})}}</style>",
    )
    data = as_pdf(sheet(*lures))
    assert _active(data) == ""
    assert PdfReader(BytesIO(data)).attachments == {}
    assert "TOP-SECRET-WORDS" not in said(data)


def test_the_fetcher_refuses_even_what_the_page_itself_would_ask_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As if a text had not been escaped: the second wall holds by itself."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET-WORDS")
    page = f"<p>x</p><link rel=attachment href=file://{secret}><img src=file://{secret}>"
    monkeypatch.setattr("lookalike.evidence.documents.pdf.as_html", lambda sheet, pictures: page)
    data = as_pdf(sheet("x"))
    assert _active(data) == ""
    assert PdfReader(BytesIO(data)).attachments == {}


def test_chinese_glyphs_are_embedded() -> None:
    pages = PdfReader(BytesIO(as_pdf(sheet("特种作业操作证查询")))).pages
    fonts = [f.get_object() for page in pages for f in page["/Resources"]["/Font"].values()]
    below = [f["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for f in fonts]
    assert fonts
    assert all("/FontFile3" in d or "/FontFile2" in d or "/FontFile" in d for d in below)


def test_characters_that_no_font_has_are_printed_by_code_and_listed_at_the_end() -> None:
    code = 0x10FFFD  # the last one for private use
    found = said(as_pdf(sheet("查询" + chr(code))))
    assert f"以编码代印的字符：U+{code:X}" in found
    assert f"查询〔U+{code:X}〕" in found
    assert "以编码代印的字符：无" in said(as_pdf(sheet("查询")))


def test_the_same_sheet_gives_the_same_bytes_and_no_clock() -> None:
    one = as_pdf(sheet(*HOSTILE))
    assert one == as_pdf(sheet(*HOSTILE))
    told = PdfReader(BytesIO(one)).metadata
    assert told is not None
    assert "/CreationDate" not in told
    assert "/ModDate" not in told


def test_the_watermark_stands_on_drafts_only() -> None:
    marks = [as_html(replace(sheet("x"), draft=draft), {}).count('class="mark"') for draft in (True, False)]
    assert marks == [1, 0]


def test_the_printed_fixed_list_has_every_hash(paper_facts: Facts) -> None:
    facts = paper_facts[0]
    found = said(as_pdf(fixed_list(facts, whole=False)))
    assert [i["file"] for i in facts.items if any(i[h] not in found for h in ("sha256", "sm3", "md5"))] == []


def test_a_list_that_is_too_long_for_print_names_the_docx(paper_facts: Facts) -> None:
    facts = replace(paper_facts[0], items=paper_facts[0].items * 60)
    (table,) = (b for b in fixed_list(facts, whole=False).blocks if isinstance(b, Grid))
    assert len(table.rows) == 600
    assert f"本表共 {len(facts.items)} 行" in table.more
    assert "04-fixed-list.docx" in table.more


def test_a_report_with_a_title_of_a_hundred_thousand_characters_is_printed(paper_facts: Facts) -> None:
    facts = titled(paper_facts[0], "长" * 100_000)
    data = as_pdf(report(facts))
    assert "截断，全文见lead.json" in said(data)
    assert "工作副本" in said(data)
    assert len(PdfReader(BytesIO(data)).pages) < 60


def test_pictures_are_printed_and_bad_ones_say_why() -> None:
    good, why = fitted(png("red", 2000, 9000))
    assert (good[:4], why) == (b"\x89PNG", "")
    for bad in (b"", b"\x89PNG\r\n\x1a\nbroken", b"<svg/>", b"GIF89a"):
        data, why = fitted(bad)
        assert (data, why[:4]) == (b"", "未获取（")
    pair = SideBySide(Picture("左", good), Picture("右", b"", "未获取（原因：没有）"))
    made = as_pdf(replace(sheet("x"), blocks=(pair,)))
    assert len(PdfReader(BytesIO(made)).pages[0].images) == 1
    assert "未获取（原因：没有）" in said(made)


def test_the_receipt_prints_the_hashes_of_the_pack(paper_facts: Facts, tmp_path: Path) -> None:
    told = replace(paper_facts[1], roots=(("某机构", "ab" * 32),))
    receipt(told, tmp_path)
    found = said((tmp_path / "00-handover-receipt.pdf").read_bytes())
    assert all(t in found for t in (told.sha256, told.sm3, told.tag_sha256, "ab" * 32, told.name, str(told.bytes)))


@pytest.mark.parametrize(
    ("module", "error", "why"),
    [(None, None, "没有安装 WeasyPrint"), ("broken", OSError("cannot load library 'libpango-1.0-0'"), "libpango")],
)
def test_without_a_printer_the_report_is_a_docx_and_the_reason_is_told(
    paper_facts: Facts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: str | None,
    error: Exception | None,
    why: str,
) -> None:
    class Broken:
        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "weasyprint" and error is not None:
                raise error

    if module is None:
        monkeypatch.setitem(sys.modules, "weasyprint", None)
    else:
        monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
        monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    cannot_print.cache_clear()
    try:
        documents.documents(paper_facts[0], tmp_path)
        assert why in printing()["why"]
    finally:
        monkeypatch.undo()
        cannot_print.cache_clear()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "01-transfer-letter.docx",
        "02-lead-list.xlsx",
        "03-extraction-record.docx",
        "04-fixed-list.docx",
        "05-lead-report.docx",
    ]
