"""Weights versions: every one that a judgement was made with is kept whole; one is in use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.store import audit
from lookalike.store.models import WeightsVersion
from lookalike.store.types import storable
from scoring.weights import Weights, as_toml, fingerprint, read_weights, shipped, shipped_text

PROGRAM = "lookalike"
"""Who puts the shipped version there."""


def active(session: Session) -> Weights:
    """The weights in use: the chosen version; the shipped ones where nothing was chosen yet."""
    row = in_use(session)
    if row is None or (row.origin == "shipped" and _shipped_row(session) is None):
        return replace(shipped(), version=_shipped_name(session))
    return as_weights(row)


def in_use(session: Session) -> WeightsVersion | None:
    """The row of the version in use."""
    return session.scalar(select(WeightsVersion).where(WeightsVersion.in_use))


def get(session: Session, version: str) -> Weights | None:
    """A kept version by its name."""
    row = _row(session, version)
    return as_weights(row) if row else None


def every(session: Session) -> list[WeightsVersion]:
    """All versions, the oldest first."""
    return list(session.scalars(select(WeightsVersion).order_by(WeightsVersion.id)))


def as_weights(row: WeightsVersion) -> Weights:
    """The weights of a row, under the name that assessments carry."""
    return replace(read_weights(row.text, f"weights {row.version}"), version=row.version)


def keep_shipped(session: Session, now: datetime) -> Weights:
    """Keeps the shipped version where it is new here, and returns the weights in use.

    A new shipped version takes the place of an older shipped one; a version that was fitted here stays in use.
    """
    _lock(session)
    if _shipped_row(session) is None:
        row = _insert(session, now, PROGRAM, _shipped_name(session), "shipped", None, shipped_text(), {})
        before = in_use(session)
        if before is None or before.origin == "shipped":
            _put_in_use(session, now, PROGRAM, row)
    return active(session)


def add(
    session: Session, now: datetime, who: str, weights: Weights, parent: str, facts: Mapping[str, Any]
) -> WeightsVersion:
    """Keeps a fitted version under a free name of this day and uses it from now on; ``weights.version`` is ignored."""
    _lock(session)
    named = replace(weights, version=next_version(session, now))
    text = as_toml(named, f"Fitted to verdicts, pulled to {parent}; made by {' '.join(who.split())}.")
    row = _insert(session, now, who, named.version, "refit", parent, text, facts)
    _put_in_use(session, now, who, row)
    return row


def use(session: Session, now: datetime, who: str, version: str) -> WeightsVersion:
    """Uses a kept version from now on; UsageError names the known ones where there is none of that name."""
    _lock(session)
    row = _row(session, version)
    if row is None:
        known = ", ".join(r.version for r in every(session)) or "none yet"
        raise UsageError(f"weights version {version}: there is no such version; known: {known}")
    if not row.in_use:
        _put_in_use(session, now, who, row)
    return row


def next_version(session: Session, now: datetime) -> str:
    """``2026-11-21.2``: the day, and the first number after those that the day has."""
    day = now.date().isoformat()
    names = [*session.scalars(select(WeightsVersion.version)), shipped().version]
    taken = [int(m[1]) for name in names if (m := re.match(rf"{day}\.(\d+)(?:\+|$)", name))]
    return f"{day}.{max(taken, default=0) + 1}"


def _insert(
    session: Session,
    now: datetime,
    who: str,
    version: str,
    origin: str,
    parent: str | None,
    text: str,
    facts: Mapping[str, Any],
) -> WeightsVersion:
    row = WeightsVersion(version=version, origin=origin, parent=parent, made_at=now, made_by=storable(who))
    row.text, row.fingerprint, row.facts, row.in_use = text, fingerprint(text), dict(facts), False
    session.add(row)
    session.flush()
    made = {"version": version, "origin": origin, "parent": parent, "fingerprint": row.fingerprint}
    audit.note(session, now, who, "weights.made", after=made)
    return row


def _put_in_use(session: Session, now: datetime, who: str, row: WeightsVersion) -> None:
    before = in_use(session)
    if before is not None:
        before.in_use = False
        session.flush()  # one at a time, also for the index
    row.in_use = True
    session.flush()
    was = {"version": before.version} if before else None
    audit.note(session, now, who, "weights.used", before=was, after={"version": row.version})


def _row(session: Session, version: str) -> WeightsVersion | None:
    return session.scalar(select(WeightsVersion).where(WeightsVersion.version == version))


def _shipped_row(session: Session) -> WeightsVersion | None:
    mine = select(WeightsVersion).where(WeightsVersion.fingerprint == fingerprint(shipped_text()))
    return session.scalar(mine.where(WeightsVersion.origin == "shipped"))


def _shipped_name(session: Session) -> str:
    """The name that the shipped version has here: with its hash when its own name stands for other numbers."""
    name = shipped().version
    taken = _row(session, name)
    print_of = fingerprint(shipped_text())
    return name if taken is None or taken.fingerprint == print_of else f"{name}+{print_of[:8]}"


def _lock(session: Session) -> None:
    """One at a time makes or chooses a version."""
    audit.lock(session)
