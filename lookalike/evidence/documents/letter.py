"""01 案件线索移送函: what was found, what it may be, whose it may be, what is attached. Signed by nobody."""

from __future__ import annotations

from lookalike.evidence.documents.fields import lead_fields, lead_number
from lookalike.evidence.documents.legal_part import laws, legal_blocks
from lookalike.evidence.documents.model import Block, Fields, Grid, Heading, Sheet, Signatures, Text
from lookalike.evidence.documents.values import TO_FILL, because, beijing, cut
from lookalike.evidence.documents.words import forms
from lookalike.evidence.documents.workbook import status_words
from lookalike.evidence.facts import LeadFacts, PackFacts

MOST_LEADS = 10
_MOST_LINES = 12
_MOST_LISTED = 60
_NAMES = (
    "线索编号", "来源", "发现时间", "最近所见", "类别", "分级与理由", "审核状态", "站点状态", "网站名称", "首页URL",
    "域名", "假冒对象", "真官网", "IP", "网络", "归属地", "注册商", "注册人", "注册时间", "自称ICP备案号",
    "自称公安备案号", "联系方式", "资金账户", "去重簇号", "同簇站点数", "发布条数", "已采取措施",
)  # fmt: skip


def letter(facts: PackFacts) -> Sheet:
    """The paper."""
    words = forms()["letter"]
    unit = facts.unit or f"________________________{TO_FILL}"
    blocks: list[Block] = [Text(words["to"]), Text(words["opening"].format(unit=unit, count=len(facts.leads)))]
    if len(facts.leads) > 1:
        blocks += _overview(facts)
    if len(facts.leads) > MOST_LEADS:
        blocks.append(Text(words["several"].format(most=MOST_LEADS)))
    for lead in facts.leads[:MOST_LEADS]:
        blocks += _one(facts, lead)
    blocks += [*laws(), Heading("说明"), *(Text(forms()["common"][k]) for k in ("nature", "repeat", "personal"))]
    attached = "\n".join(f"{n}. {line}" for n, line in enumerate(words["attachments"], 1))
    blocks += [Heading("附件"), Text(attached), Signatures(tuple(words["signatures"]))]
    status = status_words(facts)
    return Sheet(words["title"], facts.name, status, facts.state != "reviewed", tuple(blocks), foot=_foot(facts))


def _foot(facts: PackFacts) -> str:
    return f"导出时间：{beijing(facts.made_at)}；导出人：{facts.made_by}；{forms()['common']['unknowns']}"


def _overview(facts: PackFacts) -> list[Block]:
    """All leads of the pack in a line each, and what ties them."""
    rows = tuple(
        (lead_number(facts, x), cut(x.record["site"]["home"] or because("没有网址"), 200), f["假冒对象"], f["站点状态"])
        for x in facts.leads[:_MOST_LISTED]
        for f in (lead_fields(facts, x),)
    )
    more = f"共 {len(facts.leads)} 条，其余见 02-lead-list.xlsx" if len(facts.leads) > _MOST_LISTED else ""
    told: list[Block] = [Heading("线索一览")]
    told.append(Grid(("线索编号", "首页", "假冒对象", "状态"), rows, (22, 40, 26, 12), more=more))
    if facts.campaign:
        ties = "；".join(f"{t['text']}（{t['pairs']} 对）" for t in facts.campaign["why"])
        told.append(Text(f"以上线索属于同一团伙 {facts.campaign['id']}，关联依据：{ties or because('没有记录')}"))
    return told


def _one(facts: PackFacts, lead: LeadFacts) -> list[Block]:
    found = lead_fields(facts, lead)
    rows = tuple((name, shortened(found[name])) for name in _NAMES)
    return [Heading(f"线索 {lead_number(facts, lead)}"), Fields(rows), *legal_blocks(lead, 2)]


def shortened(value: str) -> str:
    """A value for a form on paper: some lines, then where the rest stands."""
    lines = value.split("\n")
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], f"……共 {len(lines)} 项，其余见 02-lead-list.xlsx"]
    return cut("\n".join(lines))
