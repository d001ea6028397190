"""Keys of other offices' programs, for whoever gives them out; the rules are ``lookalike.review.tokens``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import Response

from lookalike.review import tokens as rules
from lookalike.review.people import AccountError
from lookalike.store import people as rows
from lookalike.store.engine import reading, writing
from lookalike.store.models import ApiToken
from lookalike.web.desk import Call, go
from lookalike.web.troubles import NotFound

LONGEST_OFFICE = 200


def tokens(call: Call) -> Response:
    """All keys, ended ones too, and the form for another one."""
    return _tokens(call)


def issue(call: Call) -> Response:
    """A new key, shown on this answer and nowhere else."""
    office, days = call.form.text("office", LONGEST_OFFICE), call.form.number("days")
    scopes = [value for name, value in call.form.pairs if name == "scope"]
    try:
        with writing(call.desk.factory) as session:
            row, token = rules.issue(
                session, office, call.who.name, call.now, scopes=scopes, days=0 if days is None else days
            )
    except AccountError as error:
        return _tokens(call, 422, refused=error.why, office=office, chosen=scopes, days=days)
    return call.render("token_given.html", row=row, token=token)


def revoke(call: Call) -> Response:
    """Takes a key back, at once and for good."""
    try:
        with writing(call.desk.factory) as session:
            rules.revoke(session, call.path["token"], call.who.name, call.now)
    except AccountError as error:
        if error.why == "unknown":
            raise NotFound from error
        return _tokens(call, 422, refused=error.why)
    return go("/tokens")


def _tokens(call: Call, status: int = 200, **more: Any) -> Response:
    with reading(call.desk.factory) as session:
        found = rows.tokens(session)
    shown = {"refused": "", "office": "", "chosen": rules.DEFAULT, "days": rules.DAYS} | more
    states = {
        row.id: "revoked" if row.revoked_at else "open" if rules.stands(row, call.now) else "ended" for row in found
    }
    return call.render(
        "tokens.html", status, rows=found, states=states, scopes=rules.SCOPES, most=rules.MOST_DAYS, **shown
    )


def _state(row: ApiToken, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "open" if rules.stands(row, now) else "ended"
