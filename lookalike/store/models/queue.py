"""What finds and counts leads quickly: made of other tables, kept in the transactions that change those."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Word

_TOKENS = Text().with_variant(TSVECTOR(), "postgresql")


class LeadText(Base):
    """The text by which a lead is searched; on SQLite its tokens stand in the virtual table ``lead_fts``."""

    __tablename__ = "lead_text"
    __table_args__ = (
        Index("ix_lead_text_tokens", "tokens", postgresql_using="gin").ddl_if(dialect="postgresql"),  # no-op elsewhere
    )

    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True, comment="The lead")
    text: Mapped[str] = mapped_column(comment="Folded, a line a field, words and Chinese runs between blanks")
    tokens: Mapped[str | None] = mapped_column(_TOKENS, comment="Its index tokens; null: they stand in lead_fts")


class LeadStale(Base):
    """A lead whose text or sources have changed in this transaction; empty whenever none is under way."""

    __tablename__ = "lead_stale"

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the row: two writers never wait for one")
    lead_id: Mapped[int] = mapped_column(comment="The lead")


class LeadSource(Base):
    """A source that a lead was sighted by."""

    __tablename__ = "lead_source"
    __table_args__ = (Index("ix_lead_source_lead_id", "lead_id"),)

    source: Mapped[Word] = mapped_column(primary_key=True, comment="Source id")
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), primary_key=True, comment="The lead")


class _Cell:
    """What leads are counted by. ``facet`` and ``value`` are empty, or name one thing more that they have."""

    facet: Mapped[Word] = mapped_column(comment="Empty, jurisdiction, or source")
    value: Mapped[str] = mapped_column(comment="Its value; empty where facet is")
    status: Mapped[Word] = mapped_column(comment="As the lead's")
    band: Mapped[Word] = mapped_column(comment="As the lead's")
    kind: Mapped[Word] = mapped_column(comment="As the lead's")
    platform: Mapped[Word] = mapped_column(comment="The lead's impersonates; empty: none")
    alive: Mapped[Word] = mapped_column(comment="yes, no, or unknown")
    contact: Mapped[Word] = mapped_column(comment="Whether a contact is known: yes or no")
    n: Mapped[int] = mapped_column(comment="How many leads; of a change, how many more")


class LeadCount(_Cell, Base):
    """How many leads there are of each kind that occurs."""

    __tablename__ = "lead_count"
    __table_args__ = (
        UniqueConstraint("facet", "value", "status", "band", "kind", "platform", "alive", "contact"),
        Index("ix_lead_count_kinds", "facet", "status", "band", "kind", "platform", "alive", "contact", "value", "n"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the row")


class LeadDelta(_Cell, Base):
    """A change of these numbers that is not added up yet: writers only ever add rows, and so never wait."""

    __tablename__ = "lead_delta"

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the row")
