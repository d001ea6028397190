"""The desk: notes, the allow list, whether a second reading was blind, and indexes of domains and verdicts."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_LIVES = sa.text("state IN ('proposed', 'standing')")
_WORD = sa.String(length=64)


def upgrade() -> None:
    _allow_list()
    op.create_table(
        "lead_note",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the note"),
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The lead"),
        sa.Column("by", _WORD, nullable=False, comment="Who wrote it"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("text", sa.Text(), nullable=False, comment="As it was typed"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lead_note_lead_id_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_note")),
    )
    op.create_index("ix_lead_note_lead_id", "lead_note", ["lead_id", "id"])
    op.create_table(
        "note_mention",
        sa.Column("folded", _WORD, nullable=False, comment="Whom, without blanks, width and letter case"),
        sa.Column("note_id", sa.Integer(), nullable=False, comment="The note"),
        sa.ForeignKeyConstraint(["note_id"], ["lead_note.id"], name=op.f("fk_note_mention_note_id_lead_note")),
        sa.PrimaryKeyConstraint("folded", "note_id", name=op.f("pk_note_mention")),
    )
    op.add_column(  # no batch: making the table anew would lose its checks
        "second_reading",
        sa.Column(
            "blind",
            sa.Boolean(),
            server_default=sa.true(),
            nullable=False,
            comment="Whether they had not seen the first verdict; else they reviewed a pack with it",
        ),
    )
    op.create_index("ix_verdict_by_at", "verdict", ["by", "at"])
    op.create_index("ix_lead_registrable_domain", "lead", ["registrable_domain", "id"])


def downgrade() -> None:
    op.drop_index("ix_lead_registrable_domain", "lead")
    op.drop_index("ix_verdict_by_at", "verdict")
    op.drop_column("second_reading", "blind")
    for table in ("note_mention", "lead_note", "allow_entry"):
        op.drop_table(table)


def _allow_list() -> None:
    op.create_table(
        "allow_entry",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the entry"),
        sa.Column("scope", _WORD, nullable=False, comment="domain, contact, or text"),
        sa.Column(
            "value",
            sa.Text(),
            nullable=False,
            comment="Registrable domain, contact as keys have it, or words of a lead's text",
        ),
        sa.Column("state", _WORD, nullable=False, comment="proposed, standing, declined, or ended"),
        sa.Column("reason", _WORD, nullable=False, comment="Code of a false positive, of review/reasons.toml"),
        sa.Column("note", sa.Text(), nullable=False, comment="Why, in the proposer's words"),
        sa.Column(
            "until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it stops, UTC; null: when somebody ends it",
        ),
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The false positive that it came from"),
        sa.Column("proposed_by", _WORD, nullable=False, comment="Who proposed it"),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("settled_by", _WORD, nullable=True, comment="Who let it stand, or declined it: somebody else"),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True, comment="When, UTC"),
        sa.Column("ended_by", _WORD, nullable=True, comment="Who ended it"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="When, UTC"),
        sa.Column("cleared", sa.JSON(), nullable=False, comment="Numbers of the leads that it cleared, ascending"),
        sa.CheckConstraint("scope IN ('domain', 'contact', 'text')", name=op.f("ck_allow_entry_scope")),
        sa.CheckConstraint("state IN ('proposed', 'standing', 'declined', 'ended')", name=op.f("ck_allow_entry_state")),
        sa.CheckConstraint(
            "settled_by IS NULL OR settled_by <> proposed_by", name=op.f("ck_allow_entry_another_person")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_allow_entry_lead_id_lead")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allow_entry")),
    )
    op.create_index(
        "uq_allow_entry_lives",
        "allow_entry",
        ["scope", "value"],
        unique=True,
        sqlite_where=_LIVES,
        postgresql_where=_LIVES,
    )
    op.create_index("ix_allow_entry_state", "allow_entry", ["state", "id"])
