"""The order of the queue: rank and what it was made of, priority by hand, the draw of samples, marks, and where servers stand."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_REGION = "Countries whose networks announce its addresses: ISO 3166 codes between blanks; null: not known"
_DRAWN = sa.text("status = 'new' AND band IN ('medium', 'low')")
_GUILTY = sa.text("status IN ('confirmed', 'referred', 'closed', 'relapsed')")
_KINDS = ["status", "band", "kind", "alive"]
_BY_SCORE = {
    "ix_lead_status": ["status", "score", "id", "band", "kind", "alive", "impersonates"],
    "ix_lead_band": ["band", "score", "id", "kind", "alive", "impersonates"],
    "ix_lead_impersonates": ["impersonates", "score", "id", *_KINDS],
    "ix_lead_jurisdiction": ["jurisdiction", "score", "id", *_KINDS],
    "ix_lead_campaign": ["campaign", "score", "id"],
    "ix_lead_first_seen": ["first_seen", "id", *_KINDS, "impersonates"],
}
_BY_RANK = {
    "ix_lead_rank": ["rank", "id", *_KINDS, "impersonates"],
    "ix_lead_status": ["status", "rank", "id", "band", "kind", "alive", "impersonates"],
    "ix_lead_band": ["band", "rank", "id", "status", "kind", "alive", "impersonates"],
    "ix_lead_impersonates": ["impersonates", "rank", "id", *_KINDS],
    "ix_lead_jurisdiction": ["jurisdiction", "rank", "id", *_KINDS],
    "ix_lead_campaign": ["campaign", "rank", "id", "status", "band", "kind", "last_seen"],
    "ix_lead_first_seen": ["first_seen", "id", *_KINDS, "impersonates", "rank"],
    "ix_lead_id": ["id", "status", "band", "rank", "kind", "alive", "impersonates", "score"],
}


def upgrade() -> None:
    for column in _columns():
        op.add_column("lead", column)
    op.add_column("visit", sa.Column("region", sa.Text(), nullable=True, comment=_REGION))
    for name in _BY_SCORE:
        op.drop_index(name, "lead")
    for name, columns in _BY_RANK.items():
        op.create_index(name, "lead", columns)
    op.create_index("ix_lead_lottery", "lead", ["lottery", "id"], sqlite_where=_DRAWN, postgresql_where=_DRAWN)
    op.create_index("ix_lead_guilty", "lead", ["id"], sqlite_where=_GUILTY, postgresql_where=_GUILTY)
    op.create_index(
        "ix_lead_count_kinds",
        "lead_count",
        ["facet", "status", "band", "kind", "platform", "alive", "contact", "value", "n"],
    )
    op.execute("INSERT INTO lead_stale (lead_id) SELECT id FROM lead")  # all are ranked and marked before the commit


def downgrade() -> None:
    op.drop_index("ix_lead_count_kinds", "lead_count")
    op.drop_index("ix_lead_guilty", "lead")
    op.drop_index("ix_lead_lottery", "lead")
    for name in _BY_RANK:
        op.drop_index(name, "lead")
    op.drop_column("visit", "region")
    for column in reversed(_columns()):
        op.drop_column("lead", column.name)
    for name, columns in _BY_SCORE.items():
        op.create_index(name, "lead", columns)


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column(
            "priority",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Set by hand, sorts before rank: 0 to 3",
        ),
        sa.Column(
            "rank",
            sa.Double(),
            server_default="0",
            nullable=False,
            comment="Place in the queue, higher first; the formula: store/ranking.py",
        ),
        sa.Column("rank_inputs", sa.JSON(), nullable=True, comment="What rank was made of; null: not yet"),
        sa.Column(
            "lottery",
            sa.Integer(),
            server_default="0",
            nullable=False,
            comment="Number by which a day's sample is drawn, made of the id",
        ),
        sa.Column(
            "marks",
            sa.Text(),
            server_default=sa.text("''"),
            nullable=False,
            comment="What it can be found and counted by: name=value, between blanks",
        ),
    ]
