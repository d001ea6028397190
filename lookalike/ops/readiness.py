"""Whether this machine can take people in: database there and at this program's schema, captures readable."""

from __future__ import annotations

import os

from sqlalchemy.exc import SQLAlchemyError

from lookalike.config import Config
from lookalike.errors import StoreError
from lookalike.store.engine import Factory, reading
from lookalike.store.migrate import is_current


def unready(config: Config, factory: Factory) -> list[str]:
    """Names of what is not as it must be, of ``database``, ``schema``, ``captures``; empty: ready."""
    failed = []
    try:
        with reading(factory) as session:
            if not is_current(session.connection()):
                failed.append("schema")
    except (StoreError, SQLAlchemyError):
        failed.append("database")
    if not os.access(config.captures, os.R_OK | os.X_OK):
        failed.append("captures")
    return failed
