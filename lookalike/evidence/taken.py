"""How a capture was taken, so that a reader can judge it and anybody can take it again: most of ``capture.json``."""

from __future__ import annotations

from dataclasses import dataclass

from lookalike import __version__
from lookalike.evidence.canonical import canonical, utc
from lookalike.evidence.facts import METHOD, Json, unknown
from lookalike.evidence.hashes import digest
from lookalike.store.models import Audit, Run, Visit
from scoring.faces import GATEWAY
from spiders.items import Exchange, PageVisit, RenderedPage, RenderedVisit, VisitItem

SOFTWARE = f"lookalike/{__version__}"


@dataclass(frozen=True, slots=True)
class Source:
    """One stored visit, read back."""

    row: Visit
    run: Run
    item: VisitItem
    rendered: RenderedVisit | None
    seal: Audit | None
    """The entry of the audit trail that was made when its file was stored."""


def answer_of(page: PageVisit) -> Exchange | None:
    """The exchange that is the page: the last answer that is not a gateway's excuse; None when nothing answered."""
    answers = [e for e in page.exchanges if e.status is not None]
    return next((e for e in reversed(answers) if e.status not in GATEWAY), answers[-1] if answers else None)


def user_agent(page: PageVisit) -> str:
    """As whom the page was asked for."""
    sent = page.exchanges[0].request_headers if page.exchanges else []
    return next((v for k, v in sent if k.lower() == "user-agent"), "")


def how_taken(source: Source, page: PageVisit, shown: RenderedPage | None, number: str, lead_id: int) -> Json:
    """The record without what its files say: those are added by whoever writes them."""
    item, answered = source.item, answer_of(page)
    times = [e.at for e in page.exchanges] or [item.started_at]
    return {
        "schema": "capture/1",
        "number": number,
        "lead": lead_id,
        "client": page.client,
        "url": page.requested_url,
        "final_url": answered.url if answered else page.requested_url,
        "started": utc(min(times)),
        "ended": utc(max(times)),
        "monotonic_ms": unknown("采集时只记录了钟表时间"),
        "clock": {"offset_ms": unknown("采集时没有测量时钟偏差"), "source": "采集主机系统时钟"},
        "method": METHOD,
        "steps": _steps(page),
        "tool": _tool(source),
        "browser": _browser(source, page, shown),
        "egress_ip": unknown("采集时没有记录出口地址"),
        "robots": unknown("可疑站点按执法核查访问；是否适用 robots.txt 未作记录"),
        "logged_in": False,
        "forms_submitted": False,
        "truncated": _truncated(page),
        "screenshot": _screenshot(shown),
        "not_captured": "页面引用的样式表、脚本等子资源未逐一保存，回放时版式可能与截图不同；以截图和原始响应为准",
        "result": "failed" if answered is None else "partial" if page.error else "ok",
        "reason_code": page.error.split()[0] if page.error else None,
        "reason_text": page.error or None,
        "visit": {"id": source.row.id, "run": source.row.run_id, "outcome": item.outcome, "why": item.why},
        "sealed_by": {"audit": source.seal.id, "hash": source.seal.hash} if source.seal else None,
    }


def _steps(page: PageVisit) -> list[str]:
    """How anybody can do the same again."""
    sent = page.exchanges[0].request_headers if page.exchanges else []
    steps = [f"以下列请求头直接请求 {page.requested_url}（GET，不登录、不提交表单）"]
    steps += [f"{k}: {v}" for k, v in sent]
    for before, hop in zip(page.hops, page.hops[1:], strict=False):
        steps.append(f"由 {before.url}（{before.status}，{hop.via}）转到 {hop.url}")
    return steps


def _tool(source: Source) -> Json:
    return {
        "name": "lookalike",
        "version": __version__,
        "git": unknown("安装版本不含代码库信息"),
        "config_sha256": digest(canonical(source.run.options), "sha256"),
        "stored_warc_sha256": source.row.warc_sha256,
        "stored_rendered_sha256": source.row.rendered_sha256,
    }


def _browser(source: Source, page: PageVisit, shown: RenderedPage | None) -> Json:
    sent = dict(page.exchanges[0].request_headers) if page.exchanges else {}
    told: Json = {"ua": user_agent(page), "lang": sent.get("Accept-Language", "")}
    if shown is None or source.rendered is None:
        return told | {"version": unknown("未用浏览器渲染本次访问"), "viewport": unknown("未用浏览器渲染本次访问")}
    return told | {
        "version": source.rendered.browser,
        "viewport": {"page_width": shown.width, "page_height": shown.height},
        "rendered_at": utc(shown.at),
        "final_url": shown.final_url,
        "error": shown.error,
        "refused": shown.refused,
    }


def _truncated(page: PageVisit) -> list[Json]:
    return [
        {"what": e.url, "why": e.truncated, "at_bytes": len(e.body), "told": e.error}
        for e in page.exchanges
        if e.truncated
    ]


def _screenshot(shown: RenderedPage | None) -> Json:
    if shown is None:
        return unknown("没有用浏览器查看这一页面")
    if not shown.whole:
        return unknown(shown.error or "截图没有取到")
    return {"w": shown.width, "h": shown.height, "truncated": shown.whole_cut, "at": utc(shown.at)}
