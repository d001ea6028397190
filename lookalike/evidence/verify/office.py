"""Office packages read as hostile XML: what they may calculate or fetch, and the rows that a fixed list prints."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

MOST = 256 << 20
_MOST_PARTS = 5000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FIELDS = frozenset({"PAGE", "NUMPAGES"})
_ACTIVE = ("vbaproject", "externallinks/", "embeddings/", "activex", "oleobject")


def suspicious(data: bytes) -> str:
    """Why a docx or xlsx is not one of ours; empty: it holds texts and pictures only.

    Raises BadZipFile or ``etree.XMLSyntaxError`` when it cannot be read.
    """
    with ZipFile(BytesIO(data)) as package:
        listed = package.infolist()
        if sum(i.file_size for i in listed) > MOST or len(listed) > _MOST_PARTS:
            return "展开后过大"
        names = [i.filename for i in listed]
        if len({n.casefold() for n in names}) != len(names):
            return "内部文件名重复"
        if any(mark in n.casefold() for n in names for mark in _ACTIVE):
            return "含有宏、外部链接或嵌入对象"
        return _of_parts([package.read(n) for n in names if n.casefold().endswith((".xml", ".rels"))])


def _of_parts(parts: list[bytes]) -> str:
    formulas = links = fields = outside = 0
    for part in parts:
        for element in _elements(part):
            name = etree.QName(element).localname
            formulas += name == "f" and "spreadsheetml" in (etree.QName(element).namespace or "")
            links += name == "hyperlink"
            fields += _is_strange_field(element, name)
            outside += element.get("TargetMode") == "External"
    counted = ((formulas, "公式"), (links, "超链接"), (fields, "域代码"), (outside, "外部引用"))
    return "，".join(f"含有 {count} 个{what}" for count, what in counted if count)


def _is_strange_field(element: Any, name: str) -> bool:
    if name == "fldSimple":
        return (element.get(f"{_W}instr") or "").strip() not in _FIELDS
    return name == "instrText"


def _elements(part: bytes) -> Iterator[Any]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(part, parser)
    return (e for e in root.iter() if isinstance(e.tag, str))


def rows(data: bytes) -> list[list[str]]:
    """Cells of every row of every table of a docx."""
    with ZipFile(BytesIO(data)) as package:
        part = package.read("word/document.xml")
    lines = (e for e in _elements(part) if e.tag == f"{_W}tr")
    return [[_text(cell) for cell in line.iterchildren(f"{_W}tc")] for line in lines]


def _text(cell: Any) -> str:
    """The text as a reader sees it: tabs and line ends are elements of their own."""
    signs = {f"{_W}tab": "\t", f"{_W}br": "\n"}
    paragraphs = (
        "".join((e.text or "") if e.tag == f"{_W}t" else signs.get(e.tag, "") for e in p.iter())
        for p in cell.iter(f"{_W}p")
    )
    return "\n".join(paragraphs)
