"""Sheets as docx, by python-docx. No clock and no chance: the same sheet always gives the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import quoteattr

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import _Cell

from lookalike.evidence.documents.model import (
    Block,
    Fields,
    Grid,
    Heading,
    Picture,
    Sheet,
    SideBySide,
    Signatures,
    Text,
)
from lookalike.evidence.documents.package import repacked
from lookalike.evidence.documents.values import clean

BODY, TITLE, MONO = "仿宋", "黑体", "Consolas"
"""Named first; none of them is free, so the table of fonts names what stands in for each."""
INSTEAD = {
    BODY: "FangSong, FangSong_GB2312, STFangsong, Noto Serif CJK SC",
    TITLE: "SimHei, Noto Sans CJK SC",
    MONO: "Noto Sans Mono CJK SC, DejaVu Sans Mono",
}
_LONG, _SHORT, _EDGE = Mm(297), Mm(210), Mm(18)
_ROOM = (("top", 40), ("left", 70), ("bottom", 40), ("right", 70))
_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"


def as_docx(sheet: Sheet, made_at: datetime) -> bytes:
    """The document; ``made_at`` is what its properties say."""
    made = docx.Document()
    _properties(made, sheet, made_at)
    _fonts(made)
    width = _page(made, sheet)
    _running(made, sheet)
    _paragraph(made, sheet.title, size=18, bold=True, font=TITLE, center=True)
    _paragraph(made, f"{sheet.number}　{sheet.status}", size=10.5, center=True)
    for block in sheet.blocks:
        _block(made, block, width)
    if sheet.foot:
        _paragraph(made, sheet.foot, size=8)
    out = BytesIO()
    made.save(out)
    return repacked(out.getvalue())


def _properties(made: Document, sheet: Sheet, made_at: datetime) -> None:
    told = made.core_properties
    told.author = told.last_modified_by = "lookalike"
    told.title, told.comments, told.keywords = clean(f"{sheet.title} {sheet.number}"), clean(sheet.status), ""
    told.created = told.modified = made_at.astimezone(UTC).replace(tzinfo=None)  # it writes its "Z" unasked
    told.revision = 1


def _fonts(made: Document) -> None:
    """Styles name the fonts of official papers; the table of fonts says what may stand in for them."""
    style: Any = made.styles["Normal"]
    style.font.name, style.font.size = BODY, Pt(12)
    _east(style.element.get_or_add_rPr(), BODY)
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    part = next(p for p in made.part.package.iter_parts() if p.partname.endswith("/fontTable.xml"))
    table = parse_xml(part.blob)
    for name, instead in INSTEAD.items():
        font = f"<w:font {nsdecls('w')} w:name={quoteattr(name)}><w:altName w:val={quoteattr(instead)}/></w:font>"
        table.append(parse_xml(font))
    from lxml import etree  # noqa: PLC0415 - only here

    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001 - no other way in


def _east(properties: Any, font: str) -> None:
    """Characters of every script in one font: Word would else take another for Chinese."""
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), font)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)


def _page(made: Document, sheet: Sheet) -> int:
    """A4; returns the width of the text."""
    section = made.sections[0]
    wide, high = (_LONG, _SHORT) if sheet.landscape else (_SHORT, _LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if sheet.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = wide, high
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = _EDGE
    return wide - 2 * _EDGE


def _running(made: Document, sheet: Sheet) -> None:
    section = made.sections[0]
    head = section.header.paragraphs[0]
    _run(head, f"{sheet.number}　{sheet.status}", 8.5)
    if sheet.draft:
        head.runs[0]._r.addnext(_watermark())  # noqa: SLF001 - python-docx has no watermarks
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in (("第 ", "PAGE"), (" 页　共 ", "NUMPAGES"), (" 页", "")):
        _run(foot, words, 9)
        if field:
            simple = f'<w:fldSimple {nsdecls("w")} w:instr="{field}"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
            foot._p.append(parse_xml(simple))  # noqa: SLF001 - nor fields


def _watermark() -> Any:
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:430pt;height:90pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    return parse_xml(
        f'<w:r {nsdecls("w")}><w:pict xmlns:v="{_V}" xmlns:o="{_O}">'
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
        f'<v:shape id="draft" type="#_x0000_t136" style="{style}" fillcolor="#e4e4e4" stroked="f">'
        f'<v:textpath style="font-family:&quot;{TITLE}&quot;;font-size:1pt" string="未签名草稿"/>'
        "</v:shape></w:pict></w:r>"
    )


def _block(made: Document, block: Block, width: int) -> None:
    match block:
        case Heading():
            paragraph = _paragraph(made, block.text, size=14 if block.level == 1 else 12, bold=True, font=TITLE)
            paragraph.paragraph_format.keep_with_next = True
            paragraph.paragraph_format.space_before = Pt(8)
        case Text():
            _paragraph(made, block.text, size=9 if block.note else 12)
        case Fields():
            _table(made, [(), *block.rows], (27, 73), width, 10.5, bold=frozenset({0}))
        case Grid():
            size = 7 if block.small else 9
            _table(made, [block.head, *block.rows], block.widths, width, size, mono=block.mono)
            if block.more:
                _paragraph(made, block.more, size=9)
        case SideBySide():
            _pair(made, block, width)
        case Signatures():
            for line in block.lines:
                _paragraph(made, line, size=12).paragraph_format.space_before = Pt(10)


def _paragraph(made: Any, text: str, *, size: float, bold: bool = False, font: str = BODY, center: bool = False) -> Any:
    paragraph = made.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(4)
    if center:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, text, size, bold=bold, font=font)
    return paragraph


def _run(paragraph: Any, text: str, size: float, *, bold: bool = False, font: str = BODY) -> None:
    run = paragraph.add_run(clean(text))
    run.font.size, run.font.bold, run.font.name = Pt(size), bold or None, font
    run.font.color.rgb = RGBColor(0, 0, 0)
    _east(run._r.get_or_add_rPr(), font)  # noqa: SLF001 - its API sets Latin letters only


def _table(
    made: Document,
    rows: Any,
    shares: tuple[float, ...],
    width: int,
    size: float,
    *,
    mono: frozenset[int] = frozenset(),
    bold: frozenset[int] = frozenset(),
) -> None:
    """A table whose first row is its head; an empty one: it has none. Cells are written straight: tables are long."""
    head, body = rows[0], rows[1:]
    table = made.add_table(rows=0, cols=len(shares))
    table.style, table.autofit = "Table Grid", False
    _margins(table)
    widths = [Emu(int(width * share / sum(shares))) for share in shares]
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    for number, row in enumerate([head, *body] if head else body):
        line: Any = table.add_row()
        is_head = bool(head) and number == 0
        _row_properties(line._tr, head=is_head)  # noqa: SLF001 - no other way to repeat the head on each page
        for n, (cell, text) in enumerate(zip(line._tr.tc_lst, row, strict=True)):  # noqa: SLF001 - .cells is quadratic
            one = _Cell(cell, line)
            one.width = widths[n]
            paragraph = one.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            font = MONO if n in mono and not is_head else BODY
            _run(paragraph, text, size, bold=is_head or n in bold, font=font)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _margins(table: Any) -> None:
    """Room within the cells, above and below as well, in twentieths of a point."""
    sides = "".join(f'<w:{side} w:w="{w}" w:type="dxa"/>' for side, w in _ROOM)
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))  # noqa: SLF001 - no API


def _row_properties(row: Any, *, head: bool) -> None:
    properties = row.get_or_add_trPr()
    properties.append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))
    if head:
        properties.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))


def _pair(made: Document, block: SideBySide, width: int) -> None:
    table = made.add_table(rows=1, cols=2)
    table.style = "Table Grid"
    for cell, picture in zip(table.rows[0].cells, (block.left, block.right), strict=True):
        _picture(cell, picture, width // 2 - Mm(6))


def _picture(cell: _Cell, picture: Picture, width: int) -> None:
    paragraph = cell.paragraphs[0]
    if picture.png:
        paragraph.add_run().add_picture(BytesIO(picture.png), width=Emu(width))
    else:
        _run(paragraph, picture.why, 9)
    _run(cell.add_paragraph(), picture.caption, 9)
