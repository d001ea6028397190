"""The notes that people write to a lead, and whom they name in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Word


class LeadNote(Base):
    """What somebody wrote to a lead, as plain text; rows are only ever added."""

    __tablename__ = "lead_note"
    __table_args__ = (Index("ix_lead_note_lead_id", "lead_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the note")
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The lead")
    by: Mapped[Word] = mapped_column(comment="Who wrote it")
    at: Mapped[datetime] = mapped_column(comment="When, UTC")
    text: Mapped[str] = mapped_column(comment="As it was typed")


class NoteMention(Base):
    """Somebody whom a note names with an @."""

    __tablename__ = "note_mention"

    folded: Mapped[Word] = mapped_column(primary_key=True, comment="Whom, without blanks, width and letter case")
    note_id: Mapped[int] = mapped_column(ForeignKey("lead_note.id"), primary_key=True, comment="The note")
