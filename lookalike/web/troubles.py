"""Pages about what went wrong: one sentence on what happened, one on what to do."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from lookalike.web.desk import Call


class NotFound(Exception):
    """There is no such thing, or none that this person may see."""


def page(call: Call, status: int, kind: str, *, number: str = "", lines: Sequence[str] = ()) -> Response:
    """``kind`` is a group of the catalogue below ``trouble``."""
    return call.render("trouble.html", status, kind=kind, number=number, lines=lines)
