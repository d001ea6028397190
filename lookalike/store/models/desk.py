"""The analysts' desk: who looks at a lead now, selections that were frozen, second readings, and leads put off."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Json, Word, one_of


class Lease(Base):
    """Who looks at a lead right now; it warns others and forbids nothing."""

    __tablename__ = "lease"

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True, comment="The lead")
    who: Mapped[Word] = mapped_column(comment="Name of the person")
    since: Mapped[datetime] = mapped_column(comment="When they opened it, UTC")
    until: Mapped[datetime] = mapped_column(comment="When it ends unless the open page renews it, UTC")


class Selection(Base):
    """Leads that somebody chose, each with the version that he saw: what a bulk verdict touches, and nothing else."""

    __tablename__ = "selection"
    __table_args__ = (one_of("state", "frozen", "done", "undone"), Index("ix_selection_made_by", "made_by"))

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the selection")
    made_at: Mapped[datetime] = mapped_column(comment="When it was frozen, UTC")
    made_by: Mapped[Word] = mapped_column(comment="Who chose")
    source: Mapped[str] = mapped_column(default="", comment="Where from, in words: filter, page or campaign")
    items: Mapped[Json] = mapped_column(comment="Pairs of lead and version, ascending")
    state: Mapped[Word] = mapped_column(default="frozen", comment="frozen, done, or undone")
    done_at: Mapped[datetime | None] = mapped_column(comment="When the verdict was given, UTC")
    result: Mapped[Json | None] = mapped_column(
        comment="Verdict ids by lead, and the leads that were skipped, with why"
    )


class SecondReading(Base):
    """What a second person, who had not seen the first verdict, says of a confirmed lead; rows are only ever added."""

    __tablename__ = "second_reading"
    __table_args__ = (
        UniqueConstraint("verdict_id", "folded"),
        one_of("opinion", "confirmed", "false_positive", "later"),
        CheckConstraint("folded <> first_folded", name="another_person"),
        Index("ix_second_reading_lead_id", "lead_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the reading")
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The lead")
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"), comment="The first verdict, which confirmed it")
    opinion: Mapped[Word] = mapped_column(comment="confirmed, false_positive, or later: not enough to tell")
    reason: Mapped[Word] = mapped_column(comment="Code of review/reasons.toml; empty where none is asked for")
    note: Mapped[str] = mapped_column(default="", comment="In their own words")
    by: Mapped[Word] = mapped_column(comment="Who")
    folded: Mapped[Word] = mapped_column(comment="Who, without blanks, width and letter case")
    first_folded: Mapped[Word] = mapped_column(comment="Who gave the first verdict, likewise")
    blind: Mapped[bool] = mapped_column(
        server_default=true(), comment="Whether they had not seen the first verdict; else they reviewed a pack with it"
    )
    at: Mapped[datetime] = mapped_column(comment="When, UTC")


class Snooze(Base):
    """Until when, or until which score, a lead was put off; it belongs to the verdict that put it off."""

    __tablename__ = "snooze"
    __table_args__ = (Index("ix_snooze_lead_id", "lead_id"),)

    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"), primary_key=True, comment="The verdict *later*")
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The lead")
    until: Mapped[datetime | None] = mapped_column(comment="When it comes back, UTC; null: at no fixed time")
    min_score: Mapped[float | None] = mapped_column(comment="Score from which it comes back; null: whatever it scores")
    woken_at: Mapped[datetime | None] = mapped_column(comment="When it came back, UTC; null: it has not")
