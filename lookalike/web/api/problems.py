"""Answers about what went wrong, as programs read them (RFC 9457); each kind stands on the page about the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.responses import Response

from lookalike.web.api.shapes import Problem, Wrong
from lookalike.web.wording import catalogue

MEDIA = "application/problem+json"
STATUSES = {
    "bad_body": 400,
    "cookie": 400,
    "no_key": 401,
    "bad_key": 401,
    "scope": 403,
    "other_site": 403,
    "not_found": 404,
    "bad_method": 405,
    "stale": 409,
    "too_large": 413,
    "not_json": 415,
    "unusable": 422,
    "too_many": 429,
    "unexpected": 500,
    "store": 503,
}
"""HTTP's status of each kind; its words stand in the catalogue below ``api.problem``."""


class Refusal(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: Sequence[Wrong] = (),
        changes: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind, self.detail = kind, detail
        self.errors, self.changes, self.headers = tuple(errors), tuple(changes), dict(headers or {})


def answer(refusal: Refusal, number: str = "") -> Response:
    """The problem as an answer; ``number`` stands in the log as well."""
    words, status = catalogue("zh"), STATUSES[refusal.kind]
    told = Problem(
        type=f"/api#{refusal.kind}",
        title=words(f"api.problem.{refusal.kind}.title"),
        status=status,
        detail=refusal.detail or words(f"api.problem.{refusal.kind}.text"),
        instance=f"urn:lookalike:E_{number}" if number else None,
        errors=refusal.errors,
        changes=refusal.changes,
    )
    text = told.model_dump_json(exclude_defaults=True)
    return Response(text, status, headers={"content-type": MEDIA, **refusal.headers})
