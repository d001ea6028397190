"""The same desk twice: two leads, one confirmed and one cleared, and in the other world the other way round.

Whatever is the same in both tells nobody which of the two was confirmed.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import update
from starlette.testclient import TestClient

from lookalike.review import notes
from lookalike.review.allow import propose
from lookalike.review.verdicts import give
from lookalike.store.engine import reading, writing
from lookalike.store.evidence import Numbered, Written, record_pack
from lookalike.store.models import Lead
from tests.lookalike.web.crew_at_work import add_crew, campaign_of
from tests.lookalike.web.desk_at_work import AtWork, work

FIRST, SECOND = "先判者", "复核者"
REASONS = {"confirmed": "fake_site", "false_positive": "school"}
SAID = {"confirmed": "我看是真骗子", "false_positive": "我看是正经学校"}


@dataclass(frozen=True)
class World:
    """One desk with its two leads."""

    desk: AtWork
    one: int
    other: int
    beside: int
    """A lead that nobody has judged, of the same crew."""
    campaign: int
    pack: int

    def second(self) -> TestClient:
        """Who is to read both a second time."""
        return self.desk.signed_in("lead", SECOND)


def worlds(home: Path, to: Path) -> tuple[World, World]:
    """The two."""
    desks = [work(shutil.copytree(home, to / name)) for name in ("one", "other")]
    return _world(desks[0], "confirmed", "false_positive"), _world(desks[1], "false_positive", "confirmed")


def told(text: str) -> str:
    """A page without what differs from second to second."""
    text = re.sub(r"<time [^>]*>[^<]*</time>", "<time>", text)
    text = re.sub(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d[:0-9.+]*", "<at>", text)
    text = re.sub(r"(cf-|E_)[0-9a-f]{8}", "<number>", text)
    return re.sub(r'"used_at":[^,}]*', "", text)


def statuses(world: World) -> Iterator[str]:
    """What the two leads really are."""
    with reading(world.desk.factory) as session:
        yield from (session.get_one(Lead, number).status for number in (world.one, world.other))


def _world(desk: AtWork, one_is: str, other_is: str) -> World:
    numbers = add_crew(desk, 5)
    one, other, beside = numbers[:3]
    desk.signed_in("lead", SECOND)
    now = datetime.now(UTC)
    with writing(desk.factory) as session:
        # drawn by lot, so that both are on the list of who reads a second time
        session.execute(update(Lead).where(Lead.id.in_([one, other])).values(lottery=1))
    for number, verdict in ((one, one_is), (other, other_is)):
        with writing(desk.factory) as session:
            lead = session.get_one(Lead, number)
            give(session, number, verdict, REASONS[verdict], SAID[verdict], FIRST, now, lead.version)
            notes.write(session, number, f"@{SECOND} {SAID[verdict]}", FIRST, now)
    cleared = one if one_is == "false_positive" else other
    with writing(desk.factory) as session:
        domain = session.get_one(Lead, cleared).registrable_domain
        propose(session, cleared, "domain", domain, FIRST, now, note=SAID["false_positive"])
    written = Written((one, other, beside), None, "a" * 64, "b" * 64, 9, "XS-1.zip", "c" * 64, "d" * 64)
    with writing(desk.factory) as session:
        record_pack(session, Numbered("XS-20260301-0001", 1, None), written, now, FIRST)
    return World(desk, one, other, beside, campaign_of(desk, one), 1)
