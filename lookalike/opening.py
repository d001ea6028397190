"""Opens the store that the settings name."""

from __future__ import annotations

from lookalike.config import Config
from lookalike.ops.restoring import refuse_half_restored
from lookalike.store.engine import Factory, open_engine, session_factory, told
from lookalike.store.migrate import ensure_current


def open_store(config: Config) -> Factory:
    """The database; the embedded one is made, and brought up to date, where it needs it."""
    refuse_half_restored(config.home)
    engine = open_engine(config.database)
    with told():
        ensure_current(engine)
    return session_factory(engine)
