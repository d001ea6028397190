"""What was read in pictures: one document a visit, named by its hash, so that judging anew sees the same to the bit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lookalike.errors import StoreError
from lookalike.store.blobs import Blobs
from lookalike.store.models import Visit
from lookalike.store.types import storable_json
from scoring.case import PictureFacts

_FACTS = TypeAdapter(tuple[PictureFacts, ...])


def keep(blobs: Blobs, facts: Sequence[PictureFacts], reader: str) -> str:
    """Writes the document and returns its SHA-256; ``reader`` names what read."""
    document = {"reader": reader, "pictures": as_rows(facts)}
    return blobs.put(json.dumps(document, ensure_ascii=False, sort_keys=True).encode())


def read_back(blobs: Blobs, sha256: str) -> tuple[PictureFacts, ...]:
    """The facts of a document. Raises StoreError when it is missing, damaged, or none."""
    try:
        return from_rows(json.loads(blobs.get(sha256))["pictures"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"readings {sha256}: expected a document of picture facts ({error})") from error


def as_rows(facts: Sequence[PictureFacts]) -> list[dict[str, Any]]:
    """Facts as JSON; characters that no database holds are replaced."""
    rows: list[dict[str, Any]] = storable_json(_FACTS.dump_python(tuple(facts), mode="json"))
    return rows


def from_rows(rows: Any) -> tuple[PictureFacts, ...]:
    """The same back. Raises ValueError."""
    try:
        return _FACTS.validate_python(rows)
    except ValidationError as error:
        raise ValueError(str(error).splitlines()[0]) from error


def unread(session: Session) -> list[Visit]:
    """Sites' latest visits that brought pictures which nobody has read, by number."""
    waiting = select(Visit).where(Visit.pictures > 0, Visit.readings_sha256.is_(None), Visit.warc_sha256.is_not(None))
    latest = {visit.site_id: visit for visit in session.scalars(waiting.order_by(Visit.id))}
    return sorted(latest.values(), key=lambda visit: visit.id)


def note(session: Session, visit_id: int, sha256: str) -> None:
    """The visit's pictures are read; a document that is there stays, since judgements were made with it."""
    session.execute(
        update(Visit).where(Visit.id == visit_id, Visit.readings_sha256.is_(None)).values(readings_sha256=sha256)
    )


def before(session: Session, visit: Visit) -> str | None:
    """The document of the site's previous visit whose pictures were read."""
    earlier = select(Visit.readings_sha256).where(
        Visit.site_id == visit.site_id, Visit.id < visit.id, Visit.readings_sha256.is_not(None)
    )
    return session.scalar(earlier.order_by(Visit.id.desc()).limit(1))
