"""How sources fare from night to night: left alone after they turned us away, longer each time, until they answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store import audit
from lookalike.store.models import Run, Search, SerpPage, SourceState
from lookalike.store.source_counts import SourceCounts, source_counts

FIRST = timedelta(hours=6)
LONGEST = timedelta(days=7)
ENOUGH_ANSWERS = 3
"""Pages that a source answered in a run before it turned us away, from which it counts as working (fewer: more than
30 % of the pages were refusals): then the time begins anew with the shortest."""
_MOST_DOUBLINGS = 20
LOOKED_THROUGH = 10
"""Runs that are looked through for one that counts."""
FINISHED = ("done", "failed")


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long a source is left alone: doubled each time in a row."""

    first: timedelta = FIRST
    longest: timedelta = LONGEST

    def after(self, streak: int) -> timedelta:
        """For the ``streak``-th time in a row, from 1."""
        doublings = min(max(streak - 1, 0), _MOST_DOUBLINGS)
        return min(self.first * float(2**doublings), self.longest)


def states(session: Session) -> dict[str, SourceState]:
    """All that is remembered, by source."""
    return {state.source: state for state in session.scalars(select(SourceState))}


def state_of(session: Session, source: str) -> SourceState | None:
    """What is remembered of a source; None: it was never asked."""
    return session.get(SourceState, source, populate_existing=True)


def blocked_until(session: Session, source: str, now: datetime) -> datetime | None:
    """Until when it is left alone; None: it may be asked."""
    state = state_of(session, source)
    until = state.blocked_until if state is not None else None
    return until if until is not None and until > now else None


def note_asked(session: Session, source: str, now: datetime, *, results: bool) -> None:
    """A page came, with ``results`` or without."""
    state = _locked(session, source)
    state.asked_at = _later(state.asked_at, now)
    if results:
        state.ok_at = _later(state.ok_at, now)
    session.flush()


def refused(session: Session, source: str, why: str, now: datetime, answers: int, back_off: BackOff) -> SourceState:
    """It turned us away, in a run in which it had answered ``answers`` pages: it is left alone for a while."""
    state = _locked(session, source)
    state.streak = 1 if answers >= ENOUGH_ANSWERS else state.streak + 1
    state.blocked_until = now + back_off.after(state.streak)
    state.why, state.asked_at = why, _later(state.asked_at, now)
    session.flush()
    return state


def recovered(session: Session, source: str) -> None:
    """A whole run in which it answered and never turned us away: everything begins anew."""
    _clear(_locked(session, source))
    session.flush()


def unblock(session: Session, source: str, now: datetime, who: str) -> bool:
    """Lets it be asked at once; False where nothing was in the way. The audit trail tells who did it."""
    state = state_of(session, source)
    if state is None or (state.blocked_until is None and not state.streak):
        return False
    until = state.blocked_until
    before = {"source": source, "until": until.isoformat() if until else None, "streak": state.streak, "why": state.why}
    _clear(state)
    audit.note(session, now, who, "source.unblock", before=before, after={"source": source})
    return True


def left_alone_why(session: Session, run: Run, source: str) -> str:
    """What was entered with the queries that were not asked."""
    mine = Search.run_id == run.id, Search.source == source, Search.state == "blocked"
    return session.scalar(select(Search.note).where(*mine).order_by(Search.id).limit(1)) or ""


def raw_kept(session: Session, run: Run, source: str) -> bool:
    """Whether an unparsed page of the source was kept in this run."""
    mine = SerpPage.run_id == run.id, SerpPage.source == source, SerpPage.raw_sha256.is_not(None)
    return session.scalar(select(SerpPage.id).where(*mine).limit(1)) is not None


def history(session: Session, run: Run, limit: int) -> list[tuple[Run, Mapping[str, SourceCounts]]]:
    """The finished runs of the same kind and world before ``run``, the newest first, with what their sources gave.

    A rehearsal on a range (a fixed clock, other seeds) is no yardstick for a real night, nor the other way round.
    """
    newest = select(Run).where(Run.kind == run.kind, Run.state.in_(FINISHED), Run.id < run.id).order_by(Run.id.desc())
    alike = []
    for earlier in session.scalars(newest.limit(limit * LOOKED_THROUGH)):
        if _world(earlier) == _world(run):
            alike.append(earlier)
        if len(alike) == limit:
            break
    return [(earlier, source_counts(session, earlier)) for earlier in alike]


def last_night(session: Session) -> Run | None:
    """The newest night that was finished."""
    finished = select(Run).where(Run.kind == "nightly", Run.state.in_(FINISHED)).order_by(Run.id.desc())
    return session.scalar(finished.limit(1))


def _world(run: Run) -> tuple[str, bool]:
    options = run.options if isinstance(run.options, dict) else {}
    return str(options.get("seeds", "")), bool(options.get("clock"))


def _clear(state: SourceState) -> None:
    state.streak, state.blocked_until, state.why = 0, None, ""


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def _locked(session: Session, source: str) -> SourceState:
    found = session.get(SourceState, source, with_for_update=True, populate_existing=True)
    if found is None:
        found = SourceState(source=source, streak=0, why="")
        session.add(found)
        session.flush()
    return found
