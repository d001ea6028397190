"""Another office's program: a key, and requests as it sends them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.testclient import TestClient

from lookalike.review import tokens
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit
from tests.lookalike.web.desk_at_work import AtWork

OFFICE = "某市公安局"


class Program:
    """Asks with one key, and brings no cookie."""

    def __init__(self, desk: AtWork, *scopes: str, office: str = OFFICE) -> None:
        self.desk = desk
        self.number, self.key = issued(desk, scopes or tokens.DEFAULT, office)
        self.client = TestClient(desk.app, follow_redirects=False, raise_server_exceptions=False)
        self.client.headers["authorization"] = f"Bearer {self.key}"

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", params=query)

    def post(self, path: str, sent: Any) -> Any:
        return self.client.post(f"/api/v1{path}", json=sent)


def issued(desk: AtWork, scopes: Sequence[str], office: str = OFFICE) -> tuple[int, str]:
    with writing(desk.factory) as session:
        row, key = tokens.issue(session, office, "root", datetime.now(UTC), scopes=scopes)
        return row.id, key


def entries(desk: AtWork, what: str) -> list[Audit]:
    with reading(desk.factory) as session:
        return session.query(Audit).filter(Audit.what == what).order_by(Audit.id).all()
