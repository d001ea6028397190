"""The part of papers that speaks of the law: suspected offences, the table of thresholds, jurisdiction, the texts."""

from __future__ import annotations

from lookalike.evidence.documents.law import legal_basis
from lookalike.evidence.documents.model import Block, Grid, Heading, Text
from lookalike.evidence.documents.values import because, cut
from lookalike.evidence.facts import Json, LeadFacts

_MET = {True: "达到", False: "未达到", None: "无法判断"}
_MOST_CLUES, _MOST_FACTS = 30, 12


def legal_blocks(lead: LeadFacts, level: int) -> list[Block]:
    """Offences, thresholds and jurisdiction of one lead, each with its reason."""
    record = lead.record
    return [
        Heading("涉嫌罪名（建议）", level),
        _offences(record),
        Heading("立案追诉标准对照", level),
        _thresholds(record),
        Heading("建议管辖", level),
        *_jurisdiction(record.get("jurisdiction", {})),
    ]


def _offences(record: Json) -> Block:
    found = record.get("offences", ())
    if not found:
        return Text(because("已知事实不足以建议罪名，或本线索已被人工排除"))
    rows = tuple(
        (
            o["article"],
            o["basis"],
            cut(o.get("why") or because("没有说明")),
            " ".join(o.get("facts", ())[:_MOST_FACTS]) or because("没有网页采集"),
            _by(o["by"]),
        )
        for o in found
    )
    return Grid(("涉嫌罪名", "依据", "事实", "采集", "性质"), rows, (22, 20, 38, 11, 9))


def _by(code: str) -> str:
    return {"suggested": "建议", "confirmed": "已确认"}.get(code, code)


def _thresholds(record: Json) -> Block:
    rows = tuple(
        (
            row["rule"],
            row.get("text") or because("没有说明"),
            "—" if row["measured"] is None else f"{row['measured']} {row.get('unit', '')}",
            f"{row['needed']} {row.get('unit', '')}",
            _MET[row["met"]],
            row.get("how") or because("没有说明"),
        )
        for row in record.get("thresholds", ())
    )
    return Grid(("规则", "内容", "已统计", "标准", "结论", "说明"), rows, (20, 26, 9, 10, 10, 25))


def _jurisdiction(where: Json) -> list[Block]:
    office = where.get("suggested") or because("没有可用的地点线索")
    clues = tuple(
        (c["kind"], cut(c["text"]), c["place"] or because("不能确定"), "是" if c["used"] else "否", c["why"] or "—")
        for c in where.get("clues", ())[:_MOST_CLUES]
    )
    told: list[Block] = [Text(f"建议：{office}。理由：{where.get('reason') or because('没有线索')}")]
    if clues:
        told.append(Grid(("线索", "内容", "地点", "据以建议", "说明"), clues, (13, 27, 17, 10, 33)))
    return told


def laws() -> list[Block]:
    """The texts that papers rely on, with when and by whom the entries were checked."""
    rows = tuple(
        (law.title, law.number or because("文号未核对"), law.in_force.isoformat(), law.status, law.note)
        for law in legal_basis().laws
    )
    head = ("名称", "文号", "施行日期", "核对", "说明")
    return [Heading("依据"), Grid(head, rows, (29, 16, 13, 22, 20))]
