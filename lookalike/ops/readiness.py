"""Whether this machine can take people in: database there and at this program's schema, captures readable."""

from __future__ import annotations

import os

from sqlalchemy.exc import SQLAlchemyError

from lookalike.config import Config
from lookalike.errors import LookalikeError, StoreError
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
    if no_captures(config):
        failed.append("captures")
    return failed


def no_captures(config: Config) -> str:
    """Why captures cannot be read; empty: they can."""
    if not config.captures_store:
        return "" if os.access(config.captures, os.R_OK | os.X_OK) else str(config.captures)
    from lookalike.store.bucket import Bucket, address_of  # noqa: PLC0415 - of the extra ``s3``

    try:
        Bucket(address_of(config)).check()
    except LookalikeError as error:
        return str(error)
    return ""
