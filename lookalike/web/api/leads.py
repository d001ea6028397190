"""Leads as programs read them, and the verdict that a program with that scope gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import veil, verdicts
from lookalike.review.conflicts import StaleError
from lookalike.review.tokens import UNREAD
from lookalike.store import casefile, queue, search_text
from lookalike.store.casefile import CaseFile
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from lookalike.store.queue import Filter
from lookalike.store.queue_rows import REASONS
from lookalike.store.search_fields import spelled_out
from lookalike.store.veil import HIDDEN, JUDGED
from lookalike.web.api.points import Asked
from lookalike.web.api.problems import Refusal
from lookalike.web.api.shapes import (
    Contact,
    Judged,
    LeadFile,
    LeadLine,
    Leads,
    LeadsQuery,
    NewVerdict,
    Seen,
    Step,
    Unchecked,
    VerdictGiven,
    Wrong,
)
from spiders.clock import CHINA

CONTACTS = 200
"""Contacts of a lead that are given at most."""
_SAME = (
    *("status", "band", "kind", "alive", "contact", "source", "jurisdiction", "campaign", "signal", "icp", "region"),
    *("since", "until", "min_score", "max_score"),
)
"""Names that the address and the queue's filter share."""


def leads(asked: Asked) -> Leads:
    """One page of the queue."""
    query: LeadsQuery = asked.query
    wanted = {name: getattr(query, name) for name in _SAME}
    platform = tuple("" if value == "none" else value for value in query.platform)
    try:
        words = search_text.parse(query.q)
    except UsageError as error:
        raise Refusal("unusable", errors=[Wrong(name="q", reason=_chinese(error))]) from error
    chosen = Filter(**wanted, platform=platform, query=words)
    chosen = replace(chosen, status=spelled_out(query.status), reader=_reader(asked, query.status))
    try:
        with reading(asked.desk.factory) as session:
            page = queue.page(session, chosen, order=query.order, after=query.after, limit=query.limit)
            hidden = _veiled(asked, session, [row.lead for row in page.rows])
    except UsageError as error:
        raise Refusal("unusable", errors=[Wrong(name="after", reason=_chinese(error))]) from error
    items = tuple(LeadLine(**line(row.lead, row.against, tuple(row.sources), hidden)) for row in page.rows)
    return Leads(items=items, next=page.next)


def lead(asked: Asked) -> LeadFile:
    """One lead."""
    with reading(asked.desk.factory) as session:
        file = casefile.read(session, number_in(asked, "lead_id"))
        if file is None:
            raise Refusal("not_found")
        hidden = _veiled(asked, session, [file.lead])
    rows = file.assessment.rows if file.assessment else []
    return LeadFile(
        **line(file.lead, _weightiest(rows), tuple(file.sources), hidden),
        rows=tuple(_step(row) for row in rows),
        unchecked=tuple(
            Unchecked(what=str(u["what"]), why=str(u["why"]))
            for u in (file.assessment.unchecked if file.assessment else ())
        ),
        contacts=tuple(Contact(type=c["type"], value=c["value"]) for c in file.lead.contacts[:CONTACTS]),
        contacts_total=len(file.lead.contacts),
        sightings=tuple(_seen(file)),
        sightings_total=file.sightings_total,
        verdicts=tuple(
            Judged(verdict=v.verdict, reason=v.reason, at=v.at.astimezone(CHINA)) for v in file.verdicts if not hidden
        ),
    )


def give(asked: Asked) -> VerdictGiven:
    """A verdict, under the key's name."""
    sent: NewVerdict = asked.body
    with writing(asked.desk.factory) as session:
        if session.get(Lead, number_in(asked, "lead_id")) is None:
            raise Refusal("not_found")
        try:
            row = verdicts.give(
                session,
                asked.path["lead_id"],
                sent.verdict,
                sent.reason,
                sent.note,
                asked.bearer.name,
                asked.now,
                sent.version,
                duplicate_of=sent.duplicate_of,
            )
        except StaleError:
            raise
        except UsageError as error:
            raise refused(error) from error
        found = session.get_one(Lead, row.lead_id)
        return VerdictGiven(id=row.id, lead=found.id, status=found.status, version=found.version)


def line(lead: Lead, against: tuple[str, ...], sources: tuple[str, ...], hidden: Collection[int]) -> dict[str, Any]:
    """What every shape of a lead begins with; ``hidden``: leads whose verdict the key must not see."""
    names = "id kind host url registrable_domain band impersonates version jurisdiction campaign alive raised_why"
    times = {name: getattr(lead, name) for name in ("first_seen", "last_seen", "raised_at")}
    return {
        **{name: getattr(lead, name) for name in names.split()},
        **{name: at.astimezone(CHINA) if at else None for name, at in times.items()},
        "status": veil.status_of(lead, hidden),
        "score": round(lead.score, 4),
        "rank": round(lead.rank, 4),
        "reasons": against,
        "sources": sources,
    }


def _veiled(asked: Asked, session: Session, leads: Iterable[Lead]) -> Collection[int]:
    """Leads whose verdict nobody has read a second time, nor this key given: a second reader may hold the key."""
    return frozenset() if asked.bearer.may(UNREAD) else veil.veiled(session, leads, asked.bearer.name)


def _reader(asked: Asked, statuses: tuple[str, ...]) -> str | None:
    """Whose verdicts are told, where one was asked for by name that not every key is told."""
    named = JUDGED not in statuses and bool(set(statuses) & set(HIDDEN))
    return asked.bearer.name if named and not asked.bearer.may(UNREAD) else None


def number_in(asked: Asked, name: str) -> int:
    """A number of the address, where the database can have it. Raises Refusal."""
    number: int = asked.path[name]
    if not 0 < number < 2**31:
        raise Refusal("not_found")
    return number


def refused(error: UsageError) -> Refusal:
    """A rule's complaint; the rules speak to the command line, and name what is wrong by its option."""
    option, _, _ = str(error).partition(":")
    name = option.split()[0].removeprefix("--") if option.startswith("--") else ""
    return Refusal("unusable", errors=[Wrong(name="duplicate_of" if name == "of" else name, reason=str(error)[:400])])


def _chinese(error: UsageError) -> str:
    """Rules of the search say what is wrong in both languages, parted by a semicolon."""
    return str(error).rpartition("; ")[2][:400]


def _weightiest(rows: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    against = sorted((row for row in rows if row["points"] > 0), key=lambda row: -float(row["points"]))
    return tuple(str(row["text"]) for row in against[:REASONS])


def _step(row: Mapping[str, Any]) -> Step:
    items = row.get("evidence", {}).get("items", ())
    return Step(signal=row["signal"], points=row["points"], text=row["text"], evidence=tuple(items))


def _seen(file: CaseFile) -> Iterable[Seen]:
    for s in file.sightings:
        yield Seen(
            source=s.source,
            query=s.query,
            position=s.position,
            paid=s.paid,
            seen_at=s.seen_at.astimezone(CHINA),
            url=s.url,
            title=s.title,
            snippet=s.snippet,
        )
