"""The interface described: as a page for people, and as a document for programs. Neither tells anything of leads."""

from __future__ import annotations

import json

from starlette.responses import Response

from lookalike.web.api.document import document, rows, scopes
from lookalike.web.api.problems import STATUSES
from lookalike.web.desk import Call


def page(call: Call) -> Response:
    """For people."""
    return call.render("api.html", rows=rows(call.words), scopes=scopes(), problems=STATUSES)


def openapi(call: Call) -> Response:
    """For programs (OpenAPI 3.1)."""
    text = json.dumps(document(call.words.language), ensure_ascii=False, indent=1)
    return Response(text, media_type="application/json")
