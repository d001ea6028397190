"""A typical case for publication, from closed vocabulary only: dates, counts, names of platforms, signals and deeds.

No text of the lead itself stands in it: no address, no contact, no name of a person or firm, no quotation, nobody's
words. What is not taken cannot leak.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.evidence.documents.model import Block, Fields, Heading, Sheet, Text
from lookalike.review.handling import Line, lines
from lookalike.review.reasons import reasons
from lookalike.statistics.month_sheet import UNKNOWN_SOURCE
from lookalike.store import figures, handovers
from lookalike.store.models import Assessment, Lead
from lookalike.store.verdicts import GUILTY
from scoring.signals import SIGNALS
from seeds.model import Seeds
from spiders.clock import CHINA

CONTACTS = {"wechat": "微信号", "qq": "QQ号", "phone": "电话", "email": "邮箱", "telegram": "Telegram账号"}
DEEDS = {"police": "移送公安机关", "notice": "通知平台或服务商", "report": "报告主管部门"}
OUTCOMES = {
    "handed": "尚未答复",
    "accepted": "已受理",
    "closed": "已关停或清理",
    "refused": "不予立案或不予处置",
    "relapsed": "处置后复活，正在继续处置",
}
SOURCES = {"search": "搜索与平台巡查", "api": "网络资产查询", "file": "域名与证书名单比对"}
SIGNS = 8
"""Signs of a case that are told, the weightiest first."""


def case_sheet(session: Session, seeds: Seeds, lead_id: int, now: datetime) -> Sheet:
    """The summary of one lead and its crew. Raises UsageError for one that is unknown or not confirmed."""
    lead = session.get(Lead, lead_id)
    if lead is None:
        raise UsageError(f"lead {lead_id}: there is no such lead; see the numbers in: lookalike leads")
    verdict = handovers.confirming(session, lead_id)
    if verdict is None:
        raise UsageError(f"lead {lead_id}: a typical case is made of a confirmed lead; it is {lead.status}")
    judged = session.get(Assessment, lead.assessment_id) if lead.assessment_id else None
    crew = _crew(session, lead)
    blocks: tuple[Block, ...] = (
        Heading("一、基本情况"),
        Fields(
            (
                ("类型", reasons()["confirmed"].get(verdict.reason, "其他")),
                ("仿冒对象", _imitated(seeds, [lead])),
                ("首次发现", _day(lead.first_seen)),
                ("发现途径", _source(seeds, figures.first_sources(session, [lead_id]).get(lead_id, ""))),
                ("人工确认", _day(verdict.at)),
                ("网站地址", _address(lead)),
                ("联系方式", _contacts([lead])),
            )
        ),
        Heading("二、主要特征"),
        *(Text(f"{number}．{sign}") for number, sign in enumerate(_signs(judged), 1)),
        Heading("三、团伙情况"),
        Text(_crew_text(seeds, crew)),
        Heading("四、处置情况"),
        *(Text(text) for text in _handling(lines(session, now, lead_id))),
    )
    return Sheet(
        title="典型案例",
        number=f"线索 {lead_id}",
        status="已隐去地址、姓名和联系方式；公开前请办案单位审核",
        draft=False,
        blocks=blocks,
        foot="本材料由系统按记录生成，只含日期、数量和类别，不含网页原文。",
    )


def _crew(session: Session, lead: Lead) -> Sequence[Lead]:
    if not lead.campaign:
        return []
    return list(session.scalars(select(Lead).where(Lead.campaign == lead.campaign).order_by(Lead.id)))


def _imitated(seeds: Seeds, leads: Sequence[Lead]) -> str:
    names = {p.id: p.name for p in seeds.platforms}
    found = sorted({names.get(x.impersonates, "其他官方平台") for x in leads if x.impersonates})
    return "、".join(found) or "不仿冒具体平台"


def _source(seeds: Seeds, source: str) -> str:
    """Kind of the source, as its name may be another's site."""
    if source == "tips":
        return "群众举报"
    kinds: Mapping[str, str] = {s.id: s.kind for s in seeds.sources}
    if source not in kinds:
        return "由其他线索延伸发现" if source else UNKNOWN_SOURCE
    return SOURCES[kinds[source]]


def _address(lead: Lead) -> str:
    """Only the ending, which names nobody; a bare address or text has none."""
    name, dot, ending = lead.registrable_domain.rpartition(".")
    if not (lead.site_id and name and dot and ending.isalpha() and ending.isascii()):
        return "（已隐去）"
    return f"以 .{ending} 结尾的域名（已隐去）"


def _contacts(leads: Sequence[Lead]) -> str:
    kinds = Counter(kind for kind, _ in {(c["type"], c["value"]) for x in leads for c in x.contacts})
    told = [f"{CONTACTS.get(kind, '其他')} {number} 个" for kind, number in sorted(kinds.items())]
    return "、".join(told) + "（均已隐去）" if told else "未发现"


def _signs(judged: Assessment | None) -> list[str]:
    """Titles of the signals that spoke against it: a closed list of words."""
    titles = {signal.name: signal.title for signal in SIGNALS}
    rows = sorted((r for r in judged.rows if r["points"] > 0), key=lambda r: -r["points"]) if judged else []
    found = list(dict.fromkeys(titles[r["signal"]] for r in rows if r["signal"] in titles))
    return found[:SIGNS] or ["由人工判定"]


def _crew_text(seeds: Seeds, crew: Sequence[Lead]) -> str:
    if len(crew) < 2:
        return "未发现与其他线索同属一个团伙。"
    sites = sum(x.kind == "site" for x in crew)
    adverts, sure = len(crew) - sites, sum(x.status in GUILTY for x in crew)
    return (
        f"与其他 {len(crew) - 1} 条线索同属一个团伙：仿冒网站 {sites} 个、广告 {adverts} 条，其中经人工确认 {sure} 条；"
        f"仿冒对象：{_imitated(seeds, crew)}；联系方式：{_contacts(crew)}。"
        f"最早见于 {_day(min(x.first_seen for x in crew))}，最近见于 {_day(max(x.last_seen for x in crew))}。"
    )


def _handling(found: Sequence[Line]) -> list[str]:
    told = [
        f"{_day(x.handed_at)} {DEEDS[x.kind]}；{_day(x.since)} {OUTCOMES[x.state]}。"
        if x.state != "handed"
        else f"{_day(x.handed_at)} {DEEDS[x.kind]}，{OUTCOMES[x.state]}。"
        for x in found
        if x.handed_at is not None and x.state in OUTCOMES
    ]
    return told or ["已确认，尚未移交。"]


def _day(at: datetime | None) -> str:
    if at is None:
        return ""
    here = at.astimezone(CHINA)
    return f"{here.year}年{here.month}月{here.day}日"
