"""Keys of sites, campaigns with their links, and pairs that are never joined."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number: C-0003 is 3"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was first found, UTC"),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), nullable=False, comment="When its members changed last, UTC"
        ),
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was found no more, UTC; null: it stands",
        ),
        sa.Column(
            "members", sa.JSON(), nullable=False, comment="Ids of its leads, ascending; of an ended one the last ones"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    op.create_table(
        "lead_key",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the key"),
        sa.Column("site_id", sa.Integer(), nullable=False, comment="The site, and by it the lead"),
        sa.Column("type", sa.String(length=64), nullable=False, comment="Kind of key: contact, analytics, ip …"),
        sa.Column("value", sa.Text(), nullable=False, comment="Normalised value, at most 300 characters"),
        sa.Column("evidence", sa.JSON(), nullable=False, comment="Where it was seen: quote, url, where, capture"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="When it was seen last, UTC"),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_lead_key_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_key")),
        sa.UniqueConstraint("site_id", "type", "value", name=op.f("uq_lead_key_site_id_type_value")),
    )
    op.create_index("ix_lead_key_type_value", "lead_key", ["type", "value"])

    op.create_table(
        "campaign_link",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the link"),
        sa.Column("campaign_id", sa.Integer(), nullable=False, comment="The campaign"),
        sa.Column("lead_a", sa.Integer(), nullable=False, comment="The lead with the smaller number"),
        sa.Column("lead_b", sa.Integer(), nullable=False, comment="The other lead"),
        sa.Column("type", sa.String(length=64), nullable=False, comment="Kind of key"),
        sa.Column("value", sa.Text(), nullable=False, comment="What they share, or where the one leads to"),
        sa.Column("weight", sa.Double(), nullable=False, comment="1: ties by itself"),
        sa.Column("reason", sa.Text(), nullable=False, comment="One sentence for the analyst"),
        sa.Column("evidence", sa.JSON(), nullable=False, comment="Where it was seen at the one and at the other"),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_link_campaign_id_campaign")),
        sa.ForeignKeyConstraint(["lead_a"], ["lead.id"], name=op.f("fk_campaign_link_lead_a_lead")),
        sa.ForeignKeyConstraint(["lead_b"], ["lead.id"], name=op.f("fk_campaign_link_lead_b_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_link")),
    )
    op.create_index("ix_campaign_link_campaign_id", "campaign_link", ["campaign_id"])

    op.create_table(
        "never_link",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the constraint"),
        sa.Column("lead_a", sa.Integer(), nullable=False, comment="The lead with the smaller number"),
        sa.Column("lead_b", sa.Integer(), nullable=False, comment="The other lead"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="Who told them apart"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("reason", sa.Text(), nullable=False, comment="Why, in his own words"),
        sa.Column("undone_by", sa.Text(), nullable=True, comment="Who took it back"),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True, comment="When, UTC; null: it stands"),
        sa.Column("undone_why", sa.Text(), nullable=True, comment="Why"),
        sa.ForeignKeyConstraint(["lead_a"], ["lead.id"], name=op.f("fk_never_link_lead_a_lead")),
        sa.ForeignKeyConstraint(["lead_b"], ["lead.id"], name=op.f("fk_never_link_lead_b_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_never_link")),
    )
    op.create_index(
        "uq_never_link_stands",
        "never_link",
        ["lead_a", "lead_b"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("uq_never_link_stands", table_name="never_link")

    op.drop_table("never_link")
    op.drop_index("ix_campaign_link_campaign_id", table_name="campaign_link")

    op.drop_table("campaign_link")
    op.drop_index("ix_lead_key_type_value", table_name="lead_key")

    op.drop_table("lead_key")
    op.drop_table("campaign")
