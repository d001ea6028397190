"""05 线索报告: each lead for reading, with its pictures beside the genuine platform's. A working copy."""

from __future__ import annotations

from lookalike.evidence.documents.fields import lead_fields, lead_number, main_of
from lookalike.evidence.documents.legal_part import laws, legal_blocks
from lookalike.evidence.documents.letter import shortened
from lookalike.evidence.documents.model import Block, Fields, Grid, Heading, Picture, Sheet, SideBySide, Text, capped
from lookalike.evidence.documents.pictures import fitted
from lookalike.evidence.documents.values import because, beijing, cut, told
from lookalike.evidence.documents.words import forms, word
from lookalike.evidence.documents.workbook import status_words
from lookalike.evidence.facts import CaptureFacts, LeadFacts, PackFacts

MOST_LEADS = 30
_MOST_ROWS = 40
_MOST_OTHER = 4


def report(facts: PackFacts) -> Sheet:
    """The paper."""
    words, common = forms()["report"], forms()["common"]
    blocks: list[Block] = [Text(words["note"]), Text(common["nature"], note=True)]
    for lead in facts.leads[:MOST_LEADS]:
        blocks += _one(facts, lead)
    if len(facts.leads) > MOST_LEADS:
        blocks.append(Text(f"本包共 {len(facts.leads)} 条线索，此处列前 {MOST_LEADS} 条，其余见 02-lead-list.xlsx"))
    blocks += [*laws(), Heading("说明"), *(Text(common[k]) for k in ("repeat", "personal", "unknowns"))]
    foot = f"导出时间：{beijing(facts.made_at)}；导出人：{facts.made_by}"
    status = f"{common['working_copy']}　{status_words(facts)}"
    return Sheet(words["title"], facts.name, status, facts.state != "reviewed", tuple(blocks), foot=foot)


def _one(facts: PackFacts, lead: LeadFacts) -> list[Block]:
    name = cut(lead.record["site"]["domain_unicode"] or "广告", 80)
    fields = lead_fields(facts, lead)
    return [
        Heading(f"线索 {lead_number(facts, lead)}　{name}"),
        *_pictures(lead),
        Heading("基本情况", 2),
        Fields(tuple((field, shortened(value)) for field, value in fields.items())),
        Heading("评分依据", 2),
        _rows(lead),
        *_unchecked(lead),
        *legal_blocks(lead, 2),
    ]


def _pictures(lead: LeadFacts) -> list[Block]:
    main = main_of(lead)
    shown: list[Block] = [Heading("截图对照", 2), SideBySide(_suspect(main), _genuine(lead))]
    others = [c for c in lead.captures if c is not main and c.screenshot_view][:_MOST_OTHER]
    none = Picture("", b"")
    for at in range(0, len(others), 2):
        pair = [_suspect(c) for c in others[at : at + 2]]
        shown.append(SideBySide(pair[0], pair[1] if len(pair) > 1 else none))
    return shown


def _suspect(capture: CaptureFacts | None) -> Picture:
    if capture is None:
        return Picture("涉案页面", b"", because("没有采集到网页"))
    record = capture.record
    client = word("clients", record["client"])
    caption = f"涉案页面 {capture.number}（{client}）\n{cut(record['final_url'], 200)}\n{beijing(record['started'])}"
    png, why = fitted(capture.screenshot_view)
    reason = told(record["screenshot"], forms()["report"]["no_screen"]) if not capture.screenshot_view else why
    return Picture(caption, png, reason)


def _genuine(lead: LeadFacts) -> Picture:
    words, found = forms()["report"], lead.genuine
    if found is None:
        why = words["no_baseline"] if lead.record["site"]["impersonates"].get("id") else words["no_target"]
        return Picture("正版平台", b"", because(why))
    caption = f"正版平台\n{cut(found.url, 200)}\n{beijing(found.captured_at)}"
    png, why = fitted(found.screenshot)
    return Picture(caption, png, why if found.screenshot else because(words["no_baseline"]))


def _rows(lead: LeadFacts) -> Block:
    rows = tuple((f"{row['points']:+.2f}", cut(str(row["text"]), 400)) for row in lead.view.reasons)
    if not rows:
        return Text(because("没有评分记录"))
    return capped(Grid(("分值", "说明"), rows, (12, 88)), _MOST_ROWS, "data/04_process/detection.json")


def _unchecked(lead: LeadFacts) -> list[Block]:
    rows = tuple((cut(u["what"], 200), because(cut(u["why"], 400))) for u in lead.view.unchecked)
    if not rows:
        return []
    grid = capped(Grid(("未核查项", "原因"), rows, (40, 60)), _MOST_ROWS, "data/04_process/detection.json")
    return [Heading("没有核查到的项目", 2), grid]
