"""The first schema: runs, searches, sites, sightings, visits, assessments, leads, baselines."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the run"),
        sa.Column(
            "kind",
            sa.String(length=64),
            nullable=False,
            comment="What is done: nightly, refresh, …; one of a kind runs at a time",
        ),
        sa.Column(
            "state",
            sa.String(length=64),
            nullable=False,
            comment="running, done, failed, or lost (given up for another one)",
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="When it was begun, UTC"),
        sa.Column(
            "finished_at", sa.DateTime(timezone=True), nullable=True, comment="When it ended, UTC; null while it runs"
        ),
        sa.Column("options", sa.JSON(), nullable=False, comment="The settings that tell it from another run"),
        sa.Column("summary", sa.JSON(), nullable=False, comment="Counts by step"),
        sa.CheckConstraint("state IN ('running', 'done', 'failed', 'lost')", name=op.f("ck_run_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
    )
    op.create_index(
        "uq_run_running",
        "run",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )

    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the baseline"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run that captured it"),
        sa.Column("platform", sa.String(length=64), nullable=False, comment="Platform id"),
        sa.Column("url", sa.Text(), nullable=False, comment="The address, as the platform's row lists it"),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=False, comment="When, UTC"),
        sa.Column("ok", sa.Boolean(), nullable=False, comment="Whether a usable page came"),
        sa.Column("why", sa.Text(), nullable=False, comment="Why not"),
        sa.Column("warc_sha256", sa.String(length=64), nullable=True, comment="The exchanges"),
        sa.Column("document_sha256", sa.String(length=64), nullable=True, comment="The capture document"),
        sa.Column("body_sha256", sa.String(length=64), nullable=True, comment="The body"),
        sa.Column("favicon_sha256", sa.String(length=64), nullable=True, comment="The icon's bytes"),
        sa.Column(
            "favicon_mmh3", sa.Integer(), nullable=True, comment="The icon's hash as asset search engines count it"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_baseline_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
        sa.UniqueConstraint("run_id", "platform", "url", name=op.f("uq_baseline_run_id_platform_url")),
    )
    op.create_index("ix_baseline_platform_url", "baseline", ["platform", "url", "captured_at"])

    op.create_table(
        "search",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the search"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run that asks"),
        sa.Column("source", sa.String(length=64), nullable=False, comment="Source id, as in sources.toml"),
        sa.Column("query", sa.Text(), nullable=False, comment="The query as it is typed"),
        sa.Column("ordinal", sa.Integer(), nullable=False, comment="Place in the order of the run's queries, from 0"),
        sa.Column(
            "state",
            sa.String(length=64),
            nullable=False,
            comment="pending, done, failed, or blocked (the source refuses us)",
        ),
        sa.Column("pages_done", sa.Integer(), nullable=False, comment="Pages stored so far"),
        sa.Column(
            "next_url", sa.Text(), nullable=False, comment="Where the next page is; empty: at the source's start"
        ),
        sa.Column(
            "outcome", sa.String(length=64), nullable=False, comment="Outcome of the last page; empty: none came yet"
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="Why it failed or is blocked"),
        sa.CheckConstraint("state IN ('pending', 'done', 'failed', 'blocked')", name=op.f("ck_search_state")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_search_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search")),
        sa.UniqueConstraint("run_id", "source", "query", name=op.f("uq_search_run_id_source_query")),
    )
    op.create_index("ix_search_pending", "search", ["run_id", "source", "ordinal"])

    op.create_table(
        "serp_page",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the page"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run that asked"),
        sa.Column("source", sa.String(length=64), nullable=False, comment="Source id"),
        sa.Column("query", sa.Text(), nullable=False, comment="The query"),
        sa.Column("page", sa.Integer(), nullable=False, comment="1 for the first page"),
        sa.Column(
            "outcome",
            sa.String(length=64),
            nullable=False,
            comment="results, none (confirmed), captcha, unparsed, or failed",
        ),
        sa.Column("url", sa.Text(), nullable=False, comment="Address of the page"),
        sa.Column("results", sa.Integer(), nullable=False, comment="Organic results on it"),
        sa.Column("paid", sa.Integer(), nullable=False, comment="Paid results on it"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="When it came, UTC"),
        sa.Column("note", sa.Text(), nullable=False, comment="Why it failed, or what stood there instead"),
        sa.Column("raw_sha256", sa.String(length=64), nullable=True, comment="The page itself, where it was kept"),
        sa.CheckConstraint(
            "outcome IN ('results', 'none', 'captcha', 'unparsed', 'failed')", name=op.f("ck_serp_page_outcome")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_serp_page_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serp_page")),
        sa.UniqueConstraint("run_id", "source", "query", "page", name=op.f("uq_serp_page_run_id_source_query_page")),
    )
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the site"),
        sa.Column("host", sa.Text(), nullable=False, comment="Lower case, punycode; an IP literal as it is"),
        sa.Column("port", sa.Integer(), nullable=False, comment="80 stands for 80 and 443"),
        sa.Column("scope", sa.Text(), nullable=False, comment="Top path or post on a shared host, else empty"),
        sa.Column(
            "registrable_domain",
            sa.Text(),
            nullable=False,
            comment="What can be registered, or the address of a bare IP",
        ),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False, comment="First sighting, UTC"),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False, comment="Latest sighting, UTC"),
        sa.Column(
            "state", sa.String(length=64), nullable=False, comment="pending, leased, done, failed, genuine, or skipped"
        ),
        sa.Column(
            "turn", sa.Double(), nullable=False, comment="Smaller goes first: minus the suspicion before the visit"
        ),
        sa.Column("lease_run_id", sa.Integer(), nullable=True, comment="The run that holds it"),
        sa.Column("lease_owner", sa.Text(), nullable=False, comment="The worker that holds it"),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="Leases since it became pending"),
        sa.Column("visit_run_id", sa.Integer(), nullable=True, comment="The run that visited it last"),
        sa.Column("last_visit_at", sa.DateTime(timezone=True), nullable=True, comment="Start of the latest visit, UTC"),
        sa.Column("alive", sa.Boolean(), nullable=True, comment="Whether it answered last; null: not known"),
        sa.Column("error", sa.Text(), nullable=False, comment="Why the visit failed or it was left out"),
        sa.Column("urls", sa.JSON(), nullable=False, comment="Seen addresses to visit, in order of sighting"),
        sa.Column("platform", sa.String(length=64), nullable=True, comment="The genuine platform that it is"),
        sa.CheckConstraint(
            "state IN ('pending', 'leased', 'done', 'failed', 'genuine', 'skipped')", name=op.f("ck_site_state")
        ),
        sa.ForeignKeyConstraint(["lease_run_id"], ["run.id"], name=op.f("fk_site_lease_run_id_run")),
        sa.ForeignKeyConstraint(["visit_run_id"], ["run.id"], name=op.f("fk_site_visit_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("host", "port", "scope", name=op.f("uq_site_host_port_scope")),
    )
    op.create_index(
        "ix_site_leased",
        "site",
        ["id"],
        sqlite_where=sa.text("state = 'leased'"),
        postgresql_where=sa.text("state = 'leased'"),
    )
    op.create_index("ix_site_visit_run_id", "site", ["visit_run_id"])
    op.create_index(
        "ix_site_waiting",
        "site",
        ["turn", "id"],
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the assessment"),
        sa.Column("site_id", sa.Integer(), nullable=False, comment="The site"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run"),
        sa.Column("kind", sa.String(length=64), nullable=False, comment="site or advert"),
        sa.Column("score", sa.Double(), nullable=False, comment="0 to 100: the probability times 100"),
        sa.Column("band", sa.String(length=64), nullable=False, comment="high, medium, or low"),
        sa.Column("impersonates", sa.String(length=64), nullable=True, comment="Platform id"),
        sa.Column("rows", sa.JSON(), nullable=False, comment="Rows of the sum: signal, points, text, evidence"),
        sa.Column("unchecked", sa.JSON(), nullable=False, comment="What could not be checked, and why"),
        sa.Column("contacts", sa.JSON(), nullable=False, comment="Contacts found: type, value"),
        sa.Column("weights_version", sa.Text(), nullable=False, comment="The weights it was made with"),
        sa.Column("documents", sa.JSON(), nullable=False, comment="SHA-256 of the capture documents it was made from"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="When it was made, UTC"),
        sa.CheckConstraint("band IN ('high', 'medium', 'low')", name=op.f("ck_assessment_band")),
        sa.CheckConstraint("kind IN ('site', 'advert')", name=op.f("ck_assessment_kind")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_assessment_run_id_run")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_assessment_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("site_id", "run_id", name=op.f("uq_assessment_site_id_run_id")),
    )
    op.create_index("ix_assessment_run_id", "assessment", ["run_id"])

    op.create_table(
        "sighting",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the sighting"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run that saw it"),
        sa.Column("site_id", sa.Integer(), nullable=True, comment="Null: the URL names no site"),
        sa.Column("source", sa.String(length=64), nullable=False, comment="Source id"),
        sa.Column("query", sa.Text(), nullable=False, comment="The query"),
        sa.Column("page", sa.Integer(), nullable=False, comment="Page of the results"),
        sa.Column("position", sa.Integer(), nullable=False, comment="1 for the first; paid and organic counted apart"),
        sa.Column("paid", sa.Boolean(), nullable=False, comment="Whether somebody paid for it"),
        sa.Column("url", sa.Text(), nullable=False, comment="The target where it is known, else the address linked to"),
        sa.Column("title", sa.Text(), nullable=False, comment="Title of the result"),
        sa.Column("snippet", sa.Text(), nullable=False, comment="Text of the result"),
        sa.Column("display_url", sa.Text(), nullable=False, comment="Address as the result prints it"),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="When it stood there, UTC"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_sighting_run_id_run")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_sighting_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sighting")),
        sa.UniqueConstraint(
            "run_id",
            "source",
            "query",
            "page",
            "paid",
            "position",
            name=op.f("uq_sighting_run_id_source_query_page_paid_position"),
        ),
    )
    op.create_index("ix_sighting_site_id", "sighting", ["site_id"])

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the visit"),
        sa.Column("site_id", sa.Integer(), nullable=False, comment="The site"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="The run"),
        sa.Column("url", sa.Text(), nullable=False, comment="The address that it began with"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="When it began, UTC"),
        sa.Column("outcome", sa.String(length=64), nullable=False, comment="ok, partial, or failed"),
        sa.Column("why", sa.Text(), nullable=False, comment="Why it is partial or failed"),
        sa.Column("counts", sa.JSON(), nullable=False, comment="Refusals and cuts by code"),
        sa.Column("warc_sha256", sa.String(length=64), nullable=True, comment="The exchanges; null: none were made"),
        sa.Column(
            "document_sha256",
            sa.String(length=64),
            nullable=True,
            comment="The capture document (JSON) with hosting facts",
        ),
        sa.CheckConstraint("outcome IN ('ok', 'partial', 'failed')", name=op.f("ck_visit_outcome")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_visit_run_id_run")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_visit_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("site_id", "run_id", name=op.f("uq_visit_site_id_run_id")),
    )
    op.create_index("ix_visit_run_id", "visit", ["run_id"])

    op.create_table(
        "capture",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the capture"),
        sa.Column("visit_id", sa.Integer(), nullable=False, comment="The visit"),
        sa.Column("client", sa.String(length=64), nullable=False, comment="desktop, wechat, mobile, or referred"),
        sa.Column("requested_url", sa.Text(), nullable=False, comment="The address asked for"),
        sa.Column(
            "url_sha256",
            sa.String(length=64),
            nullable=False,
            comment="Hash of it: an index cannot hold a long address",
        ),
        sa.Column("final_url", sa.Text(), nullable=False, comment="The address that answered last"),
        sa.Column("status", sa.Integer(), nullable=True, comment="Its HTTP status; null: no answer"),
        sa.Column("error", sa.Text(), nullable=False, comment="Code and sentence when it was refused, failed or cut"),
        sa.Column("encoding", sa.Text(), nullable=False, comment="Encoding that the page was read with"),
        sa.Column("encoding_note", sa.Text(), nullable=False, comment="How it was found"),
        sa.Column("body_sha256", sa.String(length=64), nullable=True, comment="The body, as it lies in the WARC"),
        sa.ForeignKeyConstraint(["visit_id"], ["visit.id"], name=op.f("fk_capture_visit_id_visit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
        sa.UniqueConstraint("visit_id", "client", "url_sha256", name=op.f("uq_capture_visit_id_client_url_sha256")),
    )
    op.create_table(
        "lead",
        sa.Column("id", sa.Integer(), nullable=False, comment="Number of the lead"),
        sa.Column("site_id", sa.Integer(), nullable=True, comment="Null: an advert without a site"),
        sa.Column("kind", sa.String(length=64), nullable=False, comment="site or advert"),
        sa.Column("host", sa.Text(), nullable=False, comment="The site's host"),
        sa.Column("url", sa.Text(), nullable=False, comment="The address to look at"),
        sa.Column(
            "registrable_domain", sa.Text(), nullable=False, comment="What can be registered, or the bare address"
        ),
        sa.Column("score", sa.Double(), nullable=False, comment="0 to 100, of the latest assessment"),
        sa.Column("band", sa.String(length=64), nullable=False, comment="high, medium, or low"),
        sa.Column("impersonates", sa.String(length=64), nullable=True, comment="Platform id"),
        sa.Column(
            "status", sa.String(length=64), nullable=False, comment="Where the review stands; new: nobody has judged it"
        ),
        sa.Column("jurisdiction", sa.Text(), nullable=True, comment="The office that it would go to"),
        sa.Column("campaign", sa.String(length=64), nullable=True, comment="Campaign id"),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False, comment="First sighting, UTC"),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False, comment="Latest sighting, UTC"),
        sa.Column("alive", sa.Boolean(), nullable=True, comment="Whether the site answered last; null: not known"),
        sa.Column("contacts", sa.JSON(), nullable=False, comment="All contacts ever found: type, value"),
        sa.Column("assessment_id", sa.Integer(), nullable=True, comment="The latest assessment"),
        sa.Column("version", sa.Integer(), nullable=False, comment="Grows when what an analyst judged by has changed"),
        sa.CheckConstraint("band IN ('high', 'medium', 'low')", name=op.f("ck_lead_band")),
        sa.CheckConstraint("kind IN ('site', 'advert')", name=op.f("ck_lead_kind")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_lead_assessment_id_assessment")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_lead_site_id_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead")),
        sa.UniqueConstraint("site_id", name=op.f("uq_lead_site_id")),
    )
    op.create_index(
        "ix_lead_open",
        "lead",
        ["score", "id"],
        sqlite_where=sa.text("status = 'new'"),
        postgresql_where=sa.text("status = 'new'"),
    )
    op.create_index("ix_lead_ranked", "lead", ["score", "id"])


def downgrade() -> None:
    op.drop_index("ix_lead_ranked", table_name="lead")
    op.drop_index("ix_lead_open", table_name="lead")

    op.drop_table("lead")
    op.drop_table("capture")
    op.drop_index("ix_visit_run_id", table_name="visit")

    op.drop_table("visit")
    op.drop_index("ix_sighting_site_id", table_name="sighting")

    op.drop_table("sighting")
    op.drop_index("ix_assessment_run_id", table_name="assessment")

    op.drop_table("assessment")
    op.drop_index("ix_site_waiting", table_name="site")
    op.drop_index("ix_site_visit_run_id", table_name="site")
    op.drop_index("ix_site_leased", table_name="site")

    op.drop_table("site")
    op.drop_table("serp_page")
    op.drop_index("ix_search_pending", table_name="search")

    op.drop_table("search")
    op.drop_index("ix_baseline_platform_url", table_name="baseline")

    op.drop_table("baseline")
    op.drop_index("uq_run_running", table_name="run")

    op.drop_table("run")
