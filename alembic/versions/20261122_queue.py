"""The queue: leads' texts and their index, sources, numbers of leads of each kind, and indexes by rank."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FTS = "CREATE VIRTUAL TABLE lead_fts USING fts5(tokens, content='', detail='none', columnsize=0, tokenize='ascii')"
_CELL = ("facet", "value", "status", "band", "kind", "platform", "alive", "contact")

_GOES_ON = sa.text("ended_at IS NULL")
_RAISED = sa.text("raised_at IS NOT NULL")
_KINDS = ["status", "band", "kind", "alive"]
_RANKED = {
    "ix_lead_status": ["status", "score", "id", "band", "kind", "alive", "impersonates"],
    "ix_lead_band": ["band", "score", "id", "kind", "alive", "impersonates"],
    "ix_lead_status_new": ["status", "first_seen", "id"],
    "ix_lead_status_seen": ["status", "last_seen", "id"],
    "ix_lead_impersonates": ["impersonates", "score", "id", *_KINDS],
    "ix_lead_jurisdiction": ["jurisdiction", "score", "id", *_KINDS],
    "ix_lead_campaign": ["campaign", "score", "id"],
    "ix_lead_first_seen": ["first_seen", "id", *_KINDS, "impersonates"],
    "ix_lead_last_seen": ["last_seen", "id", *_KINDS, "impersonates"],
}


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    op.create_table(
        "lead_text",
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The lead"),
        sa.Column(
            "text", sa.Text(), nullable=False, comment="Folded, a line a field, words and Chinese runs between blanks"
        ),
        sa.Column(
            "tokens",
            postgresql.TSVECTOR() if postgres else sa.Text(),
            nullable=True,
            comment="Its index tokens; null: they stand in lead_fts",
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_text_lead_id_lead")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lead_text")),
    )
    if postgres:
        op.create_index("ix_lead_text_tokens", "lead_text", ["tokens"], postgresql_using="gin")
    else:
        op.execute(_FTS)
    op.create_table(
        "lead_stale",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the row: two writers never wait for one"),
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The lead"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_stale")),
    )
    op.create_table(
        "lead_source",
        sa.Column("source", sa.String(length=64), nullable=False, comment="Source id"),
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The lead"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_source_lead_id_lead")),
        sa.PrimaryKeyConstraint("source", "lead_id", name=op.f("pk_lead_source")),
    )
    op.create_index("ix_lead_source_lead_id", "lead_source", ["lead_id"])
    op.create_table(
        "lead_count",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the row"),
        *_cell(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_count")),
        sa.UniqueConstraint(*_CELL, name=op.f("uq_lead_count_facet_value_status_band_kind_platform_alive_contact")),
    )
    op.create_table(
        "lead_delta",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the row"),
        *_cell(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_delta")),
    )
    for name, columns in _RANKED.items():
        op.create_index(name, "lead", columns)
    op.create_index("ix_lead_raised", "lead", ["raised_at", "id"], sqlite_where=_RAISED, postgresql_where=_RAISED)
    _campaigns()


def downgrade() -> None:
    op.drop_table("held_link")
    op.drop_index("ix_campaign_size", "campaign")
    with op.batch_alter_table("campaign") as table:
        table.drop_column("size")
    for name in ("ix_lead_raised", *_RANKED):
        op.drop_index(name, "lead")
    for table in ("lead_delta", "lead_count", "lead_source", "lead_stale", "lead_text"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE lead_fts")


def _campaigns() -> None:
    """Campaigns by their size, and the links between leads that were not followed."""
    size = sa.Column(
        "size", sa.Integer(), nullable=False, server_default="0", comment="How many members; campaigns are listed by it"
    )
    op.add_column("campaign", size)
    op.execute("UPDATE campaign SET size = json_array_length(members)")
    op.create_index("ix_campaign_size", "campaign", ["size", "id"], sqlite_where=_GOES_ON, postgresql_where=_GOES_ON)
    op.create_table(
        "held_link",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the link"),
        sa.Column("lead_a", sa.Integer(), nullable=False, comment="The lead with the smaller number"),
        sa.Column("lead_b", sa.Integer(), nullable=False, comment="The other lead"),
        sa.Column("weight", sa.Double(), nullable=False, comment="All that ties them, together"),
        sa.Column("why", sa.String(length=64), nullable=False, comment="apart, loose, or bridge: see scoring.link"),
        sa.Column("ties", sa.JSON(), nullable=False, comment="What ties them: type and value of each key"),
        sa.ForeignKeyConstraint(["lead_a"], ["lead.id"], name=op.f("fk_held_link_lead_a_lead")),
        sa.ForeignKeyConstraint(["lead_b"], ["lead.id"], name=op.f("fk_held_link_lead_b_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_link")),
    )
    op.create_index("ix_held_link_lead_a", "held_link", ["lead_a"])
    op.create_index("ix_held_link_lead_b", "held_link", ["lead_b"])


def _cell() -> list[sa.Column]:
    word = sa.String(length=64)
    return [
        sa.Column("facet", word, nullable=False, comment="Empty, jurisdiction, or source"),
        sa.Column("value", sa.Text(), nullable=False, comment="Its value; empty where facet is"),
        sa.Column("status", word, nullable=False, comment="As the lead's"),
        sa.Column("band", word, nullable=False, comment="As the lead's"),
        sa.Column("kind", word, nullable=False, comment="As the lead's"),
        sa.Column("platform", word, nullable=False, comment="The lead's impersonates; empty: none"),
        sa.Column("alive", word, nullable=False, comment="yes, no, or unknown"),
        sa.Column("contact", word, nullable=False, comment="Whether a contact is known: yes or no"),
        sa.Column("n", sa.Integer(), nullable=False, comment="How many leads; of a change, how many more"),
    ]
