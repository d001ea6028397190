"""A review that holds for the next version: the same content, exported again, without the marks of a draft.

A person reviews a pack as it lies, and its bytes cannot change afterwards. So the clean copy is another version, and
it counts as reviewed only if nothing that was read has changed and nobody has decided anything since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.evidence.canonical import canonical
from lookalike.evidence.facts import Json
from lookalike.evidence.hashes import digest
from lookalike.store.evidence import Numbered
from lookalike.store.models import Audit, Pack, Verdict

_OF_THE_EXPORT = frozenset({"pack_version", "supersedes", "exported_at", "status", "reviewed_by"})


@dataclass(frozen=True, slots=True)
class Review:
    """Who reviewed a pack, and when."""

    by: str
    at: datetime


def content_sha256(records: Iterable[Json], detection: Json) -> str:
    """Over all that papers tell of the leads: their records, items with hashes included, and the judgements."""
    told = [{k: v for k, v in record.items() if k not in _OF_THE_EXPORT} for record in records]
    return digest(canonical({"leads": told, "detection": detection}), "sha256")


def carried(session: Session, numbered: Numbered, content: str) -> Review | None:
    """The review of the version before, if it holds for this content."""
    newest = select(Pack).where(Pack.number == numbered.number).order_by(Pack.version.desc()).limit(1)
    before = session.scalar(newest)
    if before is None or before.state != "reviewed" or not before.reviewed_by or before.reviewed_at is None:
        return None
    later = select(Verdict.id).where(Verdict.lead_id.in_(before.leads), Verdict.at > before.reviewed_at).limit(1)
    if session.scalar(later) is not None or _content_of(session, before) != content:
        return None
    return Review(before.reviewed_by, before.reviewed_at)


def _content_of(session: Session, pack: Pack) -> str | None:
    """What the audit trail says that the pack held."""
    entries = select(Audit).where(Audit.what == "export.pack", Audit.at >= pack.made_at).order_by(Audit.id)
    told = (entry.after or {} for entry in session.scalars(entries))
    return next((after.get("content_sha256") for after in told if after.get("pack") == pack.id), None)
