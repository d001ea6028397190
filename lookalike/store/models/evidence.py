"""Evidence packs, their time stamps, what was handed to whom, and what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lookalike.store.models.base import Base, Json, Sha256, Word, one_of

ANSWERS = ("accepted", "closed", "refused", "withdrawn")
"""What can become of a hand-over."""


class Pack(Base):
    """One evidence pack as it was written; a lead exported again is another version."""

    __tablename__ = "pack"
    __table_args__ = (UniqueConstraint("number", "version"), one_of("state", "draft", "reviewed"))

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the row")
    number: Mapped[Word] = mapped_column(comment="Its number: XS-20261121-0001")
    version: Mapped[int] = mapped_column(comment="1, 2, … of the same number")
    leads: Mapped[Json] = mapped_column(comment="Ids of the leads in it, ascending")
    campaign: Mapped[Word | None] = mapped_column(comment="Campaign id, where a whole one was asked for")
    made_at: Mapped[datetime] = mapped_column(comment="When it was written, UTC")
    made_by: Mapped[str] = mapped_column(comment="Who had it written")
    state: Mapped[Word] = mapped_column(default="draft", comment="draft, or reviewed by a named person")
    reviewed_by: Mapped[str | None] = mapped_column(comment="Who reviewed it")
    reviewed_at: Mapped[datetime | None] = mapped_column(comment="When, UTC")
    sha256: Mapped[Sha256] = mapped_column(comment="Hash of the file")
    sm3: Mapped[Sha256] = mapped_column(comment="SM3 of the file (GB/T 32905)")
    bytes: Mapped[int] = mapped_column(comment="Size of the file")
    file: Mapped[str] = mapped_column(comment="Name of the file, without folder")
    tag_sha256: Mapped[Sha256] = mapped_column(comment="Hash of its tag manifest: what is time-stamped")


class Timestamp(Base):
    """One request for a time stamp over one pack: written before it is sent, answered or failed later."""

    __tablename__ = "timestamp_request"
    __table_args__ = (one_of("state", "pending", "granted", "failed"), Index("ix_timestamp_request_pack_id", "pack_id"))

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the request")
    pack_id: Mapped[int] = mapped_column(ForeignKey("pack.id"), comment="The pack")
    authority: Mapped[str] = mapped_column(comment="Name of the authority, as configured")
    algorithm: Mapped[Word] = mapped_column(comment="sha256 or sm3")
    state: Mapped[Word] = mapped_column(default="pending", comment="pending, granted, or failed")
    asked_at: Mapped[datetime] = mapped_column(comment="When the request was written, UTC")
    query: Mapped[bytes] = mapped_column(LargeBinary, comment="The request (RFC 3161, DER)")
    reply: Mapped[bytes | None] = mapped_column(LargeBinary, comment="The reply (DER)")
    stamped_at: Mapped[datetime | None] = mapped_column(comment="Time in the token, UTC")
    why: Mapped[str] = mapped_column(default="", comment="Why it failed, or what is odd about it")


class Handover(Base):
    """One hand-over of a pack to an office, and what the office did with it."""

    __tablename__ = "handover"
    __table_args__ = (
        one_of("kind", "police", "notice", "report"),
        one_of("state", "handed", *ANSWERS),
        Index("ix_handover_lead_id", "lead_id"),
        Index("ix_handover_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the hand-over")
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id"), comment="The lead")
    pack_id: Mapped[int | None] = mapped_column(ForeignKey("pack.id"), comment="The pack that went with it")
    office: Mapped[str] = mapped_column(comment="To whom: police station, platform, registrar …")
    kind: Mapped[Word] = mapped_column(comment="police, notice, or report")
    state: Mapped[Word] = mapped_column(comment="handed, or what the newest row of handover_answer says")
    handed_at: Mapped[datetime] = mapped_column(comment="When it was handed over, UTC")
    handed_by: Mapped[str] = mapped_column(comment="Who handed it over")
    receipt: Mapped[str] = mapped_column(default="", comment="Number of the receipt")
    answered_at: Mapped[datetime | None] = mapped_column(comment="When the office gave its newest answer, UTC")
    note: Mapped[str] = mapped_column(default="", comment="What was said when it was handed over")


class HandoverAnswer(Base):
    """One answer to a hand-over; rows are only ever added, and the newest one holds."""

    __tablename__ = "handover_answer"
    __table_args__ = (one_of("state", *ANSWERS), Index("ix_handover_answer_handover_id", "handover_id"))

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the answer")
    handover_id: Mapped[int] = mapped_column(ForeignKey("handover.id"), comment="The hand-over")
    state: Mapped[Word] = mapped_column(
        comment="accepted (受理), closed (关停), refused (不予立案), or withdrawn: it was recorded by mistake"
    )
    at: Mapped[datetime] = mapped_column(comment="When the office answered, UTC")
    noted_at: Mapped[datetime] = mapped_column(comment="When it was recorded, UTC")
    by: Mapped[str] = mapped_column(comment="Who recorded it")
    receipt: Mapped[str] = mapped_column(default="", comment="Number of the office's paper")
    note: Mapped[str] = mapped_column(default="", comment="What it said")


class Export(Base):
    """Whatever left the system: who took what, in which form, for whom."""

    __tablename__ = "export"
    __table_args__ = (Index("ix_export_at", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, comment="Number of the export")
    at: Mapped[datetime] = mapped_column(comment="When, UTC")
    by: Mapped[str] = mapped_column(comment="Who")
    form: Mapped[Word] = mapped_column(comment="pack, stix, misp, rpz, csv, xlsx, stats, notice …")
    to: Mapped[str] = mapped_column(default="", comment="For whom, as stated")
    leads: Mapped[Json] = mapped_column(comment="Ids of the leads in it")
    file: Mapped[str] = mapped_column(comment="Name of the file")
    sha256: Mapped[Sha256 | None] = mapped_column(comment="Hash of the file")
