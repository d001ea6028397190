"""00 交接单（回执): what is handed over with its hashes; it lies outside of the pack, so it can print them."""

from __future__ import annotations

from lookalike.evidence.documents.model import Block, Fields, Grid, Heading, Sheet, Signatures, Text
from lookalike.evidence.documents.values import because, beijing
from lookalike.evidence.documents.words import forms
from lookalike.evidence.facts import ReceiptFacts


def handover_receipt(facts: ReceiptFacts) -> Sheet:
    """The paper."""
    words, common = forms()["receipt"], forms()["common"]
    rows = (
        ("证据包", facts.name),
        ("字节数", str(facts.bytes)),
        ("SHA-256", facts.sha256),
        ("SM3（GB/T 32905）", facts.sm3),
        ("标签清单 SHA-256（时间戳所盖）", facts.tag_sha256),
        ("导出时间", beijing(facts.made_at)),
        ("导出人", facts.made_by),
        ("移交单位", facts.unit or because("没有设置本单位名称")),
    )
    blocks: tuple[Block, ...] = (
        Fields(rows),
        Heading("时间戳根证书指纹（SHA-256）"),
        _roots(facts),
        Heading("核对"),
        Text(words["check"]),
        Text(common["nature"], note=True),
        Text(common["personal"], note=True),
        Signatures(tuple(words["left"])),
    )
    return Sheet(words["title"], facts.name, words["status"], draft=False, blocks=blocks)


def _roots(facts: ReceiptFacts) -> Block:
    if not facts.roots:
        return Text(because("未配置可信时间戳服务"))
    return Grid(("机构", "指纹"), facts.roots, (25, 75), frozenset({1}))
