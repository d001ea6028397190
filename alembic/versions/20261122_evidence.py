"""Evidence packs, their time stamps, hand-overs, and whatever else left the system."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_NAMED = [
    *(("visit", f"{kind}_sha256") for kind in ("warc", "document", "readings", "rendered")),
    ("serp_page", "raw_sha256"),
]
"""Where rows name files: asked of each file before it is deleted."""


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the export"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("by", sa.Text(), nullable=False, comment="Who"),
        sa.Column(
            "form", sa.String(length=64), nullable=False, comment="pack, stix, misp, rpz, csv, xlsx, stats, notice …"
        ),
        sa.Column("to", sa.Text(), nullable=False, comment="For whom, as stated"),
        sa.Column("leads", sa.JSON(), nullable=False, comment="Ids of the leads in it"),
        sa.Column("file", sa.Text(), nullable=False, comment="Name of the file"),
        sa.Column("sha256", sa.String(length=64), nullable=True, comment="Hash of the file"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    with op.batch_alter_table("export") as table:
        table.create_index("ix_export_at", ["at"], unique=False)

    op.create_table(
        "pack",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the row"),
        sa.Column("number", sa.String(length=64), nullable=False, comment="Its number: XS-20261121-0001"),
        sa.Column("version", sa.Integer(), nullable=False, comment="1, 2, … of the same number"),
        sa.Column("leads", sa.JSON(), nullable=False, comment="Ids of the leads in it, ascending"),
        sa.Column(
            "campaign", sa.String(length=64), nullable=True, comment="Campaign id, where a whole one was asked for"
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was written, UTC"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="Who had it written"),
        sa.Column("state", sa.String(length=64), nullable=False, comment="draft, or reviewed by a named person"),
        sa.Column("reviewed_by", sa.Text(), nullable=True, comment="Who reviewed it"),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True, comment="When, UTC"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Hash of the file"),
        sa.Column("sm3", sa.String(length=64), nullable=False, comment="SM3 of the file (GB/T 32905)"),
        sa.Column("bytes", sa.Integer(), nullable=False, comment="Size of the file"),
        sa.Column("file", sa.Text(), nullable=False, comment="Name of the file, without folder"),
        sa.Column(
            "tag_sha256", sa.String(length=64), nullable=False, comment="Hash of its tag manifest: what is time-stamped"
        ),
        sa.CheckConstraint("state IN ('draft', 'reviewed')", name=op.f("ck_pack_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.UniqueConstraint("number", "version", name=op.f("uq_pack_number_version")),
    )
    op.create_table(
        "timestamp_request",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the request"),
        sa.Column("pack_id", sa.Integer(), nullable=False, comment="The pack"),
        sa.Column("authority", sa.Text(), nullable=False, comment="Name of the authority, as configured"),
        sa.Column("algorithm", sa.String(length=64), nullable=False, comment="sha256 or sm3"),
        sa.Column("state", sa.String(length=64), nullable=False, comment="pending, granted, or failed"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, comment="When the request was written, UTC"),
        sa.Column("query", sa.LargeBinary(), nullable=False, comment="The request (RFC 3161, DER)"),
        sa.Column("reply", sa.LargeBinary(), nullable=True, comment="The reply (DER)"),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=True, comment="Time in the token, UTC"),
        sa.Column("why", sa.Text(), nullable=False, comment="Why it failed, or what is odd about it"),
        sa.CheckConstraint("state IN ('pending', 'granted', 'failed')", name=op.f("ck_timestamp_request_state")),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_timestamp_request_pack_id_pack")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timestamp_request")),
    )
    with op.batch_alter_table("timestamp_request") as table:
        table.create_index("ix_timestamp_request_pack_id", ["pack_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the hand-over"),
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The lead"),
        sa.Column("pack_id", sa.Integer(), nullable=True, comment="The pack that went with it"),
        sa.Column("office", sa.Text(), nullable=False, comment="To whom: police station, platform, registrar …"),
        sa.Column("kind", sa.String(length=64), nullable=False, comment="police, notice, or report"),
        sa.Column(
            "state",
            sa.String(length=64),
            nullable=False,
            comment="handed, or what the newest row of handover_answer says",
        ),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=False, comment="When it was handed over, UTC"),
        sa.Column("handed_by", sa.Text(), nullable=False, comment="Who handed it over"),
        sa.Column("receipt", sa.Text(), nullable=False, comment="Number of the receipt"),
        sa.Column(
            "answered_at", sa.DateTime(timezone=True), nullable=True, comment="When the office gave its newest answer, UTC"
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="What was said when it was handed over"),
        sa.CheckConstraint("kind IN ('police', 'notice', 'report')", name=op.f("ck_handover_kind")),
        sa.CheckConstraint(
            "state IN ('handed', 'accepted', 'closed', 'refused', 'withdrawn')", name=op.f("ck_handover_state")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_handover_lead_id_lead")),
        sa.ForeignKeyConstraint(["pack_id"], ["pack.id"], name=op.f("fk_handover_pack_id_pack")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover") as table:
        table.create_index("ix_handover_lead_id", ["lead_id"], unique=False)
        table.create_index("ix_handover_state", ["state", "id"], unique=False)

    op.create_table(
        "handover_answer",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the answer"),
        sa.Column("handover_id", sa.Integer(), nullable=False, comment="The hand-over"),
        sa.Column(
            "state",
            sa.String(length=64),
            nullable=False,
            comment="accepted (受理), closed (关停), refused (不予立案), or withdrawn: it was recorded by mistake",
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When the office answered, UTC"),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False, comment="When it was recorded, UTC"),
        sa.Column("by", sa.Text(), nullable=False, comment="Who recorded it"),
        sa.Column("receipt", sa.Text(), nullable=False, comment="Number of the office's paper"),
        sa.Column("note", sa.Text(), nullable=False, comment="What it said"),
        sa.CheckConstraint(
            "state IN ('accepted', 'closed', 'refused', 'withdrawn')", name=op.f("ck_handover_answer_state")
        ),
        sa.ForeignKeyConstraint(
            ["handover_id"], ["handover.id"], name=op.f("fk_handover_answer_handover_id_handover")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_answer")),
    )
    with op.batch_alter_table("handover_answer") as table:
        table.create_index("ix_handover_answer_handover_id", ["handover_id"], unique=False)

    for name, column in _NAMED:
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{name}_{column}", name, [column], sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    for name, column in reversed(_NAMED):
        op.drop_index(f"ix_{name}_{column}", name)

    with op.batch_alter_table("handover_answer") as table:
        table.drop_index("ix_handover_answer_handover_id")

    op.drop_table("handover_answer")
    with op.batch_alter_table("handover") as table:
        table.drop_index("ix_handover_state")
        table.drop_index("ix_handover_lead_id")

    op.drop_table("handover")
    with op.batch_alter_table("timestamp_request") as table:
        table.drop_index("ix_timestamp_request_pack_id")

    op.drop_table("timestamp_request")
    op.drop_table("pack")
    with op.batch_alter_table("export") as table:
        table.drop_index("ix_export_at")

    op.drop_table("export")
