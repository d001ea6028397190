"""The workers, where work is spread over machines. Asks the database alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.exc import SQLAlchemyError

from lookalike.config import Config
from lookalike.errors import LookalikeError
from lookalike.ops.crew_seen import CrewSeen, Worker, crew_seen
from lookalike.ops.doctor.model import Finding

NAMES = 8
"""Workers that are named; of the rest the number is told."""


def crew(config: Config) -> Iterator[Finding]:
    """Who is there, whether they fit, what waits or failed."""
    from lookalike.store.engine import open_engine, reading, session_factory  # noqa: PLC0415 - where there is a database

    try:
        with reading(session_factory(open_engine(config.database))) as session:
            seen = crew_seen(session)
    except (LookalikeError, SQLAlchemyError):
        yield Finding("workers", "unknown")
        return
    wanted = config.engine == "workers"
    if seen is None or not (wanted or seen.workers or any(seen.jobs.values())):
        yield Finding("workers", "warn" if wanted else "off", facts=_alone(config))
        return
    yield _present(config, seen, wanted=wanted)
    if seen.living:
        yield _alike(seen.living)
    yield _jobs(seen)


def _present(config: Config, seen: CrewSeen, *, wanted: bool) -> Finding:
    there = {"count": str(len(seen.living)), "browsers": str(sum(one.browser for one in seen.living))}
    if seen.silent:
        heard = max(one.heard for one in seen.silent).isoformat(sep=" ", timespec="seconds")
        return Finding("workers", "warn", "silent", there | {"names": _names(seen.silent), "heard": heard})
    if not seen.living:
        return Finding("workers", "warn" if wanted else "off", facts=_alone(config))
    heard = min(one.heard for one in seen.living).isoformat(sep=" ", timespec="seconds")
    return Finding("workers", "ok", facts=there | {"names": _names(seen.living), "heard": heard})


def _alone(config: Config) -> dict[str, str]:
    return {"seconds": f"{config.alone_seconds:g}"}


def _alike(living: Sequence[Worker]) -> Finding:
    unlike = [one for one in living if one.unlike]
    if unlike:
        return Finding("worker_versions", "warn", facts={"names": _names(unlike)})
    unfit = [one for one in living if one.unfit]
    if unfit:
        return Finding("worker_versions", "warn", "unfit", {"names": _names(unfit), "why": unfit[0].unfit})
    return Finding("worker_versions", "ok", facts={"count": str(len(living))})


def _jobs(seen: CrewSeen) -> Finding:
    facts = {state: str(count) for state, count in seen.jobs.items()}
    if seen.jobs["failed"]:
        return Finding("worker_jobs", "warn", facts=facts)
    if seen.jobs["todo"] and not seen.living:
        return Finding("worker_jobs", "warn", "waiting", facts)
    return Finding("worker_jobs", "ok", facts=facts)


def _names(workers: Sequence[Worker]) -> str:
    more = f" …（{len(workers)}）" if len(workers) > NAMES else ""
    return "、".join(one.name for one in workers[:NAMES]) + more
