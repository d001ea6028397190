"""Keys of sites: kept with each judgement, read back as what linking works with."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from lookalike.store.leads import SHOWN
from lookalike.store.models import Assessment, Lead, LeadKey, Site
from lookalike.store.types import storable
from scoring.link import Key, LinkCase
from scoring.result import Evidence, Kind

HONEST = 10.0
"""Score below which an examined site that is no lead counts as honest; above, nobody knows, and it says nothing."""
PASSING = frozenset({"ip", "name_server", "template", "wording", "favicon", "cert_name", "batch"})
"""Kinds that a new observation replaces: an old address or layout says nothing. All others are known for ever."""
CLEARED = "false_positive"
"""Status of a lead that an analyst found to be honest."""
_NOWHERE = Evidence("")
"""Of honest sites' keys only the number is asked, not where they were seen."""
_AT_ONCE = 1000
"""Rows that are read at once: only what is kept of them stays in memory."""


def keep(session: Session, site_id: int, keys: Iterable[Key], now: datetime) -> None:
    """Stores what a site was known by when it was judged. What a site that is gone no longer shows is kept."""
    fresh = {(key.type, storable(key.value)): key for key in keys}
    seen_types = {kind for kind, _ in fresh} & PASSING
    known = {(row.type, row.value): row for row in session.scalars(select(LeadKey).where(LeadKey.site_id == site_id))}
    for name, row in known.items():
        if name in fresh:
            row.evidence, row.seen_at = _evidence_json(fresh[name].evidence), now
        elif name[0] in seen_types:
            session.delete(row)
    for name in sorted(fresh.keys() - known.keys()):
        evidence = _evidence_json(fresh[name].evidence)
        session.add(LeadKey(site_id=site_id, type=name[0], value=name[1], evidence=evidence, seen_at=now))
    session.flush()


def cases(session: Session, organs: Mapping[str, str]) -> tuple[list[LinkCase], list[LinkCase]]:
    """All leads that can be linked, by lead id, and the honest sites' keys as one case.

    ``organs`` names the organ behind each platform. Leads that an analyst cleared, and those that a later judgement of
    a page that is still there found low, are no leads here. Where a key was seen is left where it is: ``seen`` reads it
    for the few that link.
    """
    rows = session.execute(
        select(Lead.id, Lead.kind, Lead.impersonates, Lead.site_id).where(*_linkable()).order_by(Lead.id)
    ).all()
    found = _keys(session)
    leads = [
        LinkCase(lead, cast("Kind", kind), tuple(found.get(site or 0, ())), organs.get(platform or "", ""))
        for lead, kind, platform, site in rows
    ]
    return leads, _honest_case(session, found.values())


def _linkable() -> list[Any]:
    return [
        Lead.status != CLEARED,
        Lead.assessment_id.is_not(None),
        or_(Lead.band.in_(SHOWN), Lead.alive.is_not(True)),
    ]


def _honest_case(session: Session, held: Iterable[Iterable[Key]]) -> list[LinkCase]:
    """Of what honest sites have only what leads (``held``: their keys) have too; as often as there are such sites."""
    values: dict[str, set[str]] = defaultdict(set)
    for keys in held:
        for key in keys:
            values[key.type].add(key.value)
    rows = session.execute(_honest(), execution_options={"yield_per": _AT_ONCE})
    both = [(kind, value, n) for kind, value, n in rows if value in values.get(kind, ())]
    honest = [key for kind, value, n in both for key in [Key(kind, value, _NOWHERE)] * n]
    return [LinkCase(0, "site", tuple(honest))] if honest else []


def _honest() -> Select[str, str, int]:
    """Keys of honest sites, and how many such sites have each.

    Honest are sites that answered and were judged clearly low, and cleared leads. Which of the keys leads have too is
    not asked here: it would be asked of every key once more, where the caller has them at hand.
    """
    newest = (
        select(Assessment.site_id, func.max(Assessment.run_id).label("run_id")).group_by(Assessment.site_id).subquery()
    )
    low = (
        select(Site.id)
        .join(newest, newest.c.site_id == Site.id)
        .join(Assessment, and_(Assessment.site_id == Site.id, Assessment.run_id == newest.c.run_id))
        .outerjoin(Lead, Lead.site_id == Site.id)
        .where(
            or_(
                Site.state == "genuine",
                Lead.status == CLEARED,
                and_(Assessment.band == "low", Assessment.score < HONEST, Site.alive.is_(True)),
            )
        )
        .subquery()
    )
    return (
        select(LeadKey.type, LeadKey.value, func.count())
        .join(low, low.c.id == LeadKey.site_id)
        .group_by(LeadKey.type, LeadKey.value)
    )


def _keys(session: Session) -> dict[int, list[Key]]:
    """The keys of what can be linked, by site; each one's evidence is but the number of its row."""
    columns = (
        select(LeadKey.id, LeadKey.site_id, LeadKey.type, LeadKey.value)
        .join(Lead, Lead.site_id == LeadKey.site_id)
        .where(*_linkable())
        .order_by(LeadKey.site_id, LeadKey.type, LeadKey.value)
        .execution_options(yield_per=_AT_ONCE)
    )
    found: dict[int, list[Key]] = {}
    for number, site_id, kind, value in session.execute(columns):
        found.setdefault(site_id, []).append(Key(sys.intern(kind), value, Evidence(str(number))))
    return found


def seen(session: Session, keys: Iterable[Evidence]) -> dict[Evidence, dict[str, str]]:
    """Where the keys of ``cases`` were seen: quote, url, where and capture, as far as each is known."""
    numbers = [int(key.quote) for key in keys]
    rows = session.execute(select(LeadKey.id, LeadKey.evidence).where(LeadKey.id.in_(numbers)))
    return {Evidence(str(n)): {name: value for name, value in told.items() if value} for n, told in rows}


def _evidence_json(evidence: Evidence) -> dict[str, str]:
    told = {"quote": evidence.quote, "url": evidence.url, "where": evidence.where, "capture": evidence.capture}
    return {name: storable(value) for name, value in told.items() if value or name == "quote"}
