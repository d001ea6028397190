"""Pictures: how many a visit brought, what was read in them, and those of the genuine pages."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("visit") as table:
        table.add_column(
            sa.Column(
                "pictures", sa.Integer(), server_default="0", nullable=False, comment="Telling pictures that it brought"
            )
        )
        table.add_column(
            sa.Column(
                "readings_sha256",
                sa.String(length=64),
                nullable=True,
                comment="What was read in its pictures (JSON); null: not read yet",
            )
        )
    op.create_index(
        "ix_visit_unread",
        "visit",
        ["id"],
        sqlite_where=sa.text("pictures > 0 AND readings_sha256 IS NULL"),
        postgresql_where=sa.text("pictures > 0 AND readings_sha256 IS NULL"),
    )
    with op.batch_alter_table("baseline") as table:
        table.add_column(
            sa.Column(
                "pictures",
                sa.JSON(),
                nullable=True,
                comment="Facts of its telling pictures: url, sha256, size, perceptual hash; null: none read",
            )
        )


def downgrade() -> None:
    with op.batch_alter_table("baseline") as table:
        table.drop_column("pictures")
    op.drop_index("ix_visit_unread", table_name="visit")
    with op.batch_alter_table("visit") as table:
        table.drop_column("readings_sha256")
        table.drop_column("pictures")
