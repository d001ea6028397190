"""What changed on a lead since somebody looked at it, and who changed it: for whoever comes second."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review.reasons import reasons
from lookalike.review.statuses import STATUSES
from lookalike.store import desk
from lookalike.store.models import Audit, Lead
from spiders.clock import CHINA

NIGHT = "夜间任务"
_DEEDS = {
    "verdict": "判为“{status}”{reason}",
    "undo": "撤销了判定，恢复为“{status}”",
    "raise": "重新提起：{why}",
    "handover": "移交 {office}",
    "handover.answer": "记录了移交结果，现为“{status}”",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change; ``at`` is None where a night changed it without an entry of its own."""

    who: str
    text: str
    """What was done, in Chinese."""
    at: datetime | None
    version: int

    @property
    def line(self) -> str:
        """``李某 11月22日 14:02 判为“误报”``."""
        when = f" {self.at.astimezone(CHINA):%m-%d %H:%M} " if self.at else " "
        return f"{self.who}{when}{self.text}"


class StaleError(UsageError):
    """The lead is not what the analyst saw: somebody else, or a night, has changed it."""

    def __init__(self, lead: Lead, seen: int, changes: tuple[Change, ...]) -> None:
        """``seen`` is the version that was shown."""
        self.lead_id, self.seen, self.version, self.status = lead.id, seen, lead.version, lead.status
        self.changes = changes
        told = "; ".join(change.line for change in changes)
        super().__init__(
            f"lead {lead.id}: it has changed since it was shown (version {lead.version}, seen {seen}; "
            f"status {lead.status}){': ' * bool(told)}{told}; look at it again"
        )


def check_version(session: Session, lead: Lead, seen: int | None) -> None:
    """Raises StaleError where the lead has another version than the one that was seen; None: whatever it is."""
    if seen is not None and lead.version != seen:
        raise StaleError(lead, seen, changes_since(session, lead, seen))


def changes_since(session: Session, lead: Lead, seen: int) -> tuple[Change, ...]:
    """Everything that gave the lead a newer version, the oldest first.

    A night that only scored anew leaves no entry: its versions are the numbers that no entry claims.
    """
    seen = max(seen, 0)
    found = {}
    for entry in desk.entries_of(session, lead.id):
        version = (entry.after or {}).get("version")
        if isinstance(version, int) and version > seen:
            found[version] = Change(entry.who, _text(entry), entry.at, version)
    if any(version not in found for version in range(seen + 1, lead.version + 1)):
        scored = f"重新评分，现为 {lead.score:.1f} 分"
        newest = max(v for v in range(seen + 1, lead.version + 1) if v not in found)
        found[newest] = Change(NIGHT, scored, None, newest)
    return tuple(found[version] for version in sorted(found))


def _text(entry: Audit) -> str:
    after: dict[str, Any] = entry.after or {}
    status = str(after.get("status", ""))
    said = reasons().get(status, {}).get(str(after.get("reason", "")), "")
    words = _DEEDS.get(entry.what, "修改了线索")
    return words.format(
        status=STATUSES.get(status, status),
        reason=f"（{said}）" if said else "",
        why=after.get("why", ""),
        office=after.get("office", ""),
    )
