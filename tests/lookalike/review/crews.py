"""Leads that share invented contacts, linked into campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lookalike.stages.link import relink
from lookalike.store import campaign_keys, leads, searches
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Lead, Run, Site
from scoring.link import Key
from scoring.result import Evidence
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, judge, make_page


def make_crew(factory: Factory, run: Run, *contacts: str, name: str = "crew", score: float = 95.0) -> list[int]:
    """One lead for each string of contacts, parted by blanks (``phone:1 wechat:a``); their numbers."""
    urls = [f"http://{name}{n}.example/" for n in range(len(contacts))]
    numbers = []
    with writing(factory) as session:
        for start in range(0, len(urls), 10):
            page = make_page(*urls[start : start + 10], page=1 + start // 10, query=name)
            searches.record_page(session, run, page, max_pages=99, now=NIGHT, unit=site_key)
        by_host = {site.host: site for site in session.scalars(select(Site))}
        for n, held in enumerate(contacts):
            site = by_host[f"{name}{n}.example"]
            site.state, site.visit_run_id, site.alive = "done", run.id, True
            lead, _ = leads.record(session, run, site, judge(score - n / 100), contacts=[], now=NIGHT)
            assert lead is not None
            numbers.append(lead.id)
            keys = [Key("contact", value, Evidence(value, where="text")) for value in held.split()]
            campaign_keys.keep(session, site.id, keys, NIGHT)
    link_all(factory)
    return numbers


def link_all(factory: Factory, at: datetime = NIGHT) -> None:
    """What the last step of a night does."""
    with writing(factory) as session:
        relink(session, {"mem-cx": "应急管理部"}, at)


def groups(factory: Factory, numbers: Sequence[int]) -> set[tuple[int, ...]]:
    """The campaigns of these leads, without their names; a lead alone is in none."""
    found: dict[str, list[int]] = {}
    with reading(factory) as session:
        for number, name in session.execute(select(Lead.id, Lead.campaign).where(Lead.id.in_(numbers))):
            if name:
                found.setdefault(name, []).append(number)
    return {tuple(sorted(group)) for group in found.values()}
