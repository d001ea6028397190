"""Which visits of a run a browser can be shown, which still wait for it, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from lookalike.store.models import Assessment, Capture, Run, Site, Visit

Faces = frozenset[tuple[str, str, str | None]]
"""Client, address and hash of the body of every page of a visit."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A judged visit of this run that brought something."""

    visit_id: int
    site_id: int
    score: float


def candidates(session: Session, run: Run) -> list[Candidate]:
    """The visits that this run's judgements rest on, the most suspicious first; rendered ones are among them."""
    later = aliased(Visit)  # asked visit by visit: the newest of every site would be the whole table
    found = (
        select(Visit.id, Visit.site_id, Assessment.score)
        .join(Assessment, Assessment.site_id == Visit.site_id)
        .where(
            Assessment.run_id == run.id,
            Visit.run_id == run.id,
            ~exists().where(later.site_id == Visit.site_id, later.id > Visit.id),
            Visit.outcome != "failed",
            Visit.warc_sha256.is_not(None),
        )
        .join(Site, Site.id == Visit.site_id)
        .order_by(Assessment.score.desc(), Site.host, Site.port, Site.scope)  # numbers differ from night to night
    )
    return [Candidate(*row) for row in session.execute(found)]


def waiting(session: Session, visit_ids: Sequence[int]) -> list[Visit]:
    """Of these visits those that no browser was shown, in their order."""
    found = session.scalars(select(Visit).where(Visit.id.in_(visit_ids), Visit.rendered_sha256.is_(None)))
    return sorted(found, key=lambda visit: visit_ids.index(visit.id))


def note(session: Session, visit_id: int, sha256: str) -> None:
    """What a browser made of the visit's pages; a file that is there stays, since judgements were made with it."""
    session.execute(
        update(Visit).where(Visit.id == visit_id, Visit.rendered_sha256.is_(None)).values(rendered_sha256=sha256)
    )


def unjudged(session: Session, run: Run) -> list[int]:
    """Sites of this run whose judgement does not know what a browser made of them."""
    found = (
        select(Assessment.site_id, Assessment.documents, Visit.rendered_sha256)
        .join(Visit, Visit.site_id == Assessment.site_id)
        .where(Assessment.run_id == run.id, Visit.run_id == run.id, Visit.rendered_sha256.is_not(None))
        .order_by(Assessment.site_id)
    )
    return [site_id for site_id, documents, sha256 in session.execute(found) if sha256 not in documents]


def before(session: Session, visit: Visit, since: datetime) -> str | None:
    """What a browser made of the same bytes at an earlier visit after ``since``; None: it must be shown them."""
    earlier = session.scalar(
        select(Visit)
        .where(
            Visit.site_id == visit.site_id,
            Visit.id < visit.id,
            Visit.rendered_sha256.is_not(None),
            Visit.started_at > since,
        )
        .order_by(Visit.id.desc())
        .limit(1)
    )
    if earlier is None or _faces(earlier.captures) != _faces(visit.captures):
        return None
    return earlier.rendered_sha256


def _faces(captures: Iterable[Capture]) -> Faces:
    return frozenset((c.client, c.requested_url, c.body_sha256) for c in captures)
