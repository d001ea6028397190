"""04 电子数据提取固定清单: every evidence file with its hashes, as they stand in the manifest."""

from __future__ import annotations

from lookalike.evidence.documents.model import Block, Fields, Grid, Sheet, Signatures, Text, capped
from lookalike.evidence.documents.values import TO_FILL, because, beijing, cut
from lookalike.evidence.documents.words import forms
from lookalike.evidence.documents.workbook import status_words
from lookalike.evidence.facts import Json, PackFacts

HEAD = (
    "序号",
    "电子数据（文件名）",
    "类别",
    "文件格式",
    "字节数",
    "来源（URL）",
    "提取方法",
    "SHA-256",
    "SM3",
    "MD5（兼容）",
)
_WIDTHS = (4, 17, 8, 7, 7, 17, 10, 12, 12, 9)
_MOST_IN_PDF = 600
_LONGEST_URL = 300


def fixed_list(facts: PackFacts, *, whole: bool) -> Sheet:
    """The paper; ``whole``: every row, as the docx has them. The PDF is for reading and names the docx for the rest."""
    words = forms()["fixed"]
    grid = Grid(HEAD, tuple(row_of(item) for item in facts.items), _WIDTHS, frozenset({7, 8, 9}), small=True)
    about = Fields(
        (
            ("提取单位", facts.unit or because("没有设置本单位名称")),
            ("项数、字节数", f"{len(facts.items)} 项，{sum(item['bytes'] for item in facts.items)} 字节"),
            ("提取人/见证人", TO_FILL),
            ("可信时间戳", facts.stamps),
        )
    )
    table = grid if whole else capped(grid, _MOST_IN_PDF, "04-fixed-list.docx")
    listed: Block = table if facts.items else Text(because("没有已保存的电子数据"))
    record = forms()["record"]["signatures"]
    blocks = (about, listed, Text(words["note"], note=True), Signatures(tuple(record)))
    foot = f"导出时间：{beijing(facts.made_at)}；导出人：{facts.made_by}"
    draft = facts.state != "reviewed"
    return Sheet(words["title"], facts.name, status_words(facts), draft, blocks, landscape=True, foot=foot)


def row_of(item: Json) -> tuple[str, ...]:
    """The cells of one file, in the order of ``HEAD``."""
    source = cut(item["source"] or because("没有网址"), _LONGEST_URL)
    named = (str(item["no"]), item["file"], item["kind"], item["format"], str(item["bytes"]), source, item["method"])
    return (*named, item["sha256"], item["sm3"], item["md5"])
