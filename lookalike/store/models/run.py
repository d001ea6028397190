"""Runs, the searches of a run, and the result pages that they brought."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Json, Sha256, Word, one_of

_KEPT = text("raw_sha256 IS NOT NULL")
OUTCOMES = ("results", "none", "captcha", "unparsed", "blocked", "robots", "failed")
"""Of a page of results: ``spiders.items.Outcome``."""


class Run(Base):
    """One night, or one other piece of work that can be taken up again after a kill."""

    __tablename__ = "run"
    __table_args__ = (
        one_of("state", "running", "done", "failed", "lost"),
        Index(
            "uq_run_running",
            "kind",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the run")
    kind: Mapped[Word] = mapped_column(comment="What is done: nightly, refresh, …; one of a kind runs at a time")
    state: Mapped[Word] = mapped_column(comment="running, done, failed, or lost (given up for another one)")
    started_at: Mapped[datetime] = mapped_column(comment="When it was begun, UTC")
    finished_at: Mapped[datetime | None] = mapped_column(comment="When it ended, UTC; null while it runs")
    options: Mapped[Json] = mapped_column(comment="The settings that tell it from another run")
    summary: Mapped[Json] = mapped_column(comment="Counts by step")


class Search(Base):
    """One query at one source in one run, and how far it has come."""

    __tablename__ = "search"
    __table_args__ = (
        UniqueConstraint("run_id", "source", "query"),
        one_of("state", "pending", "done", "failed", "blocked"),
        Index("ix_search_pending", "run_id", "source", "ordinal"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the search")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="The run that asks")
    source: Mapped[Word] = mapped_column(comment="Source id, as in sources.toml")
    query: Mapped[str] = mapped_column(comment="The query as it is typed")
    ordinal: Mapped[int] = mapped_column(comment="Place in the order of the run's queries, from 0")
    state: Mapped[Word] = mapped_column(comment="pending, done, failed, or blocked (the source refuses us)")
    pages_done: Mapped[int] = mapped_column(default=0, comment="Pages stored so far")
    next_url: Mapped[str] = mapped_column(default="", comment="Where the next page is; empty: at the source's start")
    outcome: Mapped[Word] = mapped_column(default="", comment="Outcome of the last page; empty: none came yet")
    note: Mapped[str] = mapped_column(default="", comment="Why it failed or is blocked")


class SerpPage(Base):
    """One page of results as it came."""

    __tablename__ = "serp_page"
    __table_args__ = (
        UniqueConstraint("run_id", "source", "query", "page"),
        one_of("outcome", *OUTCOMES),
        Index("ix_serp_page_raw_sha256", "raw_sha256", sqlite_where=_KEPT, postgresql_where=_KEPT),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the page")
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), comment="The run that asked")
    source: Mapped[Word] = mapped_column(comment="Source id")
    query: Mapped[str] = mapped_column(comment="The query")
    page: Mapped[int] = mapped_column(comment="1 for the first page")
    outcome: Mapped[Word] = mapped_column(
        comment="results, none (confirmed), captcha, unparsed, blocked, robots, or failed"
    )
    url: Mapped[str] = mapped_column(comment="Address of the page")
    results: Mapped[int] = mapped_column(comment="Organic results on it")
    paid: Mapped[int] = mapped_column(comment="Paid results on it")
    seen_at: Mapped[datetime] = mapped_column(comment="When it came, UTC")
    note: Mapped[str] = mapped_column(comment="Why it failed, or what stood there instead")
    raw_sha256: Mapped[Sha256 | None] = mapped_column(comment="The page itself, where it was kept")
    unresolved: Mapped[int] = mapped_column(server_default="0", comment="Results whose true address was not told")
    asked_at: Mapped[datetime | None] = mapped_column(comment="When it was asked for, UTC")
    seconds: Mapped[float] = mapped_column(server_default="0", comment="From asking to having it, pace included")
