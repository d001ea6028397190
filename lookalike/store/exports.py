"""What left the system, in which form, for whom: rows that are only added, each with its entry in the audit trail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from lookalike.store import audit
from lookalike.store.models import Assessment, Export, Lead, Site
from lookalike.store.types import storable
from lookalike.store.verdicts import GUILTY

_CHUNK = 500
PAGE = 100
FEW = 12
"""Leads of one export that a line of the log names."""
_COUNT = func.json_array_length(Export.leads)


def record(
    session: Session, *, at: datetime, by: str, form: str, to: str, leads: Sequence[int], file: str, sha256: str
) -> Export:
    """Stores that a file with these leads was made for somebody, and the entry of the audit trail, in one transaction.

    Call it last: the trail is locked to the transaction's end.
    """
    row = Export(at=at, by=by, form=form, to=to, leads=list(leads), file=file, sha256=sha256)
    session.add(row)
    session.flush()
    told = {"export": row.id, "form": form, "to": to, "leads": list(leads), "file": file, "sha256": sha256}
    audit.note(session, at, by, f"export.{form}", lead_id=leads[0] if len(leads) == 1 else None, after=told)
    return row


def listing(session: Session, limit: int | None = None) -> list[Export]:
    """Everything that ever left, the newest first."""
    return list(session.scalars(select(Export).order_by(Export.id.desc()).limit(limit)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the log; what is empty is not asked about."""

    by: str = ""
    """The whole name."""
    form: str = ""
    to: str = ""
    """Part of what was stated."""
    since: datetime | None = None
    until: datetime | None = None
    """Up to and without this instant."""


class Row(NamedTuple):
    """One line of the log; of long lists of leads only the number is read."""

    id: int
    at: datetime
    by: str
    form: str
    to: str
    file: str
    sha256: str | None
    n: int
    leads: list[int]
    """All of them where there are few; else none."""


def page(session: Session, wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> list[Row]:
    """The newest first; those older than the row ``before`` are the next page."""
    found = select(
        Export.id, Export.at, Export.by, Export.form, Export.to, Export.file, Export.sha256, _COUNT.label("n")
    ).order_by(Export.id.desc())
    if wanted.by:
        found = found.where(Export.by == storable(wanted.by))
    if wanted.form:
        found = found.where(Export.form == storable(wanted.form))
    if wanted.to:
        found = found.where(Export.to.contains(storable(wanted.to), autoescape=True))
    if wanted.since is not None:
        found = found.where(Export.at >= wanted.since)
    if wanted.until is not None:
        found = found.where(Export.at < wanted.until)
    if before is not None:
        found = found.where(Export.id < before)
    rows: list[Any] = list(session.execute(found.limit(limit)))
    few = [row.id for row in rows if row.n <= FEW]
    leads = {row[0]: row[1] for row in session.execute(select(Export.id, Export.leads).where(Export.id.in_(few)))}
    return [Row._make((*row, leads.get(row.id, []))) for row in rows]


def forms(session: Session) -> list[str]:
    """Every form in which something ever left."""
    return list(session.scalars(select(Export.form).distinct().order_by(Export.form)))


def leads_with(session: Session, status: str) -> list[int]:
    """Numbers of the leads with a status; ``confirmed`` takes those along that came back after it."""
    wanted = GUILTY if status == "confirmed" else (status,)
    return list(session.scalars(select(Lead.id).where(Lead.status.in_(wanted)).order_by(Lead.id)))


def honest_below(session: Session, domains: Iterable[str]) -> dict[str, list[str]]:
    """By registrable domain the hosts below it that were examined and are no fakes: genuine, cleared, or judged low."""
    wanted, found = sorted(set(domains)), defaultdict[str, list[str]](list)
    judged = exists().where(Assessment.site_id == Site.id)
    clean = or_(Site.state == "genuine", Lead.status == "false_positive", and_(Lead.id.is_(None), judged))
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        rows = select(Site.registrable_domain, Site.host).outerjoin(Lead, Lead.site_id == Site.id)
        for domain, host in session.execute(rows.where(Site.registrable_domain.in_(part), clean).order_by(Site.host)):
            if host not in found[domain]:
                found[domain].append(host)
    return dict(found)
