"""The store's fixtures: the same tests on SQLite and PostgreSQL."""

from __future__ import annotations

from tests.lookalike.store.conftest import (  # noqa: F401 - fixtures are found by their names
    postgres_server,
    sqlite_template,
    store_engine,
    store_factory,
    store_run,
    store_url,
)
