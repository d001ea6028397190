"""Invented leads as the forms are given them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lookalike.exchange.blocking import decide
from lookalike.exchange.facts import Crew, Decided, Share, SharedLead
from lookalike.exchange.ownership import Rules
from scoring.case import Fact, Hosting, NetworkFacts, RegistrationFacts
from scoring.domains import registrable_domain
from seeds.loader import load_seeds

NOW = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
SEEN = NOW - timedelta(days=1)
RULES = Rules.of(load_seeds())
"""Building the index takes a fifth of a second: once for all tests."""


def hosting(*, created: datetime | None = SEEN - timedelta(days=20), registrar: str = "某注册商") -> Hosting:
    return Hosting(
        whois=Fact("ok", RegistrationFacts(created=created, registrar=registrar), SEEN, "whois:whois.example"),
        rdap=Fact("failed", None, SEEN, "rdap:https://rdap.example", "E_TIMEOUT 20 秒内没有应答"),
        networks=Fact("ok", (NetworkFacts("203.0.113.7", 64500, "EXAMPLE-NET", "CN"),), SEEN, "network:test"),
    )


def sighting(source: str = "baidu", **more: Any) -> dict[str, Any]:
    known = {"source": source, "query": "特种作业 免考", "position": 3, "paid": True, "seen_at": SEEN.isoformat()}
    return known | {"url": "http://www.baidu.com/link?u=1", "title": "特种作业操作证查询", "snippet": ""} | more


def lead(host: str = "zs-one.top", *, path: str = "/", verdict: str = "confirmed", **more: Any) -> SharedLead:
    """A confirmed fake three weeks old, decided as it is gathered; ``verdict`` empty: nobody has judged it."""
    reason = more.pop("reason", "fake_site")
    honest = more.pop("honest", {})
    decided = Decided(verdict, reason, "王某", NOW - timedelta(hours=2)) if verdict else None
    known: dict[str, Any] = {
        "id": 7,
        "kind": "site",
        "host": host,
        "port": 80,
        "scope": "",
        "url": f"http://{host}{path}" if host else "",
        "registrable": registrable_domain(host) or host,
        "score": 97.34,
        "band": "high",
        "impersonates": "mem-cx",
        "platform": "特种作业操作证查询平台",
        "organ": "应急管理部",
        "official": "https://cx.mem.gov.cn/",
        "status": verdict or "new",
        "campaign": "C-0003",
        "life": "alive",
        "first_seen": SEEN,
        "last_seen": SEEN,
        "changed_at": NOW - timedelta(hours=2),
        "visited_at": SEEN,
        "reasons": ("标题写着官方平台名称", "加微信 zs88899900 办理"),
        "told": ("标题写着官方平台名称",),
        "sightings": (sighting(),),
        "contacts": ({"type": "wechat", "value": "zs88899900"},),
        "decided": decided,
        "guilty": verdict == "confirmed",
        "hosting": hosting(),
        "addresses": ("203.0.113.7",),
    }
    made = SharedLead(**known | more)
    mine, block = decide(made, RULES, honest)
    values = {name: getattr(made, name) for name in SharedLead.__dataclass_fields__}
    told = {"owned": mine.owned, "owner_why": mine.why, "protected": mine.protected, "block": block}
    return SharedLead(**values | told)


def crew(name: str = "C-0003") -> Crew:
    return Crew(name, SEEN, SEEN, NOW, ("统计代码（1 对）",))


def share(*leads: SharedLead, **more: Any) -> Share:
    known: dict[str, Any] = {"unit": "某市应急管理局", "to": "某运营商", "by": "王某", "at": NOW, "crews": (crew(),)}
    return Share(leads=leads or (lead(),), **known | more)
