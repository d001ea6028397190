"""Documents of a pack against its records: the fixed list prints the true hashes, workbooks hold no formulas."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lookalike.evidence.verify.model import Bag, Check, verdict

FOLDER = "data/01_documents"
MOST = 256 << 20
_TAG = re.compile(r"<[^>]*>")
_FORMULA = re.compile(rb"<f[ />]")


def documents(bag: Bag) -> Check:
    """All documents that the folder holds; a pack may have been written without any."""
    paths = bag.below(FOLDER)
    if not paths:
        return Check("文书", "note", "包内没有文书")
    bad: dict[str, str] = {}
    for path in paths:
        if path.endswith((".docx", ".xlsx")):
            try:
                if why := _office(bag, path):
                    bad[path] = why
            except (BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
                bad[path] = f"无法打开（{error}）"
        elif path.endswith(".pdf") and b"/EmbeddedFile" in bag.read(path):
            bad[path] = "PDF 内嵌有文件"
    return verdict("文书", bad, f"{len(paths)} 份；固定清单所载校验值与清单一致，表格没有公式")


def _office(bag: Bag, path: str) -> str:
    with ZipFile(BytesIO(bag.read(path))) as package:
        listed = package.infolist()
        if sum(i.file_size for i in listed) > MOST or len(listed) > 5000:
            return "展开后过大"
        names = [i.filename for i in listed]
        if any("vbaProject" in n or "externalLinks/" in n or "embeddings/" in n for n in names):
            return "含有宏、外部链接或嵌入对象"
        if path.endswith(".xlsx"):
            sheets = [n for n in names if n.startswith("xl/worksheets/") and n.endswith(".xml")]
            count = sum(len(_FORMULA.findall(package.read(n))) for n in sheets)
            return f"含有 {count} 个公式" if count else ""
        if not path.rpartition("/")[2].startswith("04-"):
            return ""
        text = _TAG.sub("", package.read("word/document.xml").decode("utf-8", "replace"))
    lacking = [h for h in _hashes(bag) if h not in text]
    return f"有 {len(lacking)} 个文件的 SHA-256 未载入" if lacking else ""


def _hashes(bag: Bag) -> list[str]:
    return [item["sha256"] for path in bag.leads for item in bag.json(path)["items"]]
