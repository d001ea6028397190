"""What analysts decided, who changed what, and the weights and references that judgements were made with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Json, Sha256, Word, one_of

_IN_USE = text("in_use")


class Verdict(Base):
    """One decision on one lead; rows are only ever added, and an undo is a row of its own."""

    __tablename__ = "verdict"
    __table_args__ = (
        UniqueConstraint("undoes"),
        one_of("verdict", "confirmed", "false_positive", "duplicate", "later", "undo"),
        Index("ix_verdict_lead_id", "lead_id"),
        Index("ix_verdict_by_at", "by", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the verdict")
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The lead")
    assessment_id: Mapped[int | None] = mapped_column(
        ForeignKey("assessment.id"), comment="The judgement that the analyst had before him; null: there was none"
    )
    verdict: Mapped[Word] = mapped_column(comment="confirmed, false_positive, duplicate, later, or undo")
    reason: Mapped[Word] = mapped_column(comment="Code of review/reasons.toml; empty where none is asked for")
    note: Mapped[str] = mapped_column(comment="The analyst's own words")
    by: Mapped[str] = mapped_column(comment="Who")
    at: Mapped[datetime] = mapped_column(comment="When, UTC")
    status_before: Mapped[Word] = mapped_column(comment="The lead's status before")
    lead_version: Mapped[int] = mapped_column(comment="The lead's version after")
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), comment="The lead that it repeats")
    undoes: Mapped[int | None] = mapped_column(ForeignKey("verdict.id"), comment="The verdict that an undo takes back")


class Audit(Base):
    """Who changed what, with what stood there before and after; each row holds the hash of the one before it."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_lead_id", "lead_id"),
        # read backwards: the newest first, of one deed, of one person's deed
        Index("ix_audit_at", "at", "id"),
        Index("ix_audit_what", "what", "at", "id"),
        Index("ix_audit_who", "who", "what", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the entry")
    at: Mapped[datetime] = mapped_column(comment="When, UTC")
    who: Mapped[str] = mapped_column(comment="Who")
    what: Mapped[Word] = mapped_column(comment="The deed: verdict, undo, weights.made, weights.used …")
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("lead.id"), comment="The lead; null: it is about none")
    before: Mapped[Json | None] = mapped_column(comment="What stood there")
    after: Mapped[Json | None] = mapped_column(comment="What stands there now")
    prev_hash: Mapped[Sha256] = mapped_column(comment="Hash of the entry before; zeros for the first")
    hash: Mapped[Sha256] = mapped_column(comment="SHA-256 over prev_hash and this entry")
    address: Mapped[Word | None] = mapped_column(comment="Network that it came from; null: this machine")


class WeightsVersion(Base):
    """One version of the weights, whole: every assessment can be made again under the one it names."""

    __tablename__ = "weights_version"
    __table_args__ = (
        UniqueConstraint("version"),
        one_of("origin", "shipped", "refit"),
        Index("uq_weights_version_in_use", "in_use", unique=True, sqlite_where=_IN_USE, postgresql_where=_IN_USE),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number, in the order they came")
    version: Mapped[str] = mapped_column(comment="Its name, as assessments carry it")
    origin: Mapped[Word] = mapped_column(comment="shipped with the program, or refit from verdicts")
    parent: Mapped[str | None] = mapped_column(comment="The version that it was pulled to; null: shipped")
    made_at: Mapped[datetime] = mapped_column(comment="When it was made, or first used here, UTC")
    made_by: Mapped[str] = mapped_column(comment="Who made it")
    fingerprint: Mapped[Sha256] = mapped_column(comment="SHA-256 of the table's text")
    text: Mapped[str] = mapped_column(comment="The table itself, TOML")
    facts: Mapped[Json] = mapped_column(comment="What it was made from and how it measured")
    in_use: Mapped[bool] = mapped_column(default=False, comment="Whether nights and checks use it; one at most")


class ReferenceSet(Base):
    """What a night compared suspects with, so that its judgements can be made again."""

    __tablename__ = "reference_set"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the set")
    sha256: Mapped[Sha256] = mapped_column(comment="Hash over the columns that follow")
    seeds: Mapped[Sha256] = mapped_column(comment="Hash of the seeds as loaded, overlay included")
    program: Mapped[Sha256] = mapped_column(comment="Hash of the scoring code and its data, weights left out")
    baselines: Mapped[Json] = mapped_column(comment="Ids of the baseline rows whose pages were at hand")
    confirmed: Mapped[Json] = mapped_column(comment="Addresses of confirmed fakes, each with its sites")
    at: Mapped[datetime] = mapped_column(comment="When it was first used, UTC")


class SiteAddress(Base):
    """An address that a site's name led to when the site was judged."""

    __tablename__ = "site_address"
    __table_args__ = (UniqueConstraint("site_id", "address"), Index("ix_site_address_address", "address"))

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the row")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), comment="The site")
    address: Mapped[Word] = mapped_column(comment="IPv4 or IPv6, as the name server gave it")
    first_seen: Mapped[datetime] = mapped_column(comment="When it was first seen there, UTC")
