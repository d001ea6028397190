"""The allow list: what a false positive proposes, what an entry would clear, and who lets it stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import allow as rules
from lookalike.review.allow import AllowError, Preview
from lookalike.review.rights import NotAllowedError
from lookalike.store import allowing
from lookalike.store.engine import reading, writing
from lookalike.store.models import AllowEntry, Lead
from lookalike.web import troubles
from lookalike.web.desk import Call, go
from lookalike.web.troubles import NotFound
from spiders.clock import CHINA

SHOWN = 100
STATES = ("proposed", "standing", "declined", "ended")


def offer(call: Call) -> Response:
    """The form, and what the entry that the address names would clear; nothing changes by looking."""
    scope = call.query.get("scope", "domain")[:20]
    value = call.query.get("value", "")[:300].strip()
    return _offer(call, scope, value, call.query.get("until", "")[:20], call.query.get("note", "")[:2000])


def propose(call: Call) -> Response:
    """Proposes the entry that was shown."""
    form, lead_id = call.form, call.path["lead_id"]
    scope, value, until, note = (form.text(name, most) for name, most in _FIELDS)
    try:
        with writing(call.desk.factory) as session:
            if _veiled(call, session, lead_id):
                return _unread(call)
            at, reader = _until(until), call.who.name if call.blind else None
            rules.propose(session, lead_id, scope, value, call.who.name, call.now, until=at, note=note, reader=reader)
    except AllowError as error:
        return _offer(call, scope, value, until, note, error, status=422)
    return go("/allow")


def listing(call: Call) -> Response:
    """Proposals, entries that stand, and those that were declined or have ended."""
    state = call.query.get("state", "")
    chosen = [state] if state in STATES else ["proposed", "standing"]
    with reading(call.desk.factory) as session:
        rows = {name: allowing.listing(session, name, SHOWN) for name in chosen}
        veiled = call.veiled(session, _origins(session, [row for found in rows.values() for row in found]))
    found = {name: [row for row in some if row.lead_id not in veiled] for name, some in rows.items()}
    return call.render("allow.html", found=found, states=STATES, chosen=state, most=SHOWN, unread=bool(veiled))


def entry(call: Call) -> Response:
    """One entry with what it would clear now, or did clear."""
    return _entry(call, 200, "")


def accept(call: Call) -> Response:
    """Lets a proposal stand, and clears what was shown."""
    return _settle(call, "accept")


def decline(call: Call) -> Response:
    """Declines a proposal; who proposed it takes it back."""
    return _settle(call, "decline")


def end(call: Call) -> Response:
    """Ends an entry that stands."""
    return _settle(call, "end")


_FIELDS = (("scope", 20), ("value", 300), ("until", 20), ("note", 2000))


def _settle(call: Call, deed: str) -> Response:
    number, who, form = call.path["entry"], call.who.name, call.form
    try:
        with writing(call.desk.factory) as session:
            if deed == "accept":
                rules.accept(session, number, who, call.now, form.text("seen", 64))
            elif deed == "decline":
                rules.decline(session, number, who, call.now)
            else:
                rules.end(session, number, who, call.now, restore=form.text("restore", 5) == "on")
    except NotAllowedError:
        raise
    except AllowError as error:
        return _entry(call, 409 if error.why == "changed" else 422, call.words(f"allow.refused.{error.why}"))
    except UsageError as error:  # a lead that changed between the look and the write
        return _entry(call, 409, call.words("allow.refused.other", why=str(error)))
    return go(f"/allow/{number}")


def _offer(
    call: Call, scope: str, value: str, until: str, note: str, error: AllowError | None = None, *, status: int = 200
) -> Response:
    with reading(call.desk.factory) as session:
        lead = session.get(Lead, call.path["lead_id"])
        if lead is None:
            raise NotFound
        if call.veiled(session, [lead]):
            return _unread(call)
        contacts = allowing.contacts_of(session, lead)
        value = value or _usual(scope, lead, contacts)
        found, told = None, error
        if error is None and value:
            try:
                found = rules.preview(
                    session, scope, value, without=lead.id, reader=call.who.name if call.blind else None
                )
                _until(until)
            except AllowError as refused:
                told = refused
    asked = urlencode({"scope": scope, "value": value, "until": until, "note": note})
    return call.render(
        "allow_offer.html",
        status if told is None else 422,
        lead=lead,
        scope=scope if scope in rules.SCOPES else "domain",
        scopes=rules.SCOPES,
        value=value,
        until=until,
        note=note,
        contacts=contacts,
        found=found,
        veiled=frozenset(),
        asked=asked,
        refused=call.words(f"allow.refused.{told.why}") if told is not None else "",
    )


def _usual(scope: str, lead: Lead, contacts: list[str]) -> str:
    if scope == "contact":
        return contacts[0] if contacts else ""
    return lead.registrable_domain if scope == "domain" else ""


def _until(text: str) -> datetime | None:
    """The end of that day, in China."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(hour=23, minute=59, tzinfo=CHINA)
    except ValueError as error:
        raise AllowError("until", f"until {text}: expected a day, as 2026-11-30") from error


def _entry(call: Call, status: int, refused: str) -> Response:
    with reading(call.desk.factory) as session:
        row = session.get(AllowEntry, call.path["entry"])
        if row is None:
            raise NotFound
        if call.veiled(session, _origins(session, [row])):
            return _unread(call)
        found: Preview | None = None
        told = refused
        if row.state == "proposed":
            try:
                found = rules.preview(session, row.scope, row.value, without=row.lead_id)
            except AllowError as error:
                told = told or call.words(f"allow.refused.{error.why}")
        cleared = [lead for number in row.cleared[:SHOWN] if (lead := session.get(Lead, number)) is not None]
        veiled = call.veiled(session, cleared)
    return call.render("allow_entry.html", status, row=row, found=found, cleared=cleared, veiled=veiled, refused=told)


def _origins(session: Session, rows: Sequence[AllowEntry]) -> list[Lead]:
    """The leads that entries were proposed from."""
    return [lead for row in rows if row.lead_id and (lead := session.get(Lead, row.lead_id)) is not None]


def _veiled(call: Call, session: Session, lead_id: int) -> bool:
    row = session.get(Lead, lead_id)
    return row is not None and bool(call.veiled(session, [row]))


def _unread(call: Call) -> Response:
    """Whoever may be asked for a second reading gives it before he is told what the first reader said."""
    return troubles.page(call, 409, "unread")
