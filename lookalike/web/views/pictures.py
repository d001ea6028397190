"""Screenshots, drawn anew: pictures of ours and nothing else that a suspect sent."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.store import casefile
from lookalike.store.engine import reading
from lookalike.web import captured
from lookalike.web.desk import Call
from lookalike.web.troubles import NotFound

HEADERS = {"content-type": "image/png", "cache-control": "private, max-age=600"}


def suspect(call: Call) -> Response:
    """One page of one visit of this lead's site."""
    with reading(call.desk.factory) as session:
        visit = casefile.visit(session, call.path["lead_id"], call.path["visit"])
    return _answer(call, visit.rendered_sha256 if visit else None, call.path["page"])


def genuine(call: Call) -> Response:
    """The platform that it imitates, as it was captured."""
    with reading(call.desk.factory) as session:
        kept = casefile.genuine(session, call.path["lead_id"])
    return _answer(call, kept.rendered_sha256 if kept else None, 0)


def _answer(call: Call, sha256: str | None, number: int) -> Response:
    part = call.path["part"].removesuffix(".png")
    if sha256 is None or part not in captured.PARTS:
        raise NotFound
    data, _why = captured.picture(call.desk.blobs, sha256, number, part)
    if not data and part == "whole":
        data, _why = captured.picture(call.desk.blobs, sha256, number, "fold")
    if not data:
        raise NotFound
    return Response(data, headers=HEADERS)
