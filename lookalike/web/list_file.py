"""A view of the queue as rows of a file: what its columns are, in words for people and in codes for programs.

Everything that came from outside is cleaned; addresses stand as the reader wants them, live or defanged.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lookalike.evidence.documents.values import LONGEST_CELL
from lookalike.exchange.clean import clean, clean_all, cut
from lookalike.review.veil import status_of
from lookalike.store import queue
from lookalike.store.models import Lead
from lookalike.store.queue import Filter, Order
from lookalike.store.queue_rows import QueueRow
from lookalike.web.wording import Words
from scoring.domains import unicode_host
from spiders.clock import CHINA

MOST = 20_000
"""Leads of one file at most."""
CONTACTS = 50
_PART = 500


@dataclass(frozen=True, slots=True)
class Manner:
    """How a file tells of leads."""

    words: Words
    platforms: Mapping[str, str]
    shown: Callable[[str], str] = str
    """How addresses are written."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One lead of a file."""

    line: QueueRow
    status: str
    """As it may be told to whom the file is for."""

    @property
    def lead(self) -> Lead:
        """The lead itself."""
        return self.line.lead


COLUMNS: tuple[tuple[str, int, Callable[[Entry, Manner], str]], ...] = (
    ("id", 8, lambda row, _: str(row.lead.id)),
    ("host", 30, lambda row, how: how.shown(row.lead.host)),
    ("unicode", 20, lambda row, how: how.shown(_unicode(row.lead))),
    ("url", 40, lambda row, how: how.shown(row.lead.url)),
    ("domain", 22, lambda row, how: how.shown(row.lead.registrable_domain)),
    ("kind", 8, lambda row, how: how.words.of("kind", row.lead.kind)),
    ("score", 7, lambda row, _: f"{row.lead.score:.1f}"),
    ("band", 6, lambda row, how: how.words.of("band", row.lead.band)),
    ("platform", 26, lambda row, how: _platform(row.lead, how)),
    ("status", 9, lambda row, how: how.words.of("status", row.status)),
    ("life", 9, lambda row, how: how.words.of("life", row.line.life)),
    ("campaign", 9, lambda row, _: row.lead.campaign or ""),
    ("office", 20, lambda row, _: row.lead.jurisdiction or ""),
    ("first", 17, lambda row, _: _china(row.lead.first_seen)),
    ("last", 17, lambda row, _: _china(row.lead.last_seen)),
    ("seen", 8, lambda row, _: str(row.line.seen)),
    ("sources", 20, lambda row, _: " ".join(row.line.sources)),
    ("why", 60, lambda row, _: "；".join(row.line.against)),
    ("contacts", 34, lambda row, how: _contacts(row.lead, how)),
)
"""Name, width in characters, and what stands there."""


def heading(words: Words) -> list[str]:
    """The first line."""
    return [words(f"lists.column.{name}") for name, _, _ in COLUMNS]


def cells(row: Entry, how: Manner) -> list[str]:
    """A line for people."""
    return [cut(cell(row, how), LONGEST_CELL) for _, _, cell in COLUMNS]


def as_json(row: Entry, how: Manner) -> dict[str, Any]:
    """A lead for programs: codes, numbers, instants with their offset."""
    lead = row.lead
    found: dict[str, Any] = clean_all(
        {
            "id": lead.id,
            "host": how.shown(lead.host),
            "url": how.shown(lead.url),
            "registrable_domain": how.shown(lead.registrable_domain),
            "kind": lead.kind,
            "score": round(lead.score, 4),
            "band": lead.band,
            "impersonates": lead.impersonates,
            "status": row.status,
            "life": row.line.life,
            "campaign": lead.campaign,
            "jurisdiction": lead.jurisdiction,
            "first_seen": lead.first_seen.astimezone(CHINA).isoformat(),
            "last_seen": lead.last_seen.astimezone(CHINA).isoformat(),
            "sources": row.line.sources,
            "reasons": list(row.line.against),
            "contacts": lead.contacts[:CONTACTS],
            "contacts_total": len(lead.contacts),
        }
    )
    return found


def everything(
    session: Session,
    wanted: Filter,
    order: Order,
    told: list[int],
    veiled: Callable[[Session, list[Lead]], Collection[int]],
) -> Iterator[Entry]:
    """The leads of a view in its order, at most ``MOST``, a part in memory at a time; their numbers go to ``told``.

    ``veiled`` says of which leads the verdict must not be told.
    """
    after: str | None = None
    while len(told) < MOST:
        page = queue.page(session, wanted, order=order, after=after, limit=min(_PART, MOST - len(told)))
        hidden = veiled(session, [row.lead for row in page.rows])
        for row in page.rows:
            told.append(row.lead.id)
            yield Entry(row, status_of(row.lead, hidden))
        session.expunge_all()
        after = page.next
        if after is None:
            return


def _unicode(lead: Lead) -> str:
    read = unicode_host(lead.host)
    return read if read != lead.host else ""


def _platform(lead: Lead, how: Manner) -> str:
    name = lead.impersonates
    return how.platforms.get(name, how.words.of("platform", name)) if name else ""


def _contacts(lead: Lead, how: Manner) -> str:
    said = [f"{how.words.of('contact', c['type'])} {c['value']}" for c in lead.contacts[:CONTACTS]]
    more = len(lead.contacts) - CONTACTS
    return clean("；".join([*said, *([how.words("lists.more", n=more)] if more > 0 else [])]))


def _china(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
