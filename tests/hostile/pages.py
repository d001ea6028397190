"""A page that imitates a platform, and visits that bring one back, without a network."""

from __future__ import annotations

from datetime import UTC, datetime

from scoring.case import Hop, Hosting, SiteKey
from spiders.items import Exchange, PageVisit, VisitItem

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
HOST = "cx-mem-gov.chaxun-top.example"
FAKE = """<!DOCTYPE html><html><head><meta charset="utf-8">
<title>特种作业操作证及安全生产知识和管理能力考核合格信息查询平台</title></head><body>
<h1>特种作业操作证及安全生产知识和管理能力考核合格信息查询平台</h1>
<form><p>证件号码<input name=zjhm></p><p>姓名<input name=xm></p><p>验证码<input name=yzm></p><button>查询</button></form>
<footer>版权所有：中华人民共和国应急管理部</footer></body></html>"""


def visit_of(
    html: str | bytes,
    *,
    status: int = 200,
    kind: str = "text/html; charset=utf-8",
    hosting: Hosting | None = None,
    headers: tuple[tuple[str, str], ...] = (),
    host: str = HOST,
) -> VisitItem:
    """A visit that brought ``html`` back for a desktop."""
    body = html.encode() if isinstance(html, str) else html
    url = f"http://{host}/"
    got = Exchange(url, "GET", [], status, "", [("Content-Type", kind), *headers], body, NOW)
    page = PageVisit("desktop", url, [Hop(url, status)], [got], "utf-8", "", "0" * 64)
    return VisitItem(SiteKey(host), url, NOW, [page], hosting=hosting or Hosting())
