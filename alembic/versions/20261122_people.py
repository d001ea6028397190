"""People: accounts, sessions, keys of other offices; leases, selections, second readings, leads put off."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the key"),
        sa.Column("token_sha256", sa.String(length=64), nullable=False, comment="SHA-256 of the key"),
        sa.Column("hint", sa.String(length=64), nullable=False, comment="Its first letters, to know it by"),
        sa.Column("office", sa.Text(), nullable=False, comment="Who was given it"),
        sa.Column("scopes", sa.JSON(), nullable=False, comment="What it opens: leads:read …"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was made, UTC"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="Who made it"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False, comment="When it ends, UTC"),
        sa.Column(
            "used_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was last used, to the minute, UTC; null: never",
        ),
        sa.Column(
            "revoked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was taken back, UTC; null: it was not",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_api_token_token_sha256")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the account"),
        sa.Column(
            "name", sa.String(length=64), nullable=False, comment="Name, as verdicts and the audit trail carry it"
        ),
        sa.Column(
            "folded",
            sa.String(length=64),
            nullable=False,
            comment="The name without blanks, width and letter case: one person, one account",
        ),
        sa.Column(
            "role", sa.String(length=64), nullable=False, comment="viewer, analyst, lead, rules, admin, or auditor"
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was made, UTC"),
        sa.Column("made_by", sa.Text(), nullable=False, comment="Who made it"),
        sa.Column(
            "disabled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was closed, UTC; null: it is open",
        ),
        sa.Column("password", sa.Text(), nullable=False, comment="argon2id hash, PHC format"),
        sa.Column("password_at", sa.DateTime(timezone=True), nullable=False, comment="When the password was set, UTC"),
        sa.Column(
            "one_time_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="The password was given out, has to be changed, and opens nothing after this, UTC; null: their own",
        ),
        sa.Column("totp_secret", sa.Text(), nullable=True, comment="Secret of the second factor, base32; null: none"),
        sa.Column(
            "totp_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When its first code was right, UTC; null: not yet",
        ),
        sa.Column(
            "totp_step", sa.Integer(), nullable=False, comment="Newest step of 30 s whose code was taken: no code twice"
        ),
        sa.Column(
            "subject_sha256",
            sa.String(length=64),
            nullable=True,
            comment="SHA-256 of issuer and subject by which they first signed in elsewhere; null: they have not",
        ),
        sa.CheckConstraint(
            "role IN ('viewer', 'analyst', 'lead', 'rules', 'admin', 'auditor')", name=op.f("ck_person_role")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("folded", name=op.f("uq_person_folded")),
        sa.UniqueConstraint("subject_sha256", name=op.f("uq_person_subject_sha256")),
    )
    op.create_table(
        "selection",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the selection"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was frozen, UTC"),
        sa.Column("made_by", sa.String(length=64), nullable=False, comment="Who chose"),
        sa.Column("source", sa.Text(), nullable=False, comment="Where from, in words: filter, page or campaign"),
        sa.Column("items", sa.JSON(), nullable=False, comment="Pairs of lead and version, ascending"),
        sa.Column("state", sa.String(length=64), nullable=False, comment="frozen, done, or undone"),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True, comment="When the verdict was given, UTC"),
        sa.Column(
            "result", sa.JSON(), nullable=True, comment="Verdict ids by lead, and the leads that were skipped, with why"
        ),
        sa.CheckConstraint("state IN ('frozen', 'done', 'undone')", name=op.f("ck_selection_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection")),
    )
    with op.batch_alter_table("selection") as table:
        table.create_index("ix_selection_made_by", ["made_by"], unique=False)

    op.create_table(
        "sign_in_throttle",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the row"),
        sa.Column(
            "scope",
            sa.String(length=64),
            nullable=False,
            comment="account, address, or known: an account from where it is at home",
        ),
        sa.Column(
            "key",
            sa.String(length=64),
            nullable=False,
            comment="SHA-256 of what is counted: people type passwords into the name's field",
        ),
        sa.Column(
            "failures",
            sa.Integer(),
            nullable=False,
            comment="Attempts in a row that were not right, the one under way included",
        ),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, comment="When the newest attempt came, UTC"),
        sa.Column(
            "until", sa.DateTime(timezone=True), nullable=True, comment="No attempt is looked at before this, UTC"
        ),
        sa.CheckConstraint("scope IN ('account', 'address', 'known')", name=op.f("ck_sign_in_throttle_scope")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_throttle")),
        sa.UniqueConstraint("scope", "key", name=op.f("uq_sign_in_throttle_scope_key")),
    )
    with op.batch_alter_table("sign_in_throttle") as table:
        table.create_index("ix_sign_in_throttle_last_at", ["last_at"], unique=False)

    op.create_table(
        "person_session",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the session"),
        sa.Column("token_sha256", sa.String(length=64), nullable=False, comment="SHA-256 of the token in the cookie"),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="Whose it is"),
        sa.Column("second_factor", sa.Boolean(), nullable=False, comment="Whether the second factor was given in it"),
        sa.Column(
            "address",
            sa.String(length=64),
            nullable=False,
            comment="Network that it was opened from: IPv4, or /64 of IPv6",
        ),
        sa.Column("agent", sa.Text(), nullable=False, comment="What the browser called itself, cut"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="When it was opened, UTC"),
        sa.Column(
            "seen_at", sa.DateTime(timezone=True), nullable=False, comment="When it was last used, to the minute, UTC"
        ),
        sa.Column(
            "until", sa.DateTime(timezone=True), nullable=False, comment="When it ends however much it is used, UTC"
        ),
        sa.Column(
            "ended_at", sa.DateTime(timezone=True), nullable=True, comment="When it was ended, UTC; null: by nobody"
        ),
        sa.Column(
            "ended_why", sa.String(length=64), nullable=False, comment="logout, everywhere, rotated, password, role …"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_person_session_token_sha256")),
    )
    with op.batch_alter_table("person_session") as table:
        table.create_index("ix_person_session_person_id", ["person_id"], unique=False)

    op.create_table(
        "lease",
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The lead"),
        sa.Column("who", sa.String(length=64), nullable=False, comment="Name of the person"),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, comment="When they opened it, UTC"),
        sa.Column(
            "until",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="When it ends unless the open page renews it, UTC",
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_lease_lead_id_lead")),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_lease")),
    )
    op.create_table(
        "second_reading",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the reading"),
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The lead"),
        sa.Column("verdict_id", sa.Integer(), nullable=False, comment="The first verdict, which confirmed it"),
        sa.Column(
            "opinion",
            sa.String(length=64),
            nullable=False,
            comment="confirmed, false_positive, or later: not enough to tell",
        ),
        sa.Column(
            "reason",
            sa.String(length=64),
            nullable=False,
            comment="Code of review/reasons.toml; empty where none is asked for",
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="In their own words"),
        sa.Column("by", sa.String(length=64), nullable=False, comment="Who"),
        sa.Column("folded", sa.String(length=64), nullable=False, comment="Who, without blanks, width and letter case"),
        sa.Column("first_folded", sa.String(length=64), nullable=False, comment="Who gave the first verdict, likewise"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.CheckConstraint(
            "opinion IN ('confirmed', 'false_positive', 'later')", name=op.f("ck_second_reading_opinion")
        ),
        sa.CheckConstraint("folded <> first_folded", name=op.f("ck_second_reading_another_person")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_second_reading_lead_id_lead")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_second_reading_verdict_id_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_reading")),
        sa.UniqueConstraint("verdict_id", "folded", name=op.f("uq_second_reading_verdict_id_folded")),
    )
    with op.batch_alter_table("second_reading") as table:
        table.create_index("ix_second_reading_lead_id", ["lead_id"], unique=False)

    op.create_table(
        "snooze",
        sa.Column("verdict_id", sa.Integer(), nullable=False, comment="The verdict *later*"),
        sa.Column("lead_id", sa.Integer(), nullable=False, comment="The lead"),
        sa.Column(
            "until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it comes back, UTC; null: at no fixed time",
        ),
        sa.Column(
            "min_score", sa.Double(), nullable=True, comment="Score from which it comes back; null: whatever it scores"
        ),
        sa.Column(
            "woken_at", sa.DateTime(timezone=True), nullable=True, comment="When it came back, UTC; null: it has not"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_snooze_lead_id_lead")),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_snooze_verdict_id_verdict")),
        sa.PrimaryKeyConstraint("verdict_id", name=op.f("pk_snooze")),
    )
    with op.batch_alter_table("snooze") as table:
        table.create_index("ix_snooze_lead_id", ["lead_id"], unique=False)

    with op.batch_alter_table("audit") as table:
        table.add_column(
            sa.Column(
                "address", sa.String(length=64), nullable=True, comment="Network that it came from; null: this machine"
            )
        )
        table.create_index("ix_audit_at", ["at", "id"], unique=False)
        table.create_index("ix_audit_what", ["what", "at", "id"], unique=False)
        table.create_index("ix_audit_who", ["who", "what", "at", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("audit") as table:
        table.drop_index("ix_audit_who")
        table.drop_index("ix_audit_what")
        table.drop_index("ix_audit_at")
        table.drop_column("address")

    with op.batch_alter_table("snooze") as table:
        table.drop_index("ix_snooze_lead_id")

    op.drop_table("snooze")
    with op.batch_alter_table("second_reading") as table:
        table.drop_index("ix_second_reading_lead_id")

    op.drop_table("second_reading")
    op.drop_table("lease")
    with op.batch_alter_table("person_session") as table:
        table.drop_index("ix_person_session_person_id")

    op.drop_table("person_session")
    with op.batch_alter_table("sign_in_throttle") as table:
        table.drop_index("ix_sign_in_throttle_last_at")

    op.drop_table("sign_in_throttle")
    with op.batch_alter_table("selection") as table:
        table.drop_index("ix_selection_made_by")

    op.drop_table("selection")
    op.drop_table("person")
    op.drop_table("api_token")
