"""What each source gave in one run, counted from its pages, so that a resumed run tells the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lookalike.store.models import Run, Search, SerpPage
from spiders.clock import CHINA
from spiders.items import Outcome

_ENDS = ("blocked", "failed", "pending")
_EMPTY: tuple[Outcome, ...] = ("none", "captcha", "unparsed", "failed", "blocked", "robots")


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """What one source gave in one run. ``none`` … ``failed`` count pages, the rest what its name says."""

    queries: int = 0
    pages: int = 0
    results: int = 0
    """Organic results."""
    paid: int = 0
    none: int = 0
    captcha: int = 0
    unparsed: int = 0
    failed: int = 0
    blocked: int = 0
    """Turned away without a captcha."""
    robots: int = 0
    """Not asked for: robots.txt forbids it."""
    unresolved: int = 0
    """Results whose redirector did not tell where it leads."""
    deep: int = 0
    """Results, paid ones too, on second pages and beyond."""
    seconds: float = 0.0
    """That its pages took in all, pace included."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    raw_sha256: str | None = None
    """The unparsed page that was kept."""
    blocked_queries: int = 0
    failed_queries: int = 0
    pending_queries: int = 0

    @property
    def refused(self) -> int:
        """Pages on which the source turned us away."""
        return self.captcha + self.blocked

    def as_json(self) -> dict[str, Any]:
        """The counts as ``nightly --json`` prints them: instants in ISO 8601, seconds to a tenth."""
        ends = {"first_at": self.first_at, "last_at": self.last_at}
        told = {name: at.astimezone(CHINA).isoformat() if at else None for name, at in ends.items()}
        return {**asdict(self), **told, "seconds": round(self.seconds, 1)}


def source_counts(session: Session, run: Run) -> dict[str, SourceCounts]:
    """By source, in the order of their names; a source that was planned and gave nothing is there with zeros."""
    asked = session.execute(
        select(Search.source, func.count(), *(func.count().filter(Search.state == s) for s in _ENDS))
        .where(Search.run_id == run.id)
        .group_by(Search.source)
        .order_by(Search.source)
    ).all()
    came = session.execute(
        select(
            SerpPage.source,
            func.count(),
            func.sum(SerpPage.results),
            func.sum(SerpPage.paid),
            *(func.count().filter(SerpPage.outcome == outcome) for outcome in _EMPTY),
            func.sum(SerpPage.unresolved),
            func.coalesce(func.sum(SerpPage.results + SerpPage.paid).filter(SerpPage.page > 1), 0),
            func.sum(SerpPage.seconds),
            func.min(func.coalesce(SerpPage.asked_at, SerpPage.seen_at)),
            func.max(SerpPage.seen_at),
            func.min(SerpPage.raw_sha256),
        )
        .where(SerpPage.run_id == run.id)
        .group_by(SerpPage.source)
    ).all()
    by_source = {row[0]: row[1:] for row in came}
    counts: dict[str, SourceCounts] = {}
    for source, queries, *ends in asked:
        numbers: Sequence[Any] = by_source.get(source) or [*[0] * (5 + len(_EMPTY)), 0.0, None, None, None]
        counts[source] = SourceCounts(queries, *numbers, *ends)
    return counts
