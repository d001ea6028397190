"""What a second reader must not see before his own word: a verdict of somebody else that nobody has read again.

Confirmed and false positive alike: were only one of them hidden, that it is hidden would tell it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy.orm import Session

from lookalike.review.people import same_person
from lookalike.store import veil
from lookalike.store.models import Lead
from lookalike.store.veil import HIDDEN, JUDGED


def veiled(session: Session, leads: Iterable[Lead], who: str) -> frozenset[int]:
    """Of these leads those whose verdict ``who``, who may be asked for a second reading, must not see."""
    found = veil.unread_among(session, leads)
    return frozenset(number for number, by in found.items() if not same_person(by, who))


def status_of(lead: Lead, hidden: Collection[int]) -> str:
    """The status as it may be told."""
    return JUDGED if lead.id in hidden else lead.status


def together(statuses: Iterable[str]) -> tuple[str, ...]:
    """A choice of statuses that tells no verdict: who asks for one of the two gets both."""
    asked = tuple(statuses)
    return tuple(dict.fromkeys((*asked, *HIDDEN))) if set(asked) & set(HIDDEN) else asked


def added_up(counts: Mapping[str, int]) -> dict[str, int]:
    """Numbers by status with the two as one."""
    found = {status: n for status, n in counts.items() if status not in HIDDEN}
    judged = sum(counts.get(status, 0) for status in HIDDEN)
    return found | ({JUDGED: judged} if judged else {})
