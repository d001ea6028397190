"""Signing in and out; what is right is ``lookalike.review.signin``'s business."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.review import sessions
from lookalike.review import signin as rules
from lookalike.review.signin import Entered, Refused
from lookalike.store.engine import writing
from lookalike.web.desk import Call, go
from lookalike.web.pages import OWED


def door(call: Call) -> Response:
    """The form; whoever is in already goes on."""
    if call.visitor is not None:
        return go(OWED.get(call.visitor.owes, "/"))
    return call.render("signin.html", name="", refused="")


def enter(call: Call) -> Response:
    """Name and password."""
    name = call.form.text("name", 200)
    found = rules.sign_in(call.desk.factory, name, call.form.secret("password"), call.origin, call.now, call.token)
    if isinstance(found, Refused):
        return call.render("signin.html", _status(found), name=name, refused=found.text)
    return entered(call, found)


def code(call: Call) -> Response:
    """The second factor's form."""
    if call.who.owes != "code":
        return go(OWED.get(call.who.owes, "/"))
    return call.render("code.html", refused="")


def give_code(call: Call) -> Response:
    """The second factor."""
    found = rules.give_code(call.desk.factory, call.token, call.form.text("code", 40), call.origin, call.now)
    if isinstance(found, Refused):
        return go("/signin") if found.why == "gone" else call.render("code.html", _status(found), refused=found.text)
    return entered(call, found)


def leave(call: Call) -> Response:
    """The session ends here and in the store."""
    with writing(call.desk.factory) as session:
        sessions.end(session, call.token, call.now)
    answer = go("/signin")
    answer.delete_cookie(call.desk.cookie, path="/", secure=call.desk.secure, httponly=True, samesite="lax")
    return answer


def entered(call: Call, found: Entered) -> Response:
    """On, with the new session's token. The cookie ends with the browser; the session, when the store says so."""
    answer = go(OWED.get(found.visitor.owes, "/"))
    answer.set_cookie(call.desk.cookie, found.token, path="/", secure=call.desk.secure, httponly=True, samesite="lax")
    return answer


def _status(refused: Refused) -> int:
    return 429 if refused.why == "wait" else 422
