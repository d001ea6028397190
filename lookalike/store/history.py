"""What is known of a lead's contacts and of its domain from other leads."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from lookalike.store import veil
from lookalike.store.models import Lead, LeadKey
from lookalike.store.verdicts import GUILTY

CONTACTS, EACH, DOMAIN = 30, 5, 10
"""Contacts that are looked up, leads that are named for each of them, and leads of the same domain."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One contact of this lead and the other leads that name it."""

    type: str
    value: str
    leads: int
    guilty: int
    """Of them, those that were found guilty."""
    named: tuple[Lead, ...]
    """Some of them, guilty ones first."""


def contacts(session: Session, lead: Lead, reader: str | None = None) -> list[Elsewhere]:
    """The lead's contacts that stand elsewhere as well, the worst first.

    ``reader``: somebody who must not learn of verdicts that nobody has read a second time; they count as none.
    """
    if lead.site_id is None:
        return []
    mine = select(LeadKey.value).where(LeadKey.site_id == lead.site_id, LeadKey.type == "contact")
    values = list(session.scalars(mine.order_by(LeadKey.value).limit(CONTACTS)))
    found_guilty = _guilty(reader)
    guilty = func.count().filter(found_guilty)
    others = (
        select(LeadKey.value, func.count(), guilty)
        .join(Lead, Lead.site_id == LeadKey.site_id)
        .where(LeadKey.type == "contact", LeadKey.value.in_(values), Lead.id != lead.id)
        .group_by(LeadKey.value)
        .order_by(guilty.desc(), func.count().desc(), LeadKey.value)
    )
    found = []
    for value, leads, confirmed in session.execute(others):
        kind, _, plain = value.partition(":")
        found.append(Elsewhere(kind, plain, leads, confirmed, _named(session, lead, value, found_guilty)))
    return found


def same_domain(session: Session, lead: Lead) -> list[Lead]:
    """Other leads under the same registrable domain, the newest first."""
    if not lead.registrable_domain:
        return []
    mine = select(Lead).where(Lead.registrable_domain == lead.registrable_domain, Lead.id != lead.id)
    return list(session.scalars(mine.order_by(Lead.id.desc()).limit(DOMAIN)))


def _guilty(reader: str | None) -> ColumnElement[bool]:
    plain = Lead.status.in_(GUILTY)
    return plain if reader is None else and_(plain, ~veil.unread(reader))


def _named(session: Session, lead: Lead, value: str, guilty: ColumnElement[bool]) -> tuple[Lead, ...]:
    rank = case((guilty, 0), else_=1)
    mine = select(Lead).join(LeadKey, LeadKey.site_id == Lead.site_id)
    mine = mine.where(LeadKey.type == "contact", LeadKey.value == value, Lead.id != lead.id)
    return tuple(session.scalars(mine.order_by(rank, Lead.id.desc()).limit(EACH)))
