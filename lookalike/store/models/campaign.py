"""Keys by which crews are known, the campaigns that linking makes of leads, and the pairs that it must never join."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Json, Word

_STANDS = text("undone_at IS NULL")
_GOES_ON = text("ended_at IS NULL")


class LeadKey(Base):
    """One key of one examined site, lead or honest; linking reads these and no captures."""

    __tablename__ = "lead_key"
    __table_args__ = (UniqueConstraint("site_id", "type", "value"), Index("ix_lead_key_type_value", "type", "value"))

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the key")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), comment="The site, and by it the lead")
    type: Mapped[Word] = mapped_column(comment="Kind of key: contact, analytics, ip …")
    value: Mapped[str] = mapped_column(comment="Normalised value, at most 300 characters")
    evidence: Mapped[Json] = mapped_column(comment="Where it was seen: quote, url, where, capture")
    seen_at: Mapped[datetime] = mapped_column(comment="When it was seen last, UTC")


class Campaign(Base):
    """Leads of one crew; rows are never deleted, so that no number is given twice."""

    __tablename__ = "campaign"
    __table_args__ = (Index("ix_campaign_size", "size", "id", sqlite_where=_GOES_ON, postgresql_where=_GOES_ON),)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number: C-0003 is 3")
    made_at: Mapped[datetime] = mapped_column(comment="When it was first found, UTC")
    changed_at: Mapped[datetime] = mapped_column(comment="When its members changed last, UTC")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it was found no more, UTC; null: it stands")
    members: Mapped[Json] = mapped_column(comment="Ids of its leads, ascending; of an ended one the last ones")
    size: Mapped[int] = mapped_column(server_default="0", comment="How many members; campaigns are listed by it")


class CampaignLink(Base):
    """One reason why two leads of a campaign belong together; made anew whenever leads are linked."""

    __tablename__ = "campaign_link"
    __table_args__ = (Index("ix_campaign_link_campaign_id", "campaign_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the link")
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), comment="The campaign")
    lead_a: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The lead with the smaller number")
    lead_b: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The other lead")
    type: Mapped[Word] = mapped_column(comment="Kind of key")
    value: Mapped[str] = mapped_column(comment="What they share, or where the one leads to")
    weight: Mapped[float] = mapped_column(comment="1: ties by itself")
    reason: Mapped[str] = mapped_column(comment="One sentence for the analyst")
    evidence: Mapped[Json] = mapped_column(comment="Where it was seen at the one and at the other")


class HeldLink(Base):
    """Two leads that linking tied and did not join, and why; made anew whenever leads are linked."""

    __tablename__ = "held_link"
    __table_args__ = (Index("ix_held_link_lead_a", "lead_a"), Index("ix_held_link_lead_b", "lead_b"))

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the link")
    lead_a: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The lead with the smaller number")
    lead_b: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The other lead")
    weight: Mapped[float] = mapped_column(comment="All that ties them, together")
    why: Mapped[Word] = mapped_column(comment="apart, loose, or bridge: see scoring.link")
    ties: Mapped[Json] = mapped_column(comment="What ties them: type and value of each key")


class NeverLink(Base):
    """Two leads that somebody told apart: never in one campaign again, until it is taken back."""

    __tablename__ = "never_link"
    __table_args__ = (
        Index("uq_never_link_stands", "lead_a", "lead_b", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the constraint")
    lead_a: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The lead with the smaller number")
    lead_b: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The other lead")
    made_by: Mapped[str] = mapped_column(comment="Who told them apart")
    made_at: Mapped[datetime] = mapped_column(comment="When, UTC")
    reason: Mapped[str] = mapped_column(comment="Why, in his own words")
    undone_by: Mapped[str | None] = mapped_column(comment="Who took it back")
    undone_at: Mapped[datetime | None] = mapped_column(comment="When, UTC; null: it stands")
    undone_why: Mapped[str | None] = mapped_column(comment="Why")
