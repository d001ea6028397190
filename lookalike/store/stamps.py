"""The queue of time stamps: a request is kept before it is sent, its reply before it counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store.models import Pack, Timestamp


def of_pack(session: Session, pack_id: int) -> list[Timestamp]:
    """All requests of a pack, the oldest first."""
    return list(session.scalars(select(Timestamp).where(Timestamp.pack_id == pack_id).order_by(Timestamp.id)))


def request(session: Session, pack: Pack, authority: str, algorithm: str, query: bytes, now: datetime) -> Timestamp:
    """The open request to an authority, as it was first written; a new one where there is none."""
    mine = [row for row in of_pack(session, pack.id) if row.authority == authority and row.state != "granted"]
    if mine:
        return mine[-1]
    row = Timestamp(pack_id=pack.id, authority=authority, algorithm=algorithm, state="pending", asked_at=now)
    row.query = query
    session.add(row)
    session.flush()
    return row


def keep_reply(session: Session, request_id: int, reply: bytes) -> None:
    """The reply as it came, before anybody believes it."""
    session.get_one(Timestamp, request_id).reply = reply


def settle(session: Session, request_id: int, stamped_at: datetime | None, why: str) -> Timestamp:
    """Granted with its time, or failed with the reason."""
    row = session.get_one(Timestamp, request_id)
    row.state, row.stamped_at, row.why = ("granted" if stamped_at else "failed"), stamped_at, why
    session.flush()
    return row
