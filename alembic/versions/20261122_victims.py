"""What victims see: the life of sites, how sources fared, tips, and what a browser showed."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source_state",
        sa.Column("source", sa.String(length=64), nullable=False, comment="Source id, as in sources.toml"),
        sa.Column("streak", sa.Integer(), nullable=False, comment="Runs in a row that ended blocked"),
        sa.Column(
            "blocked_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Not asked before, UTC; null: it may be asked",
        ),
        sa.Column("why", sa.Text(), nullable=False, comment="Why it is blocked"),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True, comment="When it was asked last, UTC"),
        sa.Column(
            "ok_at", sa.DateTime(timezone=True), nullable=True, comment="When it answered with results last, UTC"
        ),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_source_state")),
    )
    op.create_table(
        "tip",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the tip"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The import"),
        sa.Column(
            "fingerprint",
            sa.String(length=64),
            nullable=False,
            comment="Hash of what it says, white space and width folded",
        ),
        sa.Column("file", sa.Text(), nullable=False, comment="Name of the file"),
        sa.Column("row", sa.Integer(), nullable=False, comment="Its row in the file, 1 for the first line"),
        sa.Column("number", sa.Text(), nullable=False, comment="The hotline's own number of the report"),
        sa.Column("channel", sa.Text(), nullable=False, comment="How it came: 12345, letter, counter …"),
        sa.Column("area", sa.Text(), nullable=False, comment="The place that it names, as written"),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was made, UTC; null: the file does not say",
        ),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False, comment="When it was read in, UTC"),
        sa.Column("text", sa.Text(), nullable=False, comment="What it says, personal data of the reporter masked"),
        sa.Column("urls", sa.JSON(), nullable=False, comment="Addresses found in it"),
        sa.Column("contacts", sa.JSON(), nullable=False, comment="Contacts of sellers found in it: type, value"),
        sa.Column("seen", sa.Integer(), nullable=False, comment="How often it was read in"),
        sa.Column(
            "lead_id",
            sa.Integer(),
            nullable=True,
            comment="The advert without a site that its text is; null: none",
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_tip_lead_id_lead")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_tip_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tip")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_tip_fingerprint")),
    )
    with op.batch_alter_table("tip") as table:
        table.create_index("ix_tip_lead_id", ["lead_id"], unique=False)
        table.create_index("ix_tip_run_id", ["run_id"], unique=False)

    op.create_table(
        "life_event",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the event"),
        sa.Column("site_id", sa.Integer(), nullable=False, comment="The site"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run"),
        sa.Column("visit_id", sa.Integer(), nullable=True, comment="The visit that told it"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("before", sa.String(length=64), nullable=False, comment="What it was"),
        sa.Column("after", sa.String(length=64), nullable=False, comment="What it is"),
        sa.Column("back", sa.Boolean(), nullable=False, comment="Whether it came back after it had been away"),
        sa.Column("why", sa.Text(), nullable=False, comment="What told it, one sentence for the analyst"),
        sa.CheckConstraint(
            "after IN ('unknown', 'alive', 'parked', 'dead', 'moved', 'changed')", name=op.f("ck_life_event_after")
        ),
        sa.CheckConstraint(
            "before IN ('unknown', 'alive', 'parked', 'dead', 'moved', 'changed')", name=op.f("ck_life_event_before")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_life_event_run_id_run")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_life_event_site_id_site")),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_life_event_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_life_event")),
    )
    with op.batch_alter_table("life_event") as table:
        table.create_index("ix_life_event_run_id", ["run_id"], unique=False)
        table.create_index("ix_life_event_site_id", ["site_id"], unique=False)

    with op.batch_alter_table("assessment") as table:
        table.alter_column(
            "site_id",
            existing_type=sa.Integer(),
            nullable=True,
            comment="The site; null: an advert's bare text",
            existing_comment="The site",
        )

    with op.batch_alter_table("lead") as table:
        table.add_column(
            sa.Column(
                "raised_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="When it was last raised again, UTC; null: never",
            )
        )
        table.add_column(sa.Column("raised_why", sa.Text(), nullable=True, comment="Why, one sentence for the analyst"))

    with op.batch_alter_table("site") as table:
        table.add_column(
            sa.Column(
                "life",
                sa.String(length=64),
                server_default="unknown",
                nullable=False,
                comment="What became of it, as the latest visit told",
            )
        )
        table.add_column(sa.Column("life_since", sa.DateTime(timezone=True), nullable=True, comment="Since when, UTC"))
        table.add_column(
            sa.Column(
                "due_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="When it is visited again unasked, UTC; null: never",
            )
        )
        table.create_check_constraint(
            op.f("ck_site_life"), "life IN ('unknown', 'alive', 'parked', 'dead', 'moved', 'changed')"
        )
        table.create_index("ix_site_due_at", ["due_at"], unique=False)

    with op.batch_alter_table("visit") as table:
        table.add_column(
            sa.Column(
                "life",
                sa.String(length=64),
                server_default="unknown",
                nullable=False,
                comment="What it told of the site's life",
            )
        )
        table.create_check_constraint(
            op.f("ck_visit_life"), "life IN ('unknown', 'alive', 'parked', 'dead', 'moved', 'changed')"
        )
        table.add_column(
            sa.Column(
                "rendered_sha256",
                sa.String(length=64),
                nullable=True,
                comment="What a browser made of its pages (WARC); null: none was shown them",
            )
        )

    with op.batch_alter_table("baseline") as table:
        table.add_column(
            sa.Column(
                "rendered_sha256",
                sa.String(length=64),
                nullable=True,
                comment="What a browser made of the page (WARC); null: none was shown it",
            )
        )

    with op.batch_alter_table("serp_page") as table:
        table.add_column(
            sa.Column(
                "unresolved",
                sa.Integer(),
                server_default="0",
                nullable=False,
                comment="Results whose true address was not told",
            )
        )
        table.add_column(
            sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True, comment="When it was asked for, UTC")
        )
        table.add_column(
            sa.Column(
                "seconds",
                sa.Double(),
                server_default="0",
                nullable=False,
                comment="From asking to having it, pace included",
            )
        )
        table.alter_column(
            "outcome",
            existing_type=sa.String(length=64),
            existing_nullable=False,
            comment="results, none (confirmed), captcha, unparsed, blocked, robots, or failed",
            existing_comment="results, none (confirmed), captcha, unparsed, or failed",
        )
        table.drop_constraint(op.f("ck_serp_page_outcome"), type_="check")
        table.create_check_constraint(
            op.f("ck_serp_page_outcome"),
            "outcome IN ('results', 'none', 'captcha', 'unparsed', 'blocked', 'robots', 'failed')",
        )


def downgrade() -> None:
    _forget_texts()
    op.execute("UPDATE serp_page SET outcome = 'captcha' WHERE outcome = 'blocked'")
    op.execute("UPDATE serp_page SET outcome = 'failed' WHERE outcome = 'robots'")
    with op.batch_alter_table("serp_page") as table:
        table.drop_constraint(op.f("ck_serp_page_outcome"), type_="check")
        table.create_check_constraint(
            op.f("ck_serp_page_outcome"), "outcome IN ('results', 'none', 'captcha', 'unparsed', 'failed')"
        )
        table.alter_column(
            "outcome",
            existing_type=sa.String(length=64),
            existing_nullable=False,
            comment="results, none (confirmed), captcha, unparsed, or failed",
            existing_comment="results, none (confirmed), captcha, unparsed, blocked, robots, or failed",
        )
        table.drop_column("seconds")
        table.drop_column("asked_at")
        table.drop_column("unresolved")

    with op.batch_alter_table("baseline") as table:
        table.drop_column("rendered_sha256")

    with op.batch_alter_table("visit") as table:
        table.drop_column("rendered_sha256")
        table.drop_constraint(op.f("ck_visit_life"), type_="check")
        table.drop_column("life")

    with op.batch_alter_table("site") as table:
        table.drop_index("ix_site_due_at")
        table.drop_constraint(op.f("ck_site_life"), type_="check")
        table.drop_column("due_at")
        table.drop_column("life_since")
        table.drop_column("life")

    with op.batch_alter_table("lead") as table:
        table.drop_column("raised_why")
        table.drop_column("raised_at")

    with op.batch_alter_table("life_event") as table:
        table.drop_index("ix_life_event_site_id")
        table.drop_index("ix_life_event_run_id")

    with op.batch_alter_table("assessment") as table:
        table.alter_column(
            "site_id",
            existing_type=sa.Integer(),
            nullable=False,
            comment="The site",
            existing_comment="The site; null: an advert's bare text",
        )

    op.drop_table("life_event")
    with op.batch_alter_table("tip") as table:
        table.drop_index("ix_tip_run_id")
        table.drop_index("ix_tip_lead_id")

    op.drop_table("tip")
    op.drop_table("source_state")


def _forget_texts() -> None:
    """Judgements of texts without a site cannot stand in the older schema; the leads that they made can."""
    texts = "SELECT id FROM assessment WHERE site_id IS NULL"
    op.execute(f"UPDATE lead SET assessment_id = NULL WHERE assessment_id IN ({texts})")
    op.execute(f"UPDATE verdict SET assessment_id = NULL WHERE assessment_id IN ({texts})")
    op.execute("DELETE FROM assessment WHERE site_id IS NULL")
