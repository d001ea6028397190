"""The whole examination, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from lookalike.config import Config
from lookalike.errors import LookalikeError
from lookalike.ops.doctor.crew import crew
from lookalike.ops.doctor.libraries import libraries
from lookalike.ops.doctor.machine import machine
from lookalike.ops.doctor.model import Finding
from lookalike.ops.doctor.own import own, settings
from lookalike.ops.doctor.services import services
from lookalike.ops.history import NIGHT, latest
from lookalike.ops.timetable import Timetable


def look(*, offline: bool) -> Iterator[Finding]:
    """Every finding; where the settings cannot be read, those that need them are left out, and that is told."""
    config, found = settings()
    yield from found
    if config is None:
        yield Finding("rest", "unknown")
        return
    yield from own(config)
    yield from machine(config)
    yield from libraries(config)
    reached = list(services(config, offline=offline))
    yield from reached
    if Finding("schema", "ok") in reached:
        yield _nights(config)
        yield _packs(config)
        yield from crew(config)


def _packs(config: Config) -> Finding:
    """Whether every pack that lies there is known: a kill at the wrong moment leaves one that no row names."""
    from lookalike.evidence.unrecorded import unrecorded  # noqa: PLC0415 - only where there is a database
    from lookalike.store.engine import open_engine, session_factory  # noqa: PLC0415

    folder = config.home / "packs"
    try:
        names = unrecorded(session_factory(open_engine(config.database)), folder)
    except (LookalikeError, SQLAlchemyError, OSError):
        return Finding("packs", "unknown")
    facts = {"folder": str(folder), "count": str(len(names)), "names": ", ".join(names[:5])}
    return Finding("packs", "warn" if names else "ok", facts=facts)


def _nights(config: Config) -> Finding:
    """Whether nights come: a timetable that nobody runs raises no error anywhere."""
    from datetime import timedelta  # noqa: PLC0415

    from lookalike.store.engine import open_engine, reading, session_factory  # noqa: PLC0415
    from spiders import clock  # noqa: PLC0415

    now = clock.now(config)
    try:
        with reading(session_factory(open_engine(config.database))) as session:
            newest = latest(session, NIGHT)
    except (LookalikeError, SQLAlchemyError):
        return Finding("nights", "unknown")
    if newest.at is None:
        return Finding("nights", "off")
    due = Timetable(config.night_time, timedelta()).last_due(now)
    late = newest.at < due - timedelta(hours=1) and now - due > timedelta(hours=2)
    return Finding("nights", "warn" if late else "ok", facts={"at": newest.at.isoformat(timespec="minutes")})
