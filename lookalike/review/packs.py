"""The second reader: a pack is handed over after somebody who confirmed none of its leads has marked it reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import readings, rights
from lookalike.review.people import named, same_person
from lookalike.store import audit, evidence, handovers
from lookalike.store.models import Pack, Verdict


def named_pack(session: Session, name: str) -> Pack:
    """The pack of a number (``XS-20261121-0001``: its newest version; ``…-v2``: that one) or of such a file, locked.

    Of a file, only the name is read here. Raises UsageError where there is no such pack.
    """
    stem = Path(name).name.removesuffix(".zip").removesuffix(".pack")
    number, _, version = stem.partition("-v")
    known = version.isdecimal() and version.isascii()
    pack = handovers.pack_of(session, number, int(version) if known else None) if known or not version else None
    if pack is None:
        raise UsageError(f"{stem}: no such pack was written here; expected its number, as lookalike export printed it")
    return pack


def review(session: Session, pack: Pack, by: str, now: datetime, note: str = "", *, read_blind: bool = False) -> Pack:
    """Marks a pack as reviewed; the row and the audit entry are one transaction.

    ``read_blind``: somebody has to have read every lead without seeing the first verdict, and to agree with it
    (``lookalike.review.readings``). Raises UsageError when a lead of it is not confirmed, when the reader confirmed one
    himself, when a second reading differs, or when it was reviewed already and no verdict has been given since.
    """
    who = named(by, "reviews the pack")
    rights.check(session, who, "handover.approve")
    given = verdicts_of(session, pack)
    _check_reader(who, given)
    readings.check_agreed(session, name_of(pack), given, needed=read_blind)
    if pack.state == "reviewed" and not stale(pack, given):
        raise UsageError(f"{name_of(pack)}: {pack.reviewed_by} reviewed it already")
    before = {"state": pack.state, "reviewed_by": pack.reviewed_by, "reviewed_at": _iso(pack.reviewed_at)}
    pack.state, pack.reviewed_by, pack.reviewed_at = "reviewed", who, now
    session.flush()
    agreed = readings.agree(session, given, f"随证据包 {name_of(pack)} 复核", who, now)
    after = {"pack": pack.id, "sha256": pack.sha256, "state": "reviewed", "reviewed_by": who, "reviewed_at": _iso(now)}
    after |= {"leads": pack.leads, "verdicts": [v.id for v in given], "note": note.strip(), "readings": agreed}
    lead_id = pack.leads[0] if len(pack.leads) == 1 else None
    audit.note(session, now, who, "pack.review", lead_id=lead_id, before=before, after=after)
    return pack


def check_reviewed(session: Session, pack: Pack) -> None:
    """UsageError unless a second reader has seen the pack since its leads were confirmed."""
    given = verdicts_of(session, pack)
    mend = f"; somebody else runs: lookalike handover review {name_of(pack)} --by NAME"
    if pack.state != "reviewed":
        raise UsageError(f"{name_of(pack)}: nobody has reviewed it yet{mend}")
    if stale(pack, given):
        raise UsageError(f"{name_of(pack)}: a lead of it was decided anew after the review{mend}")
    _check_reader(pack.reviewed_by or "", given)
    readings.check_agreed(session, name_of(pack), given, needed=True)


def verdicts_of(session: Session, pack: Pack) -> list[Verdict]:
    """The confirming verdicts of all its leads. Raises UsageError naming the leads that are not confirmed."""
    found = {lead_id: handovers.confirming(session, lead_id) for lead_id in pack.leads}
    missing = [str(lead_id) for lead_id, verdict in found.items() if verdict is None]
    if missing:
        raise UsageError(
            f"{name_of(pack)}: not confirmed: lead {', '.join(missing)}; see: lookalike verdict {missing[0]} confirm"
        )
    return [verdict for verdict in found.values() if verdict is not None]


def stale(pack: Pack, given: Sequence[Verdict]) -> bool:
    """Whether a verdict is newer than the review."""
    return pack.reviewed_at is None or any(v.at > pack.reviewed_at for v in given)


def name_of(pack: Pack) -> str:
    """``XS-20261121-0001``, ``XS-20261121-0001-v2``."""
    return evidence.pack_name(pack.number, pack.version)


def _check_reader(who: str, given: Sequence[Verdict]) -> None:
    mine = sorted({v.lead_id for v in given if same_person(v.by, who)})
    if mine:
        listed = ", ".join(map(str, mine))
        raise UsageError(f"--by {who}: confirmed lead {listed}; a second reader is somebody else")


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
