"""A desk with a campaign, nights behind it, and hostile words in all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lookalike.store import runs
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead, Run
from tests.lookalike.evidence.stored import NOW
from tests.lookalike.review.crews import make_crew
from tests.lookalike.web.desk_at_work import EVERYTHING, AtWork

SHARED = "phone:19900000011"


HOSTILE = "wechat:" + "".join(EVERYTHING.split())[:200]


def add_crew(desk: AtWork, size: int = 5, name: str = "crew", contacts: str = f"{SHARED} {HOSTILE}") -> list[int]:
    """Leads that share a telephone and a hostile contact, or other ones; their numbers."""
    with writing(desk.factory) as session:
        run, _ = runs.begin_or_resume(session, "crew", NOW, {"name": name})
    numbers = make_crew(desk.factory, run, *[contacts] * size, name=name)
    with writing(desk.factory) as session:
        runs.finish(session, session.get_one(Run, run.id), NOW)
    return numbers


def campaign_of(desk: AtWork, lead: int) -> int:
    """The number of a lead's campaign."""
    with reading(desk.factory) as session:
        name = session.get_one(Lead, lead).campaign
    assert name is not None
    return int(name.removeprefix("C-"))


def counts(**more: Any) -> dict[str, Any]:
    """What a source gave in one night."""
    known: dict[str, Any] = {"queries": 20, "pages": 40, "results": 300, "paid": 10, "failed": 0, "unparsed": 0}
    return known | {"captcha": 0, "blocked": 0, "robots": 0, "pending_queries": 0, "state": "ok", "leads_new": 4} | more


def add_nights(desk: AtWork, earlier: int = 4) -> int:
    """Good nights, and one on which an engine gave nothing; the number of the last."""
    good = {"baidu": counts(), "bing": counts(results=200)}
    bad = {"baidu": counts(results=0, paid=0, pages=40, unparsed=38), "bing": counts(state="blocked", why=EVERYTHING)}
    number = 0
    for night in range(earlier + 1):
        last = night == earlier
        with writing(desk.factory) as session:
            at = NOW + timedelta(days=night)
            run, _ = runs.begin_or_resume(session, "nightly", at, {"seeds": "", "clock": ""})
            number = run.id
            runs.note_step(session, run, "night", _summary(bad if last else good, hostile=last))
            runs.finish(session, run, at + timedelta(minutes=50), "failed" if last else "done")
    return number


def _summary(sources: dict[str, Any], *, hostile: bool) -> dict[str, Any]:
    return {
        "sources": sources,
        "sightings": 600,
        "sites": 90,
        "visits": {"ok": 80, "failed": 5},
        "cuts": {"E_BOMB": 3},
        "bands": {"high": 4, "low": 60},
        "leads_new": 8,
        "hacked": [{"host": "www.town.gov.cn", "text": EVERYTHING}] if hostile else [],
        "alarms": [{"level": "fail", "rule": "unparsed", "source": "baidu", "text": EVERYTHING}] if hostile else [],
        "notes": [{"source": "bing", "status": "blocked", "why": EVERYTHING}] if hostile else [],
        "failed": [{"source": "baidu", "why": EVERYTHING}, {"stage": "trial", "why": "x"}] if hostile else [],
        "unvisited": {"E_DISK": {"sites": 30, "first": [f"http://a.example/{EVERYTHING}"]}} if hostile else {},
        "waiting": 7 if hostile else 0,
    }
