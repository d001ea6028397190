"""How the handling of a lead reads: state in Chinese, dates, what is due by law and what is late. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lookalike.review.clocks import Clock, clocks
from lookalike.review.handover import KINDS
from lookalike.review.packs import name_of
from lookalike.review.relapse import RELAPSED
from lookalike.store import handovers
from lookalike.store.handovers import Told
from lookalike.store.models import Lead, Pack
from spiders.clock import CHINA

STATES: dict[str, str] = {
    "none": "未处置",
    "handed": "已移交",
    "accepted": "已受理",
    "closed": "已关停",
    "refused": "不予立案",
    "relapsed": "复活",
    "withdrawn": "已撤回",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One hand-over, or one confirmed lead that nobody has been told of."""

    lead_id: int
    host: str
    alive: bool | None
    state: str
    """A key of ``STATES``."""
    since: datetime
    """When that state began."""
    handover_id: int | None = None
    pack: str = ""
    office: str = ""
    kind: str = ""
    receipt: str = ""
    handed_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    refused_at: datetime | None = None
    raised_at: datetime | None = None
    note: str = ""
    due_at: datetime | None = None
    due_what: str = ""
    overdue: bool = False

    @property
    def text(self) -> str:
        """The state in Chinese; a platform refuses to act, only the police refuse to open a case."""
        return "不予处置" if self.state == "refused" and self.kind != "police" else STATES[self.state]

    def as_json(self) -> dict[str, Any]:
        """As ``handover list --json`` prints it; times in China's offset."""
        times = ("since", "handed_at", "accepted_at", "closed_at", "refused_at", "raised_at", "due_at")
        return {
            "id": self.handover_id,
            "lead": self.lead_id,
            "host": self.host,
            "alive": self.alive,
            "state": self.state,
            "text": self.text,
            "pack": self.pack or None,
            "office": self.office or None,
            "kind": self.kind or None,
            "receipt": self.receipt,
            "note": self.note,
            **{name: _time(getattr(self, name)) for name in times},
            "due_what": self.due_what,
            "overdue": self.overdue,
        }


def lines(session: Session, now: datetime, lead_id: int | None = None) -> list[Line]:
    """Confirmed leads that wait, then every hand-over, each the oldest first."""
    reviewed = handovers.reviewed_packs(session)
    found = [_waiting(lead, reviewed, now) for lead in handovers.waiting(session, lead_id)]
    return [*found, *(line_of(told, now) for told in handovers.listing(session, lead_id))]


OPEN = ("none", "relapsed", "handed", "accepted")
"""States that somebody still has to do something about."""
_HANDED = ("handed", "accepted", "closed", "refused", "withdrawn")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the list."""

    waiting: tuple[Line, ...]
    """Confirmed leads that nobody was told of, and those that came back; the newest first."""
    more: bool
    """Whether there are more of them than are shown."""
    handed: tuple[Line, ...]
    """Hand-overs, the newest first."""
    before: int | None
    """The hand-over that an older part begins before; None: there is none."""


def part(
    session: Session,
    now: datetime,
    states: Sequence[str],
    before: int | None,
    limit: int,
    reader: str | None = None,
) -> Part:
    """The list by state, as a page shows it; hand-overs of leads that came back since are *relapsed*.

    ``reader``: somebody who may be asked for a second reading; what he has to find out himself is not among them.
    """
    found: list[Line] = []
    if before is None and {"none", "relapsed"} & set(states):
        reviewed = handovers.reviewed_packs(session)
        leads = handovers.waiting(session, newest=limit + 1, reader=reader)
        found = [line for lead in leads if (line := _waiting(lead, reviewed, now)).state in states]
    wanted = [state for state in _HANDED if state in states]
    told = handovers.recent(session, wanted, before, limit + 1) if wanted else []
    rows = tuple(line_of(one, now) for one in told[:limit])
    return Part(tuple(found[:limit]), len(found) > limit, rows, told[limit - 1].row.id if len(told) > limit else None)


def line_of(told: Told, now: datetime) -> Line:
    """One hand-over with the dates of its latest answer of each kind."""
    row, lead = told.row, told.lead
    dates = {answer.state: answer.at for answer in told.answers}
    last = told.answers[-1] if told.answers else None
    state, since = row.state, row.answered_at or row.handed_at
    if lead.raised_at and lead.raised_at > since and state != "withdrawn":
        state, since = "relapsed", lead.raised_at
    clock = clocks()["police_answer"] if row.kind == "police" and row.state == "handed" else None
    due, what, late = _due(clock, row.handed_at, now)
    return Line(
        lead.id,
        lead.host or lead.url,
        lead.alive,
        state,
        since,
        handover_id=row.id,
        pack=name_of(told.pack) if told.pack else "",
        office=row.office,
        kind=row.kind,
        receipt=row.receipt,
        handed_at=row.handed_at,
        accepted_at=dates.get("accepted") if row.state in {"accepted", "closed", "refused"} else None,
        closed_at=dates.get("closed") if row.state == "closed" else None,
        refused_at=dates.get("refused") if row.state == "refused" else None,
        raised_at=since if state == "relapsed" else None,
        note=last.note if last else row.note,
        due_at=due,
        due_what=what,
        overdue=late,
    )


def kind_text(kind: str) -> str:
    """What was done, in Chinese; empty where nothing was."""
    return KINDS.get(kind, kind)


def _waiting(lead: Lead, reviewed: Sequence[Pack], now: datetime) -> Line:
    pack = next((p for p in reviewed if lead.id in p.leads), None)
    due, what, late = _due(clocks()["hand_over"], pack.reviewed_at, now) if pack else (None, "", False)
    relapsed = lead.status == RELAPSED and lead.raised_at is not None
    return Line(
        lead.id,
        lead.host or lead.url,
        lead.alive,
        "relapsed" if relapsed else "none",
        lead.raised_at if relapsed and lead.raised_at else lead.first_seen,
        pack=name_of(pack) if pack else "",
        raised_at=lead.raised_at if relapsed else None,
        due_at=due,
        due_what=what,
        overdue=late,
    )


def _due(clock: Clock | None, since: datetime | None, now: datetime) -> tuple[datetime | None, str, bool]:
    if clock is None or since is None:
        return None, "", False
    due = clock.due(since)
    return due, f"{clock.text}（{clock.basis}）", now > due


def _time(at: datetime | None) -> str | None:
    return at.astimezone(CHINA).isoformat() if at is not None else None


def overdue(found: Iterable[Line]) -> list[Line]:
    """Those that are late."""
    return [line for line in found if line.overdue]
