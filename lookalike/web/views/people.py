"""Accounts, for whoever keeps them; what is right is ``lookalike.review.accounts``' business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.responses import Response

from lookalike.review import accounts, sessions
from lookalike.review.passwords import ONE_TIME, one_time
from lookalike.review.people import AccountError, same_person
from lookalike.review.rights import RIGHTS, ROLES
from lookalike.store import people as rows
from lookalike.store.engine import reading, writing
from lookalike.store.models import Person
from lookalike.web.desk import Call, go
from lookalike.web.troubles import NotFound

Act = Callable[[Session, str, str, datetime, str], object]
"""What is done to an account: its name, who does it, when, and the stamp of the account as it was shown."""


def people(call: Call) -> Response:
    """All accounts, and the form for another one."""
    return _people(call)


def add(call: Call) -> Response:
    """A new account; its first password is shown on this answer and nowhere else."""
    name, role = call.form.text("name", 200), call.form.text("role", 20)
    first = one_time()
    try:
        with writing(call.desk.factory) as session:
            person = accounts.add(session, name, role, first, call.who.name, call.now)
    except AccountError as error:
        return _people(call, 422, refused=error.why, name=name, role=role)
    return _handed(call, person, first.password)


def person(call: Call) -> Response:
    """One account with its sessions, and what may be done to it."""
    return _person(call, call.path["person"])


def role(call: Call) -> Response:
    """Another role; all its sessions end."""
    wanted = call.form.text("role", 20)
    return _changed(
        call, lambda session, name, by, now, seen: accounts.set_role(session, name, wanted, by, now, seen), "role"
    )


def disable(call: Call) -> Response:
    """Closes the account."""
    return _changed(call, accounts.disable, "disabled")


def end_sessions(call: Call) -> Response:
    """Signs somebody out everywhere."""
    return _changed(call, accounts.end_sessions, "ended")


def enable(call: Call) -> Response:
    """Opens it again, with a new first password."""
    return _with_password(call, accounts.enable)


def reset(call: Call) -> Response:
    """A new first password; the second factor stays."""
    return _with_password(call, accounts.reset)


def reset_second_factor(call: Call) -> Response:
    """Forgets the second factor, and gives a new first password."""
    return _with_password(call, accounts.reset_second_factor)


def _people(call: Call, status: int = 200, **more: Any) -> Response:
    with reading(call.desk.factory) as session:
        found = rows.listing(session)
        counted = rows.open_sessions(session, call.now, call.now - sessions.IDLE)
    shown = {"refused": "", "name": "", "role": ""} | more
    return call.render("people.html", status, people=found, counted=counted, roles=ROLES, rights=RIGHTS, **shown)


def _person(call: Call, number: int, status: int = 200, *, refused: str = "") -> Response:
    with reading(call.desk.factory) as session:
        found = rows.by_id(session, number)
        standing = sessions.standing(session, number, call.now)
    if found is None:
        raise NotFound
    return call.render(
        "person.html",
        status,
        person=found,
        standing=standing,
        roles=ROLES,
        stamp=accounts.stamp(found),
        mine=same_person(found.name, call.who.name),
        refused=refused,
        said=call.query.get("said", "") if call.query.get("said", "") in {"role", "disabled", "ended"} else "",
    )


def _changed(call: Call, act: Act, said: str) -> Response:
    number, refused = call.path["person"], ""
    name = _name(call, number)
    try:
        with writing(call.desk.factory) as session:
            act(session, name, call.who.name, call.now, call.form.text("seen", 40) or "none")
    except AccountError as error:
        refused = error.why
    if refused:
        return _person(call, number, 409 if refused == "stale" else 422, refused=refused)
    return go(f"/people/{number}?said={said}")


def _with_password(call: Call, act: Callable[..., Person]) -> Response:
    number = call.path["person"]
    name, first = _name(call, number), one_time()
    try:
        with writing(call.desk.factory) as session:
            found = act(session, name, first, call.who.name, call.now, call.form.text("seen", 40) or "none")
    except AccountError as error:
        return _person(call, number, 409 if error.why == "stale" else 422, refused=error.why)
    return _handed(call, found, first.password)


def _name(call: Call, number: int) -> str:
    with reading(call.desk.factory) as session:
        found = rows.by_id(session, number)
    if found is None:
        raise NotFound
    return found.name


def _handed(call: Call, found: Person, password: str) -> Response:
    """The one-time password, this once."""
    hours = int(ONE_TIME.total_seconds()) // 3600
    return call.render("person_password.html", person=found, password=password, hours=hours)
