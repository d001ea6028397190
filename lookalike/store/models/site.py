"""Sites, where they were sighted, and the visits to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lookalike.store.models.base import Base, Json, Sha256, Word, one_of
from lookalike.store.models.life import LIVES

_WAITING = text("state = 'pending'")
_LEASED = text("state = 'leased'")
_UNREAD = text("pictures > 0 AND readings_sha256 IS NULL")


def _named(column: str) -> Index:
    """Whether any row still names a file is asked of each file before it is deleted."""
    there = text(f"{column} IS NOT NULL")
    return Index(f"ix_visit_{column}", column, sqlite_where=there, postgresql_where=there)


class Site(Base):
    """One host and port (on shared hosts also the top path), and its place in the frontier."""

    __tablename__ = "site"
    __table_args__ = (
        UniqueConstraint("host", "port", "scope"),
        one_of("state", "pending", "leased", "done", "failed", "genuine", "skipped"),
        Index("ix_site_waiting", "turn", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_site_leased", "id", sqlite_where=_LEASED, postgresql_where=_LEASED),
        one_of("life", *LIVES),
        Index("ix_site_visit_run_id", "visit_run_id"),
        Index("ix_site_due_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the site")
    host: Mapped[str] = mapped_column(comment="Lower case, punycode; an IP literal as it is")
    port: Mapped[int] = mapped_column(comment="80 stands for 80 and 443")
    scope: Mapped[str] = mapped_column(comment="Top path or post on a shared host, else empty")
    registrable_domain: Mapped[str] = mapped_column(comment="What can be registered, or the address of a bare IP")
    first_seen: Mapped[datetime] = mapped_column(comment="First sighting, UTC")
    last_seen: Mapped[datetime] = mapped_column(comment="Latest sighting, UTC")
    state: Mapped[Word] = mapped_column(comment="pending, leased, done, failed, genuine, or skipped")
    turn: Mapped[float] = mapped_column(default=0.0, comment="Smaller goes first: minus the suspicion before the visit")
    lease_run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), comment="The run that holds it")
    lease_owner: Mapped[str] = mapped_column(default="", comment="The worker that holds it")
    attempts: Mapped[int] = mapped_column(default=0, comment="Leases since it became pending")
    visit_run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), comment="The run that visited it last")
    last_visit_at: Mapped[datetime | None] = mapped_column(comment="Start of the latest visit, UTC")
    alive: Mapped[bool | None] = mapped_column(comment="Whether it answered last; null: not known")
    life: Mapped[Word] = mapped_column(server_default="unknown", comment="What became of it, as the latest visit told")
    life_since: Mapped[datetime | None] = mapped_column(comment="Since when, UTC")
    due_at: Mapped[datetime | None] = mapped_column(comment="When it is visited again unasked, UTC; null: never")
    error: Mapped[str] = mapped_column(default="", comment="Why the visit failed or it was left out")
    urls: Mapped[Json] = mapped_column(comment="Seen addresses to visit, in order of sighting")
    platform: Mapped[Word | None] = mapped_column(comment="The genuine platform that it is")


class Sighting(Base):
    """A URL stood here, for this query, at this position; kept for ever."""

    __tablename__ = "sighting"
    __table_args__ = (
        UniqueConstraint("run_id", "source", "query", "page", "paid", "position"),
        Index("ix_sighting_site_id", "site_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the sighting")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="The run that saw it")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), comment="Null: the URL names no site")
    source: Mapped[Word] = mapped_column(comment="Source id")
    query: Mapped[str] = mapped_column(comment="The query")
    page: Mapped[int] = mapped_column(comment="Page of the results")
    position: Mapped[int] = mapped_column(comment="1 for the first; paid and organic counted apart")
    paid: Mapped[bool] = mapped_column(comment="Whether somebody paid for it")
    url: Mapped[str] = mapped_column(comment="The target where it is known, else the address linked to")
    title: Mapped[str] = mapped_column(comment="Title of the result")
    snippet: Mapped[str] = mapped_column(comment="Text of the result")
    display_url: Mapped[str] = mapped_column(comment="Address as the result prints it")
    seen_at: Mapped[datetime] = mapped_column(comment="When it stood there, UTC")


class Visit(Base):
    """One visit to a site in one run: the bytes are files, this row holds their hashes."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("site_id", "run_id"),
        one_of("outcome", "ok", "partial", "failed"),
        one_of("life", *LIVES),
        Index("ix_visit_run_id", "run_id"),
        Index("ix_visit_unread", "id", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        *map(_named, ("warc_sha256", "document_sha256", "readings_sha256", "rendered_sha256")),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the visit")
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), comment="The site")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="The run")
    url: Mapped[str] = mapped_column(comment="The address that it began with")
    started_at: Mapped[datetime] = mapped_column(comment="When it began, UTC")
    outcome: Mapped[Word] = mapped_column(comment="ok, partial, or failed")
    why: Mapped[str] = mapped_column(comment="Why it is partial or failed")
    life: Mapped[Word] = mapped_column(server_default="unknown", comment="What it told of the site's life")
    counts: Mapped[Json] = mapped_column(comment="Refusals and cuts by code")
    region: Mapped[str | None] = mapped_column(
        comment="Countries whose networks announce its addresses: ISO 3166 codes between blanks; null: not known"
    )
    warc_sha256: Mapped[Sha256 | None] = mapped_column(comment="The exchanges; null: none were made")
    document_sha256: Mapped[Sha256 | None] = mapped_column(comment="The capture document (JSON) with hosting facts")
    pictures: Mapped[int] = mapped_column(server_default="0", comment="Telling pictures that it brought")
    readings_sha256: Mapped[Sha256 | None] = mapped_column(
        comment="What was read in its pictures (JSON); null: not read yet"
    )
    rendered_sha256: Mapped[Sha256 | None] = mapped_column(
        comment="What a browser made of its pages (WARC); null: none was shown them"
    )
    captures: Mapped[list[Capture]] = relationship(order_by="Capture.id", back_populates="visit")


class Capture(Base):
    """One page as one client got it, within a visit."""

    __tablename__ = "capture"
    __table_args__ = (UniqueConstraint("visit_id", "client", "url_sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the capture")
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), comment="The visit")
    client: Mapped[Word] = mapped_column(comment="desktop, wechat, mobile, or referred")
    requested_url: Mapped[str] = mapped_column(comment="The address asked for")
    url_sha256: Mapped[Sha256] = mapped_column(comment="Hash of it: an index cannot hold a long address")
    final_url: Mapped[str] = mapped_column(comment="The address that answered last")
    status: Mapped[int | None] = mapped_column(comment="Its HTTP status; null: no answer")
    error: Mapped[str] = mapped_column(comment="Code and sentence when it was refused, failed or cut")
    encoding: Mapped[str] = mapped_column(comment="Encoding that the page was read with")
    encoding_note: Mapped[str] = mapped_column(comment="How it was found")
    body_sha256: Mapped[Sha256 | None] = mapped_column(comment="The body, as it lies in the WARC")
    visit: Mapped[Visit] = relationship(back_populates="captures")
