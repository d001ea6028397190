"""The store's fixtures: the same tests on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from tests.lookalike.store.conftest import (  # noqa: F401 - fixtures are found by their names
    postgres_server,
    sqlite_template,
    store_engine,
    store_factory,
    store_run,
    store_url,
)


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of a millisecond: what argon2's real cost is for is tested once, where passwords are."""
    monkeypatch.setattr("lookalike.review.passwords._hasher", PasswordHasher(1, 8, 1))
