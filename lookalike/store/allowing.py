"""The allow list as rows, and the open leads that an entry speaks of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session, aliased

from lookalike.store import search, veil
from lookalike.store.models import AllowEntry, Lead, LeadKey, LeadText
from lookalike.store.search_text import Query
from lookalike.store.verdicts import GUILTY

LIVING = ("proposed", "standing")


def entry(session: Session, number: int) -> AllowEntry | None:
    """An entry, locked to the end of the transaction."""
    return session.get(AllowEntry, number, with_for_update=True, populate_existing=True)


def living(session: Session, scope: str, value: str) -> AllowEntry | None:
    """The entry of this value that stands or waits."""
    mine = select(AllowEntry).where(AllowEntry.scope == scope, AllowEntry.value == value)
    return session.scalar(mine.where(AllowEntry.state.in_(LIVING)))


def listing(session: Session, state: str, limit: int) -> list[AllowEntry]:
    """Entries in this state, the newest first."""
    mine = select(AllowEntry).where(AllowEntry.state == state).order_by(AllowEntry.id.desc())
    return list(session.scalars(mine.limit(limit)))


def standing(session: Session) -> list[AllowEntry]:
    """All entries that stand, by number."""
    return list(session.scalars(select(AllowEntry).where(AllowEntry.state == "standing").order_by(AllowEntry.id)))


def past(session: Session, now: datetime) -> list[AllowEntry]:
    """Entries that stand and whose time is over."""
    return [row for row in standing(session) if row.until is not None and row.until <= now]


def below(session: Session, domain: str, limit: int) -> list[Lead]:
    """Open leads under a registrable domain, by number."""
    return _open(session, select(Lead).where(Lead.registrable_domain == domain), limit)


def naming_only(session: Session, contact: str, limit: int) -> list[Lead]:
    """Open leads that imitate nobody and whose only contact this is (``wechat:abc``, as keys have it).

    A crew that writes a harmless number beside its own is not among them.
    """
    other = aliased(LeadKey)
    more = exists().where(other.site_id == Lead.site_id, other.type == "contact", other.value != contact)
    mine = select(Lead).join(LeadKey, LeadKey.site_id == Lead.site_id)
    mine = mine.where(LeadKey.type == "contact", LeadKey.value == contact, ~more, Lead.impersonates.is_(None))
    return _open(session, mine, limit)


def holding(session: Session, query: Query, limit: int) -> list[Lead]:
    """Open leads that imitate nobody and whose text holds the words."""
    mine = select(Lead).where(Lead.id.in_(search.ids(session, query)), Lead.impersonates.is_(None))
    return _open(session, mine, limit)


def guilty_below(session: Session, domain: str, reader: str | None = None) -> int | None:
    """A lead under this domain that was found guilty."""
    mine = select(Lead.id).where(Lead.registrable_domain == domain, _guilty(reader))
    return session.scalar(mine.order_by(Lead.id).limit(1))


def guilty_naming(session: Session, contact: str, reader: str | None = None) -> int | None:
    """A lead with this contact that was found guilty."""
    mine = select(Lead.id).join(LeadKey, LeadKey.site_id == Lead.site_id)
    mine = mine.where(LeadKey.type == "contact", LeadKey.value == contact, _guilty(reader))
    return session.scalar(mine.order_by(Lead.id).limit(1))


def guilty_holding(session: Session, query: Query, reader: str | None = None) -> int | None:
    """A lead that was found guilty and whose text holds the words."""
    mine = select(Lead.id).where(Lead.id.in_(search.ids(session, query)), _guilty(reader))
    return session.scalar(mine.order_by(Lead.id).limit(1))


def _guilty(reader: str | None) -> ColumnElement[bool]:
    """``reader``: somebody who must not learn of verdicts that nobody has read a second time."""
    plain = Lead.status.in_(GUILTY)
    return plain if reader is None else and_(plain, ~veil.unread(reader))


def contacts_of(session: Session, lead: Lead) -> list[str]:
    """The lead's contacts as keys have them."""
    if lead.site_id is None:
        return []
    mine = select(LeadKey.value).where(LeadKey.site_id == lead.site_id, LeadKey.type == "contact")
    return list(session.scalars(mine.order_by(LeadKey.value).limit(50)))


def text_of(session: Session, lead: Lead) -> str:
    """The text by which the lead is searched."""
    row = session.get(LeadText, lead.id)
    return row.text if row is not None else ""


def _open(session: Session, mine: Select[Lead], limit: int) -> list[Lead]:
    """Of them those that nobody has judged and that have not come back with another page."""
    mine = mine.where(Lead.status == "new", Lead.raised_at.is_(None))
    return list(session.scalars(mine.order_by(Lead.id).limit(limit)))
