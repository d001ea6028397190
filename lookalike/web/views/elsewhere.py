"""Signing in through the provider that is configured: away, and back. What is right is others' business."""

from __future__ import annotations

import logging
import secrets

from starlette.responses import RedirectResponse, Response

from lookalike.review import elsewhere as rules
from lookalike.review.signin import Refused
from lookalike.web.desk import Call
from lookalike.web.oidc import LASTS, NotProven, Provider
from lookalike.web.troubles import NotFound
from lookalike.web.views.signin import entered

logger = logging.getLogger("lookalike.web.oidc")

STATUSES = {"provider": 503, "too_fast": 429}
BACK = "/signin/elsewhere/back"


def start(call: Call) -> Response:
    """To the provider, with a cookie by which whoever comes back is known to be who went."""
    try:
        url, token = _provider(call).begin(_back(call), call.now)
    except NotProven as error:
        return _told(call, error)
    answer = RedirectResponse(url, 303)
    answer.set_cookie(
        call.desk.pending_cookie,
        token,
        max_age=int(LASTS.total_seconds()),
        path="/",
        secure=call.desk.secure,
        httponly=True,
        samesite="lax",  # the way back begins at the provider
    )
    return answer


def back(call: Call) -> Response:
    """Back from the provider: a session, or why not."""
    try:
        told = _provider(call).finish(call.pending, dict(call.query), call.now)
    except NotProven as error:
        answer = _told(call, error)
    else:
        found = rules.sign_in(call.desk.factory, told, call.origin, call.now, call.token)
        if isinstance(found, Refused):
            answer = call.render("signin.html", 403, name="", refused=found.text)
        else:
            answer = entered(call, found)
    desk = call.desk
    answer.delete_cookie(desk.pending_cookie, path="/", secure=desk.secure, httponly=True, samesite="lax")
    return answer


def _provider(call: Call) -> Provider:
    provider = call.desk.provider
    if provider is None:
        raise NotFound
    if provider.pace.take(call.origin.network):
        raise NotProven("too_fast")
    return provider


def _back(call: Call) -> str:
    """Our own address, as people reach it; the name was checked against those that we answer to."""
    return f"http{'s' if call.desk.secure else ''}://{call.url.netloc}{BACK}"


def _told(call: Call, error: NotProven) -> Response:
    """The sign-in page with one sentence; what it was stands in the log."""
    logger.warning("E_%s %s %s", secrets.token_hex(4), error.why, error.detail)
    return call.render(
        "signin.html", STATUSES.get(error.why, 403), name="", refused=call.words(f"elsewhere.{error.why}")
    )
