"""Accounts, their sessions, wrong attempts, and the keys of other offices; of passwords and tokens only hashes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Json, Sha256, Word, one_of

ROLES = ("viewer", "analyst", "lead", "rules", "admin", "auditor")
"""What each may do: ``lookalike.review.rights``."""


class Person(Base):
    """One account, of one person, with one role; never deleted, as verdicts and the audit trail name it."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("folded"), UniqueConstraint("subject_sha256"), one_of("role", *ROLES))

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the account")
    name: Mapped[Word] = mapped_column(comment="Name, as verdicts and the audit trail carry it")
    folded: Mapped[Word] = mapped_column(
        comment="The name without blanks, width and letter case: one person, one account"
    )
    role: Mapped[Word] = mapped_column(comment="viewer, analyst, lead, rules, admin, or auditor")
    made_at: Mapped[datetime] = mapped_column(comment="When it was made, UTC")
    made_by: Mapped[str] = mapped_column(comment="Who made it")
    disabled_at: Mapped[datetime | None] = mapped_column(comment="When it was closed, UTC; null: it is open")
    password: Mapped[str] = mapped_column(comment="argon2id hash, PHC format")
    password_at: Mapped[datetime] = mapped_column(comment="When the password was set, UTC")
    one_time_until: Mapped[datetime | None] = mapped_column(
        comment="The password was given out, has to be changed, and opens nothing after this, UTC; null: their own"
    )
    totp_secret: Mapped[str | None] = mapped_column(comment="Secret of the second factor, base32; null: none")
    totp_at: Mapped[datetime | None] = mapped_column(comment="When its first code was right, UTC; null: not yet")
    totp_step: Mapped[int] = mapped_column(default=0, comment="Newest step of 30 s whose code was taken: no code twice")
    subject_sha256: Mapped[Sha256 | None] = mapped_column(
        comment="SHA-256 of issuer and subject by which they first signed in elsewhere; null: they have not"
    )


class PersonSession(Base):
    """One browser that somebody signed in with; of its token only the hash is kept."""

    __tablename__ = "person_session"
    __table_args__ = (UniqueConstraint("token_sha256"), Index("ix_person_session_person_id", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the session")
    token_sha256: Mapped[Sha256] = mapped_column(comment="SHA-256 of the token in the cookie")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), comment="Whose it is")
    second_factor: Mapped[bool] = mapped_column(comment="Whether the second factor was given in it")
    address: Mapped[Word] = mapped_column(comment="Network that it was opened from: IPv4, or /64 of IPv6")
    agent: Mapped[str] = mapped_column(default="", comment="What the browser called itself, cut")
    made_at: Mapped[datetime] = mapped_column(comment="When it was opened, UTC")
    seen_at: Mapped[datetime] = mapped_column(comment="When it was last used, to the minute, UTC")
    until: Mapped[datetime] = mapped_column(comment="When it ends however much it is used, UTC")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it was ended, UTC; null: by nobody")
    ended_why: Mapped[Word] = mapped_column(default="", comment="logout, everywhere, rotated, password, role …")


class SignInThrottle(Base):
    """Attempts to sign in that were not right, by account and by network; a row fades after a day."""

    __tablename__ = "sign_in_throttle"
    __table_args__ = (
        UniqueConstraint("scope", "key"),
        one_of("scope", "account", "address", "known"),
        Index("ix_sign_in_throttle_last_at", "last_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the row")
    scope: Mapped[Word] = mapped_column(comment="account, address, or known: an account from where it is at home")
    key: Mapped[Sha256] = mapped_column(
        comment="SHA-256 of what is counted: people type passwords into the name's field"
    )
    failures: Mapped[int] = mapped_column(comment="Attempts in a row that were not right, the one under way included")
    last_at: Mapped[datetime] = mapped_column(comment="When the newest attempt came, UTC")
    until: Mapped[datetime | None] = mapped_column(comment="No attempt is looked at before this, UTC")


class ApiToken(Base):
    """A key with which another office's program reads; shown once, kept as a hash, and never without an end."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("token_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the key")
    token_sha256: Mapped[Sha256] = mapped_column(comment="SHA-256 of the key")
    hint: Mapped[Word] = mapped_column(comment="Its first letters, to know it by")
    office: Mapped[str] = mapped_column(comment="Who was given it")
    scopes: Mapped[Json] = mapped_column(comment="What it opens: leads:read …")
    made_at: Mapped[datetime] = mapped_column(comment="When it was made, UTC")
    made_by: Mapped[str] = mapped_column(comment="Who made it")
    until: Mapped[datetime] = mapped_column(comment="When it ends, UTC")
    used_at: Mapped[datetime | None] = mapped_column(comment="When it was last used, to the minute, UTC; null: never")
    revoked_at: Mapped[datetime | None] = mapped_column(comment="When it was taken back, UTC; null: it was not")
