"""How sources fared, and the tips that people sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Json, Sha256, Word


class SourceState(Base):
    """Whether a source may be asked again, remembered from night to night."""

    __tablename__ = "source_state"

    source: Mapped[Word] = mapped_column(primary_key=True, comment="Source id, as in sources.toml")
    streak: Mapped[int] = mapped_column(default=0, comment="Runs in a row that ended blocked")
    blocked_until: Mapped[datetime | None] = mapped_column(comment="Not asked before, UTC; null: it may be asked")
    why: Mapped[str] = mapped_column(default="", comment="Why it is blocked")
    asked_at: Mapped[datetime | None] = mapped_column(comment="When it was asked last, UTC")
    ok_at: Mapped[datetime | None] = mapped_column(comment="When it answered with results last, UTC")


class Tip(Base):
    """One report of the hotline or the public; the same report twice is one row."""

    __tablename__ = "tip"
    __table_args__ = (
        UniqueConstraint("fingerprint"),
        Index("ix_tip_run_id", "run_id"),
        Index("ix_tip_lead_id", "lead_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the tip")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="The import")
    fingerprint: Mapped[Sha256] = mapped_column(comment="Hash of what it says, white space and width folded")
    file: Mapped[str] = mapped_column(comment="Name of the file")
    row: Mapped[int] = mapped_column(comment="Its row in the file, 1 for the first line")
    number: Mapped[str] = mapped_column(default="", comment="The hotline's own number of the report")
    channel: Mapped[str] = mapped_column(default="", comment="How it came: 12345, letter, counter …")
    area: Mapped[str] = mapped_column(default="", comment="The place that it names, as written")
    received_at: Mapped[datetime | None] = mapped_column(comment="When it was made, UTC; null: the file does not say")
    imported_at: Mapped[datetime] = mapped_column(comment="When it was read in, UTC")
    text: Mapped[str] = mapped_column(comment="What it says, personal data of the reporter masked")
    urls: Mapped[Json] = mapped_column(comment="Addresses found in it")
    contacts: Mapped[Json] = mapped_column(comment="Contacts of sellers found in it: type, value")
    seen: Mapped[int] = mapped_column(default=1, comment="How often it was read in")
    lead_id: Mapped[int | None] = mapped_column(
        ForeignKey("lead.id"), comment="The advert without a site that its text is; null: none"
    )
