"""The allow list: an analyst proposes what a false positive taught, a keeper of the rules lets it stand.

What an entry clears is what its preview showed, lead by lead; only leads that nobody has judged, and never one that
imitates a platform by no more than a contact or a sentence, which anybody can write on his page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import rights, verdicts
from lookalike.review.people import named, same_person
from lookalike.store import allowing, audit
from lookalike.store import verdicts as given
from lookalike.store.models import AllowEntry, Lead
from lookalike.store.search_text import Query, parse

Scope = Literal["domain", "contact", "text"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
WHO = "lookalike allow list"
MOST = 200
"""Leads that one entry may clear: more, and it says too little."""
SHORTEST = 4
"""Letters of a text."""
FURTHEST = timedelta(days=3660)


class AllowError(UsageError):
    """Something that cannot be done with the list."""

    def __init__(self, why: str, text: str) -> None:
        """``why`` is a short name of ours, by which a page finds its own words; ``text`` speaks to the command line."""
        super().__init__(text)
        self.why = why


@dataclass(frozen=True, slots=True)
class Preview:
    """What an entry would clear now."""

    leads: tuple[Lead, ...]

    @property
    def digest(self) -> str:
        """Of the leads and their versions: the same digest is the same effect."""
        told = " ".join(f"{lead.id}:{lead.version}" for lead in self.leads)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def preview(
    session: Session, scope: str, value: str, *, without: int | None = None, reader: str | None = None
) -> Preview:
    """The open leads that an entry would clear, the false positive itself (``without``) left out.

    ``reader``: somebody who must not learn of verdicts that nobody has read a second time, nor by a refusal; whoever
    lets the entry stand is refused then. Raises AllowError where the value says too little, or where a lead that was
    found guilty is one of them.
    """
    if scope not in SCOPES:
        raise AllowError("scope", f"scope {scope[:40]}: expected one of: {', '.join(SCOPES)}")
    query = _query(value) if scope == "text" else None
    guilty = _guilty(session, scope, value, query, reader)
    if guilty is not None:
        raise AllowError("guilty", f"value: lead {guilty}, which was found guilty, is one of these")
    found = [lead for lead in _matching(session, scope, value, query) if lead.id != without]
    if len(found) > MOST:
        raise AllowError("many", f"value: it would clear more than {MOST} leads; name something narrower")
    return Preview(tuple(found))


def propose(
    session: Session,
    lead_id: int,
    scope: str,
    value: str,
    by: str,
    now: datetime,
    *,
    until: datetime | None = None,
    note: str = "",
    reader: str | None = None,
) -> AllowEntry:
    """Proposes what a false positive taught; nothing is cleared yet. The row and the audit entry are one transaction.

    Raises AllowError for a lead that is no false positive, for a value that is not its own, and for one that is listed.
    """
    who = named(by, "proposes the entry")
    rights.check(session, who, "leads.judge")
    lead, stands = session.get(Lead, lead_id), given.standing(session, lead_id)
    if lead is None or stands is None or lead.status != "false_positive" or stands.verdict != "false_positive":
        raise AllowError("no_false_positive", f"lead {lead_id}: only a false positive teaches what to allow")
    value = value.strip()
    if until is not None and not now < until <= now + FURTHEST:
        raise AllowError("until", "until: expected a time to come, within ten years")
    preview(session, scope, value, without=lead_id, reader=reader)
    if not _is_of(session, lead, scope, value):
        raise AllowError("not_its_own", f"value: lead {lead_id} has no such {scope}")
    if allowing.living(session, scope, value) is not None:
        raise AllowError("listed", f"value: {value} is on the list already, or waits to be")
    row = AllowEntry(scope=scope, value=value, state="proposed", reason=stands.reason, note=note.strip(), until=until)
    row.lead_id, row.proposed_by, row.proposed_at, row.cleared = lead_id, who, now, []
    session.add(row)
    session.flush()
    audit.note(session, now, who, "allow.propose", lead_id=lead_id, after=_told(row))
    return row


def accept(session: Session, number: int, by: str, now: datetime, seen: str) -> AllowEntry:
    """Lets an entry stand and clears the leads of its preview, whose digest is ``seen``, in one transaction.

    Raises AllowError for an entry that does not wait, for its own proposer, and where the effect is another one now.
    """
    who = _keeper(session, by)
    row = _waiting(session, number)
    if same_person(row.proposed_by, who):
        raise AllowError("own", f"entry {number}: {who} proposed it; somebody else lets it stand")
    found = preview(session, row.scope, row.value, without=row.lead_id)
    if found.digest != seen:
        raise AllowError("changed", f"entry {number}: it would clear other leads than were shown; look at them again")
    row.state, row.settled_by, row.settled_at = "standing", who, now
    cleared = _clear(session, row, found.leads, now)
    audit.note(session, now, who, "allow.accept", lead_id=row.lead_id, after=_told(row) | {"cleared": cleared})
    return row


def decline(session: Session, number: int, by: str, now: datetime) -> AllowEntry:
    """Declines a proposal; its proposer may take it back himself. Raises AllowError where it does not wait."""
    row = _waiting(session, number)
    who = named(by, "declines the entry")
    if same_person(row.proposed_by, who):
        row.state, row.ended_by, row.ended_at = "ended", who, now
    else:
        _keeper(session, by)
        row.state, row.settled_by, row.settled_at = "declined", who, now
    session.flush()
    audit.note(session, now, who, "allow.decline", lead_id=row.lead_id, after=_told(row))
    return row


def end(session: Session, number: int, by: str, now: datetime, *, restore: bool = False) -> list[int]:
    """Ends an entry that stands, and returns the leads that wait again.

    ``restore``: those that it cleared and that nobody has judged since do. Raises AllowError where it does not stand.
    """
    who = _keeper(session, by)
    row = allowing.entry(session, number)
    if row is None or row.state != "standing":
        raise AllowError("state", f"entry {number}: it does not stand")
    row.state, row.ended_by, row.ended_at = "ended", who, now
    session.flush()
    back = [lead_id for lead_id in row.cleared if restore and _restore(session, lead_id, now)]
    audit.note(session, now, who, "allow.end", lead_id=row.lead_id, after=_told(row) | {"restored": back})
    return back


def apply(session: Session, now: datetime) -> list[int]:
    """At the end of a night: ends entries whose time is over, and clears what came in under those that stand.

    An entry that has come to speak of a guilty lead, or of too many, clears nothing any more.
    """
    for row in allowing.past(session, now):
        row.state, row.ended_by, row.ended_at = "ended", WHO, now
        audit.note(session, now, WHO, "allow.end", lead_id=row.lead_id, after=_told(row))
    session.flush()
    cleared: list[int] = []
    for row in allowing.standing(session):
        try:
            found = preview(session, row.scope, row.value, without=row.lead_id)
        except AllowError:
            continue
        fresh = [lead for lead in found.leads if lead.id not in row.cleared]  # one that was taken back stays so
        cleared += _clear(session, row, fresh, now)
    return cleared


def _clear(session: Session, row: AllowEntry, leads: Sequence[Lead], now: datetime) -> list[int]:
    note = f"白名单第 {row.id} 条（{row.proposed_by} 提出，{row.settled_by} 批准）"
    for lead in leads:
        verdicts.give(session, lead.id, "false_positive", row.reason, note, WHO, now, lead.version)
    numbers = [lead.id for lead in leads]
    row.cleared = sorted({*row.cleared, *numbers})
    session.flush()
    return numbers


def _restore(session: Session, lead_id: int, now: datetime) -> bool:
    stands, lead = given.standing(session, lead_id), session.get(Lead, lead_id)
    if lead is None or stands is None or stands.by != WHO or lead.status != "false_positive":
        return False
    verdicts.undo(session, lead_id, WHO, now, lead.version)
    return True


def _keeper(session: Session, by: str) -> str:
    who = named(by, "keeps the list")
    rights.check(session, who, "rules.change")
    return who


def _waiting(session: Session, number: int) -> AllowEntry:
    row = allowing.entry(session, number)
    if row is None or row.state != "proposed":
        raise AllowError("state", f"entry {number}: it does not wait for anybody")
    return row


def _matching(session: Session, scope: str, value: str, query: Query | None) -> list[Lead]:
    if query is not None:
        return allowing.holding(session, query, MOST + 2)
    find = allowing.below if scope == "domain" else allowing.naming_only
    return find(session, value, MOST + 2)


def _guilty(session: Session, scope: str, value: str, query: Query | None, reader: str | None) -> int | None:
    if query is not None:
        return allowing.guilty_holding(session, query, reader)
    find = allowing.guilty_below if scope == "domain" else allowing.guilty_naming
    return find(session, value, reader)


def _is_of(session: Session, lead: Lead, scope: str, value: str) -> bool:
    if scope == "domain":
        return bool(value) and value == lead.registrable_domain
    if scope == "contact":
        return value in allowing.contacts_of(session, lead)
    return _query(value).matches(allowing.text_of(session, lead))


def _query(value: str) -> Query:
    plain = value.replace('"', " ").replace("“", " ").replace("”", " ").strip()
    if len("".join(plain.split())) < SHORTEST:
        raise AllowError("short", f"value: expected at least {SHORTEST} letters")
    try:
        query = parse(f'"{plain}"')
    except UsageError as error:
        raise AllowError("short", str(error)) from error
    assert query is not None, "it is not blank"
    return query


def _told(row: AllowEntry) -> dict[str, object]:
    told: dict[str, object] = {"entry": row.id, "scope": row.scope, "value": row.value, "state": row.state}
    return told | {"reason": row.reason, "note": row.note, "until": row.until.isoformat() if row.until else None}
