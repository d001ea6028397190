"""Puts a report where it was asked for, whole or not at all, in the transaction that records that it was made."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from lookalike.errors import UsageError
from lookalike.exchange.writing import published, usable
from lookalike.store import audit, figures, handovers
from lookalike.store.engine import Factory, reading, writing


@dataclass(frozen=True, slots=True)
class Made:
    """A report as bytes, and what it says of itself."""

    data: bytes
    form: str
    """``table``, ``month`` or ``case``."""
    first: date | None
    """First day of its figures; None: from the beginning, or it has none."""
    last: date | None
    leads: tuple[int, ...] = ()


def check_target(factory: Factory, path: Path, suffix: str, imports: Sequence[Path]) -> Path:
    """Where the report goes. Raises UsageError where it cannot, or where others' entries would be lost.

    A file that lies there is replaced only when it was written here and nobody has changed it, or is read in by the
    same command.
    """
    if path.suffix.lower() != suffix:
        raise UsageError(f"-o {path}: this report is a {suffix} file; name it so")
    final = usable(path, replace=True)
    if not final.is_file() or any(one.resolve() == final for one in imports):
        return final
    try:
        lying = final.read_bytes()
    except OSError as error:
        raise UsageError(f"-o {path}: cannot be read ({error.strerror})") from error
    with reading(factory) as session:
        ours = figures.known_file(session, hashlib.sha256(lying).hexdigest())
    if lying and not ours:
        raise UsageError(
            f"-o {path}: this file was filled in since, or is another one; --import it, or use another name"
        )
    return final


def publish(factory: Factory, final: Path, made: Made, by: str, now: datetime, *, to: str = "") -> str:
    """Writes the file and records it among what left, ``to`` whom if that is known, and in the audit trail.

    Returns its SHA-256.
    """
    sha256 = hashlib.sha256(made.data).hexdigest()
    told = {"form": made.form, "from": _iso(made.first), "to": _iso(made.last), "leads": list(made.leads)}
    with writing(factory) as session, published(made.data, final, replace=True):
        row = handovers.note_export(session, "stats", now, by, to=to, leads=made.leads, file=final.name, sha256=sha256)
        lead_id = made.leads[0] if len(made.leads) == 1 else None
        after = told | {"export": row.id, "file": final.name, "sha256": sha256, "recipient": to}
        audit.note(session, now, by, "export.stats", lead_id=lead_id, after=after)
    return sha256


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
