"""What became of a site between visits: alive, parked, dead, moved, changed, and back again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Word, one_of

LIVES = ("unknown", "alive", "parked", "dead", "moved", "changed")
"""``changed``: it answers, with another page than the one it was judged by. ``unknown``: nobody could tell."""


class LifeEvent(Base):
    """One change in the life of a site, told by one visit; rows are only ever added."""

    __tablename__ = "life_event"
    __table_args__ = (
        one_of("before", *LIVES),
        one_of("after", *LIVES),
        Index("ix_life_event_site_id", "site_id"),
        Index("ix_life_event_run_id", "run_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the event")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), comment="The site")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="The run")
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), comment="The visit that told it")
    at: Mapped[datetime] = mapped_column(comment="When, UTC")
    before: Mapped[Word] = mapped_column(comment="What it was")
    after: Mapped[Word] = mapped_column(comment="What it is")
    back: Mapped[bool] = mapped_column(comment="Whether it came back after it had been away")
    why: Mapped[str] = mapped_column(comment="What told it, one sentence for the analyst")
