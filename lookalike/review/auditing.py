"""Checks the audit trail from end to end for whoever audits, and says in the trail itself what was found, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.review import rights
from lookalike.review.people import named
from lookalike.store import audit
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Audit

DEED = "audit.verified"
MONTHS = 6
"""How long logs of a network have to be kept at least (网络安全法: 留存相关的网络日志不少于六个月)."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, as the trail tells it."""

    at: datetime
    by: str
    entries: int
    head: str
    """Hash of the newest entry at that time: to be noted outside of this system."""
    broken: int | None
    before: int | None
    changed: bool
    noted: str
    """A hash that was noted before, and was looked for; empty: none."""
    cut_off: bool
    """Whether it was gone."""

    @property
    def whole(self) -> bool:
        """Whether nothing is amiss."""
        return self.broken is None and not self.cut_off


def check(
    factory: Factory, by: str, now: datetime, noted: str = "", progress: Callable[[int, int], None] = lambda *_: None
) -> Checked:
    """Reads the whole trail, and adds an entry that tells what was found.

    A chain does not tell of entries that were cut off its end: ``noted`` is the hash of the newest entry as somebody
    wrote it down before. Raises NotAllowedError for whose role does not audit.
    """
    who = named(by, "checks the trail")
    with reading(factory) as session:
        rights.check(session, who, "audit.read")
        found = audit.verify(session, progress)
        cut_off = bool(noted) and not audit.holds(session, noted)
    told = {
        "entries": found.entries,
        "head": found.head,
        "broken": found.broken,
        "before": found.before,
        "changed": found.changed,
        "noted": noted,
        "cut_off": cut_off,
    }
    with writing(factory) as session:
        return _read(audit.note(session, now, who, DEED, after=told))


def latest(session: Session) -> Checked | None:
    """The newest check; None where nobody has checked yet."""
    mine = select(Audit).where(Audit.what == DEED).order_by(Audit.at.desc(), Audit.id.desc()).limit(1)
    entry = session.scalar(mine)
    return _read(entry) if entry is not None else None


def _read(entry: Audit) -> Checked:
    told: dict[str, Any] = entry.after or {}
    return Checked(at=entry.at, by=entry.who, **told)
