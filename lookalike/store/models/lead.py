"""Judgements of sites, the leads that came of them, and the captured genuine pages they are compared with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Json, Sha256, Word, one_of

_OPEN = text("status = 'new'")
_RAISED = text("raised_at IS NOT NULL")
_GUILTY = text("status IN ('confirmed', 'referred', 'closed', 'relapsed')")
_DRAWN = text("status = 'new' AND band IN ('medium', 'low')")


class Assessment(Base):
    """What scoring said of one site, or of one text without a site, in one run, with every row of the sum."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint("site_id", "run_id"),
        one_of("kind", "site", "advert"),
        one_of("band", "high", "medium", "low"),
        Index("ix_assessment_run_id", "run_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the assessment")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), comment="The site; null: an advert's bare text")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="The run")
    kind: Mapped[Word] = mapped_column(comment="site or advert")
    score: Mapped[float] = mapped_column(comment="0 to 100: the probability times 100")
    band: Mapped[Word] = mapped_column(comment="high, medium, or low")
    impersonates: Mapped[Word | None] = mapped_column(comment="Platform id")
    rows: Mapped[Json] = mapped_column(comment="Rows of the sum: signal, points, text, evidence")
    unchecked: Mapped[Json] = mapped_column(comment="What could not be checked, and why")
    contacts: Mapped[Json] = mapped_column(comment="Contacts found: type, value")
    weights_version: Mapped[str] = mapped_column(comment="The weights it was made with")
    documents: Mapped[Json] = mapped_column(comment="SHA-256 of the capture documents it was made from")
    at: Mapped[datetime] = mapped_column(comment="When it was made, UTC")
    reference_sha256: Mapped[Sha256 | None] = mapped_column(comment="The reference set; null: it was not recorded")
    sightings_to: Mapped[int | None] = mapped_column(comment="The newest sighting that scoring was told of; null: none")


class Lead(Base):
    """The reviewable thing: one a site, however often it is seen."""

    __tablename__ = "lead"
    __table_args__ = (
        UniqueConstraint("site_id"),
        one_of("kind", "site", "advert"),
        one_of("band", "high", "medium", "low"),
        Index("ix_lead_ranked", "score", "id"),  # read backwards: best first
        Index("ix_lead_open", "score", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        # the columns behind the number are read from the index, so that a rare choice among many is found in it
        Index("ix_lead_rank", "rank", "id", "status", "band", "kind", "alive", "impersonates"),
        Index("ix_lead_status", "status", "rank", "id", "band", "kind", "alive", "impersonates"),
        Index("ix_lead_band", "band", "rank", "id", "status", "kind", "alive", "impersonates"),
        Index("ix_lead_status_new", "status", "first_seen", "id"),
        Index("ix_lead_status_seen", "status", "last_seen", "id"),
        Index("ix_lead_impersonates", "impersonates", "rank", "id", "status", "band", "kind", "alive"),
        Index("ix_lead_jurisdiction", "jurisdiction", "rank", "id", "status", "band", "kind", "alive"),
        Index("ix_lead_campaign", "campaign", "rank", "id", "status", "band", "kind", "last_seen"),
        Index("ix_lead_first_seen", "first_seen", "id", "status", "band", "kind", "alive", "impersonates", "rank"),
        Index("ix_lead_last_seen", "last_seen", "id", "status", "band", "kind", "alive", "impersonates"),
        # leads that are known by their numbers, however many, are told apart without a look at the leads themselves
        Index("ix_lead_id", "id", "status", "band", "rank", "kind", "alive", "impersonates", "score"),
        Index("ix_lead_registrable_domain", "registrable_domain", "id"),
        Index("ix_lead_raised", "raised_at", "id", sqlite_where=_RAISED, postgresql_where=_RAISED),
        Index("ix_lead_guilty", "id", sqlite_where=_GUILTY, postgresql_where=_GUILTY),
        Index("ix_lead_lottery", "lottery", "id", sqlite_where=_DRAWN, postgresql_where=_DRAWN),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the lead")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), comment="Null: an advert without a site")
    kind: Mapped[Word] = mapped_column(comment="site or advert")
    host: Mapped[str] = mapped_column(comment="The site's host")
    url: Mapped[str] = mapped_column(comment="The address to look at")
    registrable_domain: Mapped[str] = mapped_column(comment="What can be registered, or the bare address")
    score: Mapped[float] = mapped_column(comment="0 to 100, of the latest assessment")
    band: Mapped[Word] = mapped_column(comment="high, medium, or low")
    impersonates: Mapped[Word | None] = mapped_column(comment="Platform id")
    status: Mapped[Word] = mapped_column(default="new", comment="Where the review stands; new: nobody has judged it")
    jurisdiction: Mapped[str | None] = mapped_column(comment="The office that it would go to")
    campaign: Mapped[Word | None] = mapped_column(comment="Campaign id")
    first_seen: Mapped[datetime] = mapped_column(comment="First sighting, UTC")
    last_seen: Mapped[datetime] = mapped_column(comment="Latest sighting, UTC")
    alive: Mapped[bool | None] = mapped_column(comment="Whether the site answered last; null: not known")
    contacts: Mapped[Json] = mapped_column(comment="All contacts ever found: type, value")
    raised_at: Mapped[datetime | None] = mapped_column(comment="When it was last raised again, UTC; null: never")
    raised_why: Mapped[str | None] = mapped_column(comment="Why, one sentence for the analyst")
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"), comment="The latest assessment")
    version: Mapped[int] = mapped_column(default=1, comment="Grows when what an analyst judged by has changed")
    priority: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="Set by hand, sorts before rank: 0 to 3"
    )
    rank: Mapped[float] = mapped_column(
        default=0.0, server_default="0", comment="Place in the queue, higher first; the formula: store/ranking.py"
    )
    rank_inputs: Mapped[Json] = mapped_column(nullable=True, comment="What rank was made of; null: not yet")
    lottery: Mapped[int] = mapped_column(
        default=0, server_default="0", comment="Number by which a day's sample is drawn, made of the id"
    )
    marks: Mapped[str] = mapped_column(
        default="", server_default=text("''"), comment="What it can be found and counted by: name=value, between blanks"
    )


class Baseline(Base):
    """One capture of a genuine platform's page; the latest good one is what fakes are compared with."""

    __tablename__ = "baseline"
    __table_args__ = (
        UniqueConstraint("run_id", "platform", "url"),
        Index("ix_baseline_platform_url", "platform", "url", "captured_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the baseline")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="The run that captured it")
    platform: Mapped[Word] = mapped_column(comment="Platform id")
    url: Mapped[str] = mapped_column(comment="The address, as the platform's row lists it")
    captured_at: Mapped[datetime] = mapped_column(comment="When, UTC")
    ok: Mapped[bool] = mapped_column(comment="Whether a usable page came")
    why: Mapped[str] = mapped_column(default="", comment="Why not")
    warc_sha256: Mapped[Sha256 | None] = mapped_column(comment="The exchanges")
    document_sha256: Mapped[Sha256 | None] = mapped_column(comment="The capture document")
    body_sha256: Mapped[Sha256 | None] = mapped_column(comment="The body")
    favicon_sha256: Mapped[Sha256 | None] = mapped_column(comment="The icon's bytes")
    favicon_mmh3: Mapped[int | None] = mapped_column(comment="The icon's hash as asset search engines count it")
    pictures: Mapped[Json] = mapped_column(
        nullable=True, comment="Facts of its telling pictures: url, sha256, size, perceptual hash; null: none read"
    )
    rendered_sha256: Mapped[Sha256 | None] = mapped_column(
        comment="What a browser made of the page (WARC); null: none was shown it"
    )
