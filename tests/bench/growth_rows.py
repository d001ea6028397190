# ruff: noqa: SIM905 - words read best as they stand
"""Rows of a site and of a night as the program would have stored them: true in kind, number and length."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

Row = tuple[str, dict[str, Any]]
"""A table and the row's values."""
BASE = 2_000
"""Leads that are made one by one; there is one site more for every four of them that is no lead."""
SITES = BASE * 5 // 4
NIGHTS = 3
"""Nights of the base; each copy is found three nights later, until a year is full."""
YEAR = 360
FIRST = datetime(2025, 11, 20, 18, tzinfo=UTC)
SOURCES = ("baidu", "bing", "so360", "sogou")
WORDS = "免考 速成 包过 挂靠 证书 查询 安全员 特种作业 操作证 电工证 焊工 高处作业 官网 入口 报名 补办 年审 换证 代办 培训".split()
SEARCHES = 60
"""Queries of a night; each brings two pages."""


def night(run: int) -> datetime:
    """When a run began."""
    return FIRST + timedelta(days=run)


def _text(dice: random.Random, words: int) -> str:
    return "，".join("".join(dice.choices(WORDS, k=3)) for _ in range(words))


def _sha(*parts: object) -> str:
    return hashlib.sha256(":".join(map(str, parts)).encode()).hexdigest()


def _evidence(dice: random.Random, host: str) -> dict[str, str]:
    return {"quote": _text(dice, 1), "url": f"http://{host}/", "where": "text", "capture": _sha(host)}


def _judgement(dice: random.Random, host: str) -> list[dict[str, Any]]:
    signals = dice.sample(range(60), k=3)
    return [
        {"signal": f"signal_{n}", "points": 1.2, "text": _text(dice, 2), "evidence": {"items": [_evidence(dice, host)]}}
        for n in signals
    ]


def of_site(n: int) -> Iterator[Row]:
    """All rows of site number ``n``, by table."""
    dice = random.Random(n)
    run, host, lead = 1 + n % NIGHTS, f"cx{n}.{dice.choice(('zs', 'aq', 'cx'))}{n}.top", n % 5 != 0
    first, score = night(run), dice.random() * 100 if lead else dice.random() * 5
    band = "high" if score > 90 else "medium" if score > 50 else "low"
    alive, seen = dice.random() < 0.7, {"first_seen": first, "last_seen": night(run + 2)}
    yield (
        "site",
        {
            "id": n,
            "host": host,
            "port": 80,
            "scope": "",
            "registrable_domain": host.partition(".")[2],
            **seen,
            "state": "done",
            "turn": -dice.random(),
            "lease_owner": "",
            "attempts": 1,
            "error": "",
            "urls": [f"http://{host}/"],
            "visit_run_id": run + 2,
            "last_visit_at": night(run + 2),
            "alive": alive,
            "life": "alive" if alive else "dead",
            "life_since": first,
            "due_at": night(10_000 if n % 100 else 1),
        },
    )
    for k in range(8):
        yield (
            "sighting",
            {
                "run_id": run + k % 3,
                "site_id": n,
                "source": SOURCES[(n + k) % 4],
                "query": f"{WORDS[n % 20]}{WORDS[n % 7]}{n // 20}-{k // 3}",
                "page": 1 + n % 2,
                "position": 1 + n % 20,
                "paid": False,
                "url": f"http://{host}/?from={k}",
                "title": _text(dice, 2),
                "snippet": _text(dice, 4),
                "display_url": host,
                "seen_at": night(run + k % 3),
            },
        )
    for k in range(2):
        visit = 2 * n - 1 + k
        yield (
            "visit",
            {
                "id": visit,
                "site_id": n,
                "run_id": run + 2 * k,
                "url": f"http://{host}/",
                "started_at": night(run + 2 * k),
                "outcome": "ok",
                "why": "",
                "life": "alive",
                "counts": {},
                "warc_sha256": _sha("w", visit),
                "pictures": 0,
            },
        )
        for client in ("desktop", "mobile"):
            asked = f"http://{host}/"
            yield (
                "capture",
                {
                    "visit_id": visit,
                    "client": client,
                    "requested_url": asked,
                    "url_sha256": _sha(asked),
                    "final_url": asked,
                    "status": 200,
                    "error": "",
                    "encoding": "utf-8",
                    "encoding_note": "header",
                    "body_sha256": _sha("b", visit),
                },
            )
        yield (
            "assessment",
            {
                "id": visit,
                "site_id": n,
                "run_id": run + 2 * k,
                "kind": "site",
                "score": score,
                "band": band,
                "rows": _judgement(dice, host),
                "unchecked": [],
                "contacts": [{"type": "wechat", "value": f"wx{n // 6}"}],
                "weights_version": "1",
                "documents": [_sha("w", visit)],
                "at": night(run + 2 * k),
                "sightings_to": 0,
            },
        )
    for kind, value in (
        ("contact", f"wx{n // 6}"),
        ("ip", f"{n // 9}"),
        ("domain", host),
        ("name_server", f"ns{n % 40}.example"),
    ):
        yield (
            "lead_key",
            {"site_id": n, "type": kind, "value": value, "evidence": _evidence(dice, host), "seen_at": first},
        )
    yield "site_address", {"site_id": n, "address": f"{n // 9}", "first_seen": first}
    yield (
        "life_event",
        {
            "site_id": n,
            "run_id": run,
            "visit_id": 2 * n - 1,
            "at": first,
            "before": "unknown",
            "after": "alive",
            "back": False,
            "why": "能正常打开",
        },
    )
    if lead:
        status = "confirmed" if n % 50 == 1 else "false_positive" if n % 12 == 1 else "new"
        yield (
            "lead",
            {
                "id": n,
                "site_id": n,
                "kind": "site",
                "host": host,
                "url": f"http://{host}/",
                "registrable_domain": host.partition(".")[2],
                "score": score,
                "band": band,
                "impersonates": "mem-cx" if n % 3 else None,
                "status": status,
                **seen,
                "alive": alive,
                "contacts": [{"type": "wechat", "value": f"wx{n // 6}"}],
                "assessment_id": 2 * n,
                "version": 1,
            },
        )
        if status != "new":
            yield (
                "verdict",
                {
                    "lead_id": n,
                    "assessment_id": 2 * n,
                    "verdict": status,
                    "reason": "fake_site" if n % 50 == 1 else "unrelated",
                    "note": "",
                    "by": "analyst",
                    "at": night(run + 3),
                    "status_before": "new",
                    "lead_version": 2,
                },
            )


def of_night(run: int) -> Iterator[Row]:
    started = night(run)
    summary = {"revisits": {"due": 300, "planned": 300}, "score": {"leads_new": 50}}
    yield (
        "run",
        {
            "id": run,
            "kind": "nightly",
            "state": "done",
            "started_at": started,
            "finished_at": started + timedelta(hours=3),
            "options": {"sources": list(SOURCES), "seeds": "", "clock": ""},
            "summary": summary,
        },
    )
    for k in range(SEARCHES):
        asked = {"run_id": run, "source": SOURCES[k % 4], "query": f"{WORDS[k % 20]}{WORDS[k % 7]} {k}"}
        yield (
            "search",
            {**asked, "ordinal": k, "state": "done", "pages_done": 2, "next_url": "", "outcome": "results", "note": ""},
        )
        for page in (1, 2):
            yield (
                "serp_page",
                {
                    **asked,
                    "page": page,
                    "outcome": "results",
                    "url": f"https://www.example/s?wd={k}&pn={page}",
                    "results": 10,
                    "paid": 0,
                    "seen_at": started,
                    "note": "",
                    "unresolved": 0,
                    "seconds": 1.0,
                },
            )
