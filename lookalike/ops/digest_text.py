"""The morning digest in Chinese, as one text of lines; says nothing that the facts do not hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

NIGHTS = {
    "done": "已完成",
    "failed": "已完成，部分失败",
    "running": "尚未结束",
    "late": "超过 26 小时没有完成采集，请检查定时任务",
    "none": "还没有运行过",
    "lost": "被放弃，请检查日志",
}


def subject(facts: Mapping[str, Any]) -> str:
    """One line."""
    return (
        f"仿冒查询网站早报 {facts['day']}：高分新线索 {facts['leads_high']['count']}，复活 {facts['relapses']['count']}"
    )


def text(facts: Mapping[str, Any]) -> str:
    """All lines; ``facts``: ``Digest.as_json()``, as it is or as it was kept."""
    return "\n".join([subject(facts), *_lines(facts)]) + "\n"


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"采集：{NIGHTS.get(facts['night'], facts['night'])}"
    yield _named("高分新线索", facts["leads_high"])
    yield _named("复活线索", facts["relapses"])
    if facts["sources_failed"]:
        yield f"失败的来源：{'、'.join(facts['sources_failed'])}"
    if facts["alarms"]:
        yield f"监测警报：{facts['alarms']} 条，详见 lookalike runs"
    if facts["leases_left"]["count"]:
        yield _named("已打开、占用到期而未作结论", facts["leases_left"])
    if facts["handovers_late"]:
        yield f"移送时限已过：{facts['handovers_late']} 件"
    for report in facts["reports"]:
        yield _report(report)
    if facts["undelivered"]:
        yield f"此前未送达的早报：{'、'.join(facts['undelivered'])}"
    yield "（域名已做防误点处理；详情只在系统内查看）"


def _named(title: str, named: Mapping[str, Any]) -> str:
    if not named["count"]:
        return f"{title}：无"
    more = "…" if named["count"] > len(named["domains"]) else ""
    return f"{title}：{named['count']} 条　{'、'.join(named['domains'])}{more}"


def _report(report: Mapping[str, Any]) -> str:
    left = "今天截止" if report["days_left"] == 0 else f"还有 {report['days_left']} 天"
    state = f"已统计至 {report['written_to']}" if report["written_to"] else "尚未生成"
    missed = f"；上期（{report['previous']}）未生成" if report["previous_done"] is False else ""
    return f"报送：{report['what']}，{report['due']}（{left}），{state}{missed}"
