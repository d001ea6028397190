"""Keys of other offices' programs: what they open, until when. Shown once, kept as hashes; by default read only."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lookalike.review import rights
from lookalike.review.people import AccountError, named
from lookalike.store import audit, people
from lookalike.store.models import ApiToken
from lookalike.store.verdicts import TOKEN

SCOPES: dict[str, str] = {
    "leads:read": "读取线索",
    "campaigns:read": "读取团伙",
    "packs:read": "下载证据包",
    "tips:write": "提交举报线索",
    "answers:write": "回填移交结果",
    "verdicts:write": "提交判定",
    "verdicts:read": "读取未复核的判定",
}
UNREAD = "verdicts:read"
"""Scope of verdicts that nobody has read a second time: a second reader may be who holds the key."""
DEFAULT = ("leads:read",)
DAYS, MOST_DAYS = 90, 366
TOUCH = timedelta(minutes=1)
"""Use is noted this often."""
_PREFIX = "lal_"
"""By it a key that was left lying in a file is found by a search."""
_SHAPE = re.compile(rf"{_PREFIX}[A-Za-z0-9_-]{{43}}")
_HINT = 10
_OFFICE = 36
"""Letters of an office that a name in the audit trail has room for."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who is behind a key."""

    token_id: int
    office: str
    scopes: tuple[str, ...]
    until: datetime | None = None
    used_at: datetime | None = None

    @property
    def name(self) -> str:
        """As the audit trail carries it."""
        return f"{TOKEN}{self.token_id} ({self.office[:_OFFICE]})"

    def may(self, scope: str) -> bool:
        """Whether the key opens this."""
        return scope in SCOPES and scope in self.scopes


def issue(
    session: Session, office: str, by: str, now: datetime, *, scopes: Sequence[str] = DEFAULT, days: int = DAYS
) -> tuple[ApiToken, str]:
    """A new key and its row; the key is told here and never again.

    Raises AccountError for an unknown scope, no office, or more than a year.
    """
    who = named(by, "gives the key out")
    rights.check(session, who, "tokens.manage")
    to = " ".join(office.split())
    if not to:
        raise AccountError("office", "OFFICE: expected the office that gets the key")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        listed = ", ".join(f"{scope} {said}" for scope, said in SCOPES.items())
        raise AccountError("scopes", f"--scope {' '.join(unknown)[:80]}: expected some of: {listed}")
    if not 1 <= days <= MOST_DAYS:
        raise AccountError("days", f"--days {days}: expected 1 to {MOST_DAYS}; a key without an end is forgotten")
    token = _PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(token_sha256=_hash(token), hint=token[:_HINT], office=to, scopes=sorted(set(scopes)))
    row.made_at, row.made_by, row.until = now, who, now + timedelta(days=days)
    session.add(row)
    session.flush()
    after = {"token": row.id, "office": to, "scopes": row.scopes, "until": row.until.isoformat()}
    audit.note(session, now, who, "tokens.add", after=after)
    return row, token


def bearer(session: Session, token: str, now: datetime) -> Bearer | None:
    """Who holds this key; None where it is no key, was taken back, or has ended."""
    if not _SHAPE.fullmatch(token):
        return None
    row = people.token_of(session, _hash(token))
    if row is None or not stands(row, now):
        return None
    return Bearer(row.id, row.office, tuple(row.scopes), row.until, row.used_at)


def stands(row: ApiToken, now: datetime) -> bool:
    """Whether a key still opens anything."""
    return row.revoked_at is None and now < row.until


def due(found: Bearer, now: datetime) -> bool:
    """Whether the use of a key has not been noted for a minute."""
    return found.used_at is None or now - found.used_at >= TOUCH


def used(session: Session, token_id: int, now: datetime) -> None:
    """Notes, once a minute, that a key was used."""
    row = session.get_one(ApiToken, token_id)
    if row.used_at is None or now - row.used_at >= TOUCH:
        row.used_at = now
        session.flush()


def revoke(session: Session, token_id: int, by: str, now: datetime) -> ApiToken:
    """Takes a key back, at once and for good. Raises AccountError where there is none, or where it was taken back."""
    who = named(by, "takes the key back")
    rights.check(session, who, "tokens.manage")
    row = session.get(ApiToken, token_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise AccountError("unknown", f"key {token_id}: there is no such key; see: lookalike tokens list")
    if row.revoked_at is not None:
        raise AccountError("revoked", f"key {token_id}: it was taken back already")
    row.revoked_at = now
    session.flush()
    audit.note(session, now, who, "tokens.revoke", after={"token": row.id, "office": row.office})
    return row


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
