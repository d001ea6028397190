"""What stored searches tell afterwards: remarks on their pages, and which files were read to the end before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lookalike.store.models import Run, Search, SerpPage

MOST = 20
"""Different remarks that are told of one source."""


class Remark(NamedTuple):
    """One remark, on how many pages with this outcome."""

    outcome: str
    note: str
    pages: int


def remarks(session: Session, run: Run, source: str) -> list[Remark]:
    """The remarks on a source's pages in this run, the most frequent first."""
    rows = session.execute(
        select(SerpPage.outcome, SerpPage.note, func.count())
        .where(SerpPage.run_id == run.id, SerpPage.source == source, SerpPage.note != "")
        .group_by(SerpPage.outcome, SerpPage.note)
        .order_by(func.count().desc(), SerpPage.note)
        .limit(MOST)
    )
    return [Remark(*row) for row in rows]


def read_before(session: Session, source: str, files: Sequence[str]) -> frozenset[str]:
    """Those of ``files`` (name and digest, as ``FeedFile.query``) whose content a run has read to the end.

    A file that was renamed has been read; one that failed half way has not.
    """
    done = session.scalars(select(Search.query).where(Search.source == source, Search.state == "done").distinct())
    digests = {query.rpartition(" ")[2] for query in done}
    return frozenset(query for query in files if query.rpartition(" ")[2] in digests)
