"""What analysts found to be harmless and a keeper of the rules let stand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Json, Word, one_of

_LIVES = text("state IN ('proposed', 'standing')")


class AllowEntry(Base):
    """One domain, contact or text by which leads are known to be harmless; rows are never deleted."""

    __tablename__ = "allow_entry"
    __table_args__ = (
        one_of("scope", "domain", "contact", "text"),
        one_of("state", "proposed", "standing", "declined", "ended"),
        CheckConstraint("settled_by IS NULL OR settled_by <> proposed_by", name="another_person"),
        Index("uq_allow_entry_lives", "scope", "value", unique=True, sqlite_where=_LIVES, postgresql_where=_LIVES),
        Index("ix_allow_entry_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the entry")
    scope: Mapped[Word] = mapped_column(comment="domain, contact, or text")
    value: Mapped[str] = mapped_column(comment="Registrable domain, contact as keys have it, or words of a lead's text")
    state: Mapped[Word] = mapped_column(comment="proposed, standing, declined, or ended")
    reason: Mapped[Word] = mapped_column(comment="Code of a false positive, of review/reasons.toml")
    note: Mapped[str] = mapped_column(default="", comment="Why, in the proposer's words")
    until: Mapped[datetime | None] = mapped_column(comment="When it stops, UTC; null: when somebody ends it")
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The false positive that it came from")
    proposed_by: Mapped[Word] = mapped_column(comment="Who proposed it")
    proposed_at: Mapped[datetime] = mapped_column(comment="When, UTC")
    settled_by: Mapped[Word | None] = mapped_column(comment="Who let it stand, or declined it: somebody else")
    settled_at: Mapped[datetime | None] = mapped_column(comment="When, UTC")
    ended_by: Mapped[Word | None] = mapped_column(comment="Who ended it")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When, UTC")
    cleared: Mapped[Json] = mapped_column(comment="Numbers of the leads that it cleared, ascending")
