"""Baselines: captured pages of genuine platforms; a failed refresh never hides the last good one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lookalike.store.models import Baseline, Run
from lookalike.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Captured:
    """One capture of a platform's page, or why there is none."""

    platform: str
    url: str
    captured_at: datetime
    ok: bool = True
    why: str = ""
    warc_sha256: str | None = None
    document_sha256: str | None = None
    body_sha256: str | None = None
    favicon_sha256: str | None = None
    favicon_mmh3: int | None = None
    pictures: tuple[dict[str, Any], ...] = ()
    """As ``store.pictures`` writes them."""
    rendered_sha256: str | None = None
    """What a browser made of the page, where it was shown one."""


def save(session: Session, run: Run, captured: Captured) -> Baseline:
    """Stores a capture; in one run a later try replaces an earlier one, but a failure never a page that came."""
    values = asdict(captured)
    insert_new(session, Baseline, [{"run_id": run.id, **values}])
    row = session.scalars(
        select(Baseline)
        .where(Baseline.run_id == run.id, Baseline.platform == captured.platform, Baseline.url == captured.url)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if captured.ok or not row.ok:
        for name, value in values.items():
            setattr(row, name, value)
    session.flush()
    return row


def unseen(session: Session, run: Run) -> list[Baseline]:
    """Good captures of this run that no browser was shown, by platform and URL."""
    mine = select(Baseline).where(Baseline.run_id == run.id, Baseline.ok, Baseline.rendered_sha256.is_(None))
    return list(session.scalars(mine.order_by(Baseline.platform, Baseline.url)))


def note_rendered(session: Session, baseline_ids: Iterable[int], sha256: str) -> None:
    """What a browser made of the page that these rows captured."""
    session.execute(update(Baseline).where(Baseline.id.in_(list(baseline_ids))).values(rendered_sha256=sha256))


def bytes_of(row: Baseline) -> str:
    """What a row's bytes are told by: the hash of its exchanges, and of what a browser made of them."""
    return ":".join(filter(None, (row.warc_sha256, row.rendered_sha256)))


def latest(session: Session) -> list[Baseline]:
    """The newest good capture of every platform's URL, by platform and URL."""
    newest = (
        select(Baseline.platform, Baseline.url, func.max(Baseline.run_id).label("run_id"))
        .where(Baseline.ok)
        .group_by(Baseline.platform, Baseline.url)
        .subquery()
    )
    mine = (Baseline.platform == newest.c.platform) & (Baseline.url == newest.c.url)
    joined = select(Baseline).join(newest, mine & (Baseline.run_id == newest.c.run_id))
    return list(session.scalars(joined.order_by(Baseline.platform, Baseline.url)))


def of_run(session: Session, run: Run) -> list[Baseline]:
    """What this run captured or failed to capture, by platform and URL."""
    mine = select(Baseline).where(Baseline.run_id == run.id)
    return list(session.scalars(mine.order_by(Baseline.platform, Baseline.url)))
