"""One's own account: password, second factor, sessions, and how one likes the pages."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import own_account, sessions
from lookalike.review.signin import Refused
from lookalike.store import people
from lookalike.store.engine import reading, writing
from lookalike.web.desk import Call, go, inside
from lookalike.web.pages import OWED
from lookalike.web.qr import modules
from lookalike.web.views.signin import entered
from lookalike.web.wording import LANGUAGES

A_YEAR = 365 * 86_400


def show(call: Call) -> Response:
    """Who one is here, and where one is signed in."""
    with reading(call.desk.factory) as session:
        standing = sessions.standing(session, call.who.person_id, call.now)
        person = people.by_id(session, call.who.person_id)
    return call.render("account.html", standing=standing, second=person is not None and person.totp_at is not None)


def keyboard(call: Call) -> Response:
    """Every key and what it does."""
    return call.render("help.html")


def language(call: Call) -> Response:
    """The other language, on the same page."""
    chosen = call.form.text("language", 10)
    answer = go(inside(call.form.text("here")))
    if chosen in LANGUAGES:
        answer.set_cookie("language", chosen, A_YEAR, path="/", secure=call.desk.secure, httponly=True, samesite="lax")
    return answer


def likes(call: Call) -> Response:
    """Keys and the next lead; kept by this browser."""
    answer = go("/account")
    for name in ("keys", "advance"):
        value = "on" if call.form.text(name, 5) == "on" else "off"
        answer.set_cookie(name, value, A_YEAR, path="/", secure=call.desk.secure, httponly=True, samesite="lax")
    return answer


def password(call: Call) -> Response:
    """The form; a password that was given out must be changed here first."""
    return go("/signin/code") if call.who.owes == "code" else call.render("password.html", refused="")


def change_password(call: Call) -> Response:
    """The old one, and the new one twice."""
    new = call.form.secret("new")
    if new != call.form.secret("again"):
        return call.render("password.html", 422, refused=call.words("password.differ"))
    old = call.form.secret("old")
    try:
        found = own_account.change_password(call.desk.factory, call.token, old, new, call.origin, call.now)
    except UsageError as error:
        return call.render("password.html", 422, refused=str(error).partition(": ")[2])
    if isinstance(found, Refused):
        return call.render("password.html", 429 if found.why == "wait" else 422, refused=found.text)
    return entered(call, found)


def second_factor(call: Call) -> Response:
    """What it is, and the button that begins."""
    if call.who.owes in {"code", "password"}:
        return go(OWED[call.who.owes])
    return call.render("second_factor.html", made=None, squares=None, refused="")


def begin_second_factor(call: Call) -> Response:
    """The secret, shown this once, as letters and as a QR code that is drawn here."""
    made = own_account.begin_second_factor(call.desk.factory, call.token, call.now)
    if isinstance(made, Refused):
        return call.render("second_factor.html", 422, made=None, squares=None, refused=made.text)
    return call.render("second_factor.html", made=made, squares=modules(made.uri), refused="")


def finish_second_factor(call: Call) -> Response:
    """The first code."""
    code = call.form.text("code", 40)
    found = own_account.finish_second_factor(call.desk.factory, call.token, code, call.origin, call.now)
    if isinstance(found, Refused):
        return call.render("second_factor.html", 422, made=None, squares=None, refused=found.text)
    return entered(call, found)


def end_others(call: Call) -> Response:
    """Signs this person out everywhere else."""
    with writing(call.desk.factory) as session:
        person = people.locked_by_id(session, call.who.person_id)
        sessions.end_everywhere(session, person, call.now, call.who.name, but=call.who.session_id)
    return go("/account")
