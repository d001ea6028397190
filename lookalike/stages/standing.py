"""Whether a source may be asked now, and how it came out: left alone, forbidden, outside its hours, broken, or fine.

Everything is read from the store, so that a resumed night tells of what happened before the kill too. A source that
is not asked is told as that, never as *no results*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lookalike.night import Night
from lookalike.stages.wanted import not_ready, note_remarks
from lookalike.store import searches, sources
from lookalike.store.models import Run
from lookalike.store.source_counts import SourceCounts, source_counts
from seeds.model import Source
from spiders.clock import CHINA
from spiders.items import SerpItem
from spiders.sources.manners import within_hours

FAILING = frozenset({"blocked", "backing off", "failed"})
"""States of a source that make the night one of which a part has failed."""
REFUSALS = {"captcha": "要求验证码", "blocked": "拒绝访问"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source came out of a night."""

    state: str
    """``ok``; ``blocked``: turned us away tonight; ``backing off``: did so before, and was not asked; ``failed``: pages
    are missing; told and no failure: ``robots``, ``outside hours``, ``no key``, ``no address``. The summary of a night
    adds ``suspect``: an alarm says that its numbers cannot be believed."""
    why: str = ""
    until: datetime | None = None
    """Not asked before."""

    def as_json(self) -> dict[str, Any]:
        """As it stands in a run's summary, beside the source's counts."""
        until = self.until.astimezone(CHINA).isoformat() if self.until else None
        return {"state": self.state, "why": self.why, "blocked_until": until}


def counts_of(session: Session, run: Run, source: Source) -> SourceCounts:
    """What the source gave in this run; zeros when nothing was planned."""
    return source_counts(session, run).get(source.id, SourceCounts())


def may_ask(night: Night, session: Session, source: Source) -> bool:
    """Whether the source may be asked now; what it is left alone with is entered as blocked."""
    run = session.get_one(Run, night.run_id)
    counts = counts_of(session, run, source)
    if counts.refused or counts.robots or not_ready(night, source):
        return False  # a night that was killed after the refusal does not ask again
    if sources.blocked_until(session, source.id, night.now()) is not None:
        state = sources.state_of(session, source.id)
        assert state is not None
        why = f"{told_time(state.blocked_until)} 之前不询问：已连续 {state.streak} 次被拒（{state.why}）"
        searches.block_source(session, run, source.id, why)
        return False
    return within_hours(source.hours, night.now())


def note_page(night: Night, session: Session, source: Source, item: SerpItem) -> None:
    """Remember from night to night what a page says of its source; part of the transaction that stores the page."""
    now = night.now()
    sources.note_asked(session, source.id, now, results=item.outcome == "results")
    if item.outcome not in REFUSALS:
        return
    counts = counts_of(session, session.get_one(Run, night.run_id), source)
    if counts.refused == 1:
        answers = counts.pages - counts.refused - counts.failed - counts.robots
        why = f"{REFUSALS[item.outcome]}：{item.note}" if item.note else REFUSALS[item.outcome]
        sources.refused(session, source.id, why, now, answers, back_off(night))


def back_off(night: Night) -> sources.BackOff:
    """How long sources are left alone, as the settings say."""
    config = night.config
    return sources.BackOff(timedelta(hours=config.back_off_hours), timedelta(days=config.back_off_days))


def settle(night: Night, session: Session, source: Source, broken: Sequence[str]) -> Standing:
    """How the source came out; what is still pending where it refused us is entered as blocked."""
    run = session.get_one(Run, night.run_id)
    counts = counts_of(session, run, source)
    remarks = note_remarks(night, session, source)
    if unready := not_ready(night, source):
        return Standing(unready["status"], unready["why"])
    if left := _left_alone(session, run, source, counts):
        return left
    late = counts.pending_queries > 0 and not within_hours(source.hours, night.now())
    reasons = [*remarks, *_missing(counts, late=late), *broken]
    if reasons:
        return Standing("failed", "；".join(reasons))
    if late:
        return Standing("outside hours", f"只在 {source.hours} 询问，{counts.pending_queries} 个查询今晚没有问")
    if counts.pages:
        sources.recovered(session, source.id)
    return Standing("ok")


def told_time(at: datetime | None) -> str:
    """A time as analysts read it, in China."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at is not None else ""


def _left_alone(session: Session, run: Run, source: Source, counts: SourceCounts) -> Standing | None:
    if counts.refused:
        return _refused(session, run, source, counts)
    if counts.robots:
        searches.block_source(session, run, source.id, "robots.txt")
        return Standing("robots", "它的 robots.txt 不允许，没有询问（来源设置 robots）")
    if counts.blocked_queries and not counts.pages:
        state = sources.state_of(session, source.id)
        why = sources.left_alone_why(session, run, source.id)
        return Standing("backing off", why, state.blocked_until if state else None)
    return None


def _refused(session: Session, run: Run, source: Source, counts: SourceCounts) -> Standing:
    kind = REFUSALS["captcha" if counts.captcha else "blocked"]
    searches.block_source(session, run, source.id, kind)
    state = sources.state_of(session, source.id)
    until = state.blocked_until if state is not None else None
    again = f"，{told_time(until)} 之后再试" if until else ""
    why = state.why if state is not None and state.why else kind
    return Standing("blocked", f"{why}，今晚不再询问{again}", until)


def _missing(counts: SourceCounts, *, late: bool) -> list[str]:
    why = []
    if counts.failed:
        why.append(f"{counts.failed} 页没有取到")
    if counts.pending_queries and not late:
        why.append(f"{counts.pending_queries} 个查询没有问到")
    return why
