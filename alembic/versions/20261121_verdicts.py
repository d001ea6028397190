"""Verdicts, the audit trail, weights versions, and what judgements were compared with."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reference_set",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the set"),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Hash over the columns that follow"),
        sa.Column(
            "seeds", sa.String(length=64), nullable=False, comment="Hash of the seeds as loaded, overlay included"
        ),
        sa.Column(
            "program",
            sa.String(length=64),
            nullable=False,
            comment="Hash of the scoring code and its data, weights left out",
        ),
        sa.Column("baselines", sa.JSON(), nullable=False, comment="Ids of the baseline rows whose pages were at hand"),
        sa.Column("confirmed", sa.JSON(), nullable=False, comment="Addresses of confirmed fakes, each with its sites"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was first used, UTC"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_set")),
        sa.UniqueConstraint("sha256", name=op.f("uq_reference_set_sha256")),
    )
    op.create_table(
        "weights_version",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number, in the order they came"),
        sa.Column("version", sa.Text(), nullable=False, comment="Its name, as assessments carry it"),
        sa.Column(
            "origin", sa.String(length=64), nullable=False, comment="shipped with the program, or refit from verdicts"
        ),
        sa.Column("parent", sa.Text(), nullable=True, comment="The version that it was pulled to; null: shipped"),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was made, or first used here, UTC"
        ),
        sa.Column("made_by", sa.Text(), nullable=False, comment="Who made it"),
        sa.Column("fingerprint", sa.String(length=64), nullable=False, comment="SHA-256 of the table's text"),
        sa.Column("text", sa.Text(), nullable=False, comment="The table itself, TOML"),
        sa.Column("facts", sa.JSON(), nullable=False, comment="What it was made from and how it measured"),
        sa.Column("in_use", sa.Boolean(), nullable=False, comment="Whether nights and checks use it; one at most"),
        sa.CheckConstraint("origin IN ('shipped', 'refit')", name=op.f("ck_weights_version_origin")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weights_version")),
        sa.UniqueConstraint("version", name=op.f("uq_weights_version_version")),
    )
    op.create_index(
        "uq_weights_version_in_use",
        "weights_version",
        ["in_use"],
        unique=True,
        sqlite_where=sa.text("in_use"),
        postgresql_where=sa.text("in_use"),
    )

    op.create_table(
        "site_address",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the row"),
        sa.Column("site_id", sa.Integer(), nullable=False, comment="The site"),
        sa.Column("address", sa.String(length=64), nullable=False, comment="IPv4 or IPv6, as the name server gave it"),
        sa.Column(
            "first_seen", sa.DateTime(timezone=True), nullable=False, comment="When it was first seen there, UTC"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_address_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_address")),
        sa.UniqueConstraint("site_id", "address", name=op.f("uq_site_address_site_id_address")),
    )
    op.create_index("ix_site_address_address", "site_address", ["address"], unique=False)

    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the entry"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("who", sa.Text(), nullable=False, comment="Who"),
        sa.Column(
            "what",
            sa.String(length=64),
            nullable=False,
            comment="The deed: verdict, undo, weights.made, weights.used …",
        ),
        sa.Column("lead_id", sa.Integer(), nullable=True, comment="The lead; null: it is about none"),
        sa.Column("before", sa.JSON(), nullable=True, comment="What stood there"),
        sa.Column("after", sa.JSON(), nullable=True, comment="What stands there now"),
        sa.Column(
            "prev_hash", sa.String(length=64), nullable=False, comment="Hash of the entry before; zeros for the first"
        ),
        sa.Column("hash", sa.String(length=64), nullable=False, comment="SHA-256 over prev_hash and this entry"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_audit_lead_id_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_lead_id", "audit", ["lead_id"], unique=False)

    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the verdict"),
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The lead"),
        sa.Column(
            "assessment_id",
            sa.Integer(),
            nullable=True,
            comment="The judgement that the analyst had before him; null: there was none",
        ),
        sa.Column(
            "verdict",
            sa.String(length=64),
            nullable=False,
            comment="confirmed, false_positive, duplicate, later, or undo",
        ),
        sa.Column(
            "reason",
            sa.String(length=64),
            nullable=False,
            comment="Code of review/reasons.toml; empty where none is asked for",
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="The analyst's own words"),
        sa.Column("by", sa.Text(), nullable=False, comment="Who"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("status_before", sa.String(length=64), nullable=False, comment="The lead's status before"),
        sa.Column("lead_version", sa.Integer(), nullable=False, comment="The lead's version after"),
        sa.Column("duplicate_of", sa.Integer(), nullable=True, comment="The lead that it repeats"),
        sa.Column("undoes", sa.Integer(), nullable=True, comment="The verdict that an undo takes back"),
        sa.CheckConstraint(
            "verdict IN ('confirmed', 'false_positive', 'duplicate', 'later', 'undo')", name=op.f("ck_verdict_verdict")
        ),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_verdict_assessment_id_assessment")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_verdict_lead_id_lead")),
        sa.ForeignKeyConstraint(["duplicate_of"], ["lead.id"], name=op.f("fk_verdict_duplicate_of_lead")),
        sa.ForeignKeyConstraint(["undoes"], ["verdict.id"], name=op.f("fk_verdict_undoes_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint("undoes", name=op.f("uq_verdict_undoes")),
    )
    op.create_index("ix_verdict_lead_id", "verdict", ["lead_id"], unique=False)

    op.add_column(
        "assessment",
        sa.Column(
            "reference_sha256",
            sa.String(length=64),
            nullable=True,
            comment="The reference set; null: it was not recorded",
        ),
    )
    op.add_column(
        "assessment",
        sa.Column(
            "sightings_to",
            sa.Integer(),
            nullable=True,
            comment="The newest sighting that scoring was told of; null: none",
        ),
    )


def downgrade() -> None:
    op.drop_column("assessment", "sightings_to")
    op.drop_column("assessment", "reference_sha256")

    op.drop_index("ix_verdict_lead_id", table_name="verdict")

    op.drop_table("verdict")
    op.drop_index("ix_audit_lead_id", table_name="audit")

    op.drop_table("audit")
    op.drop_index("ix_site_address_address", table_name="site_address")

    op.drop_table("site_address")
    op.drop_index("uq_weights_version_in_use", table_name="weights_version")

    op.drop_table("weights_version")
    op.drop_table("reference_set")
