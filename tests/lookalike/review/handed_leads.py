"""Confirmed leads, packs of them, and hand-overs at fixed times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from lookalike.review import handover, readings
from lookalike.review.handover import Kind, Passed
from lookalike.review.packs import named_pack, review
from lookalike.review.verdicts import give
from lookalike.store import desk, handovers
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.evidence import Numbered, Written, record_pack
from lookalike.store.models import Handover, Lead
from tests.lookalike.store.builders import NIGHT

HOUR = timedelta(hours=1)
CONFIRMED, PACKED, REVIEWED, HANDED = (NIGHT + n * HOUR for n in (7, 8, 9, 10))
POLICE = "某市公安局"


def confirm(
    factory: Factory, *leads: int, by: str = "王某", at: datetime = CONFIRMED, reason: str = "fake_site"
) -> None:
    with writing(factory) as session:
        for lead_id in leads:
            give(session, lead_id, "confirmed", reason, "备注" if reason == "other" else "", by, at)


def pack(factory: Factory, *leads: int, number: str = "XS-20260301-0001", version: int = 1, sha256: str = "") -> str:
    """The row that an export writes; its number."""
    file = f"{number}.zip" if version == 1 else f"{number}-v{version}.zip"
    written = Written(leads, None, sha256 or "a" * 64, "b" * 64, 9, file, "c" * 64, "d" * 64)
    with writing(factory) as session:
        record_pack(session, Numbered(number, version, None), written, PACKED, "王某")
    return number


def reviewed(factory: Factory, *leads: int, number: str = "XS-20260301-0001", by: str = "李某") -> str:
    """A pack that a second reader has seen."""
    pack(factory, *leads, number=number)
    with writing(factory) as session:
        review(session, named_pack(session, number), by, REVIEWED)
    return number


def hand(
    factory: Factory,
    what: str | int,
    *,
    kind: Kind = "police",
    to: str = POLICE,
    at: datetime = HANDED,
    now: datetime | None = None,
) -> list[Handover]:
    """Hands a pack or a lead over; a lead by itself after 李某 has read it."""
    passed = Passed(to, kind, "王某", at, "2026-0012")
    with writing(factory) as session:
        if isinstance(what, int):
            first = handovers.confirming(session, what) if kind != "police" else None
            if first is not None and not desk.readings(session, [first.id]):
                readings.read(session, what, "confirmed", "advert", "", "李某", first.at)
            return handover.hand_over_lead(session, what, passed, now or at)
        return handover.hand_over_pack(session, named_pack(session, what), passed, now or at)


def answered(factory: Factory, number: int, state: handover.Answer, at: datetime, note: str = "") -> None:
    with writing(factory) as session:
        handover.answer(session, number, state, "王某", at, at, receipt="受2026-1", note=note)


def statuses(factory: Factory, leads: Sequence[int]) -> list[str]:
    with reading(factory) as session:
        return [session.get_one(Lead, lead_id).status for lead_id in leads]
