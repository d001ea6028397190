# ruff: noqa: ISC004, SIM905 - rows of statements, and words, read best as they stand
"""Databases with many leads for the benchmark of the queue: filled, or kept from another time.

LOOKALIKE_BENCH_KEEP names a folder in which both stay: it takes some 12 GB for 1,000,000 leads.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.schema import CreateColumn

from lookalike.store import search_index
from lookalike.store.engine import open_engine
from lookalike.store.migrate import migrating, upgrade
from lookalike.store.models import Base
from lookalike.store.ranking import HALF_LIFE_H
from lookalike.store.search_text import tokens_of

LEADS = int(os.environ.get("LOOKALIKE_BENCH_LEADS", "1000000"))
BASE = min(LEADS, 10_000)
"""Leads that are made and indexed one by one; the others are their copies, with numbers and scores of their own."""
CHUNK = 10_000
NOW = datetime(2026, 11, 22, tzinfo=UTC)
WORDS = "免考 速成 包过 挂靠 证书 查询 安全员 特种作业 操作证 电工证 焊工 高处作业 应急管理 官网 入口 报名 报考 补办 年审 换证 代办 考试 培训 学习 电子证 全国 住建 建筑 继续教育 准考证 成绩 真伪 验证 防伪 公示 职业技能 等级 架子工 制冷 危化品 塔吊 叉车".split()
RARE = [chr(0x4E00 + n * 7) for n in range(2_500)]
PLATFORMS = [f"platform-{n}" for n in range(25)]
STATUSES = (
    ["new"] * 40
    + ["later"] * 8
    + ["confirmed"] * 20
    + ["false_positive"] * 25
    + ["referred"] * 5
    + ["closed", "relapsed"]
)
SOURCES = "baidu bing so360 sogou weixin ct names tips".split()
SIGNALS = [*(f"signal_{n}" for n in range(56)), "unsigned_query", "advert_price", "stolen_icp", "rare_signal"]
OFFICES = [f"{RARE[n]}{RARE[n + 40]}市" for n in range(30)]


def rows(first: int, last: int) -> Iterator[tuple[Any, Any, Any, Any]]:
    """Site, assessment, lead and sightings of each number; the same on every back end."""
    dice = random.Random(first)
    for n in range(first, last):
        host = f"{dice.choice(('cx', 'aq', 'zs', 'edu'))}{dice.randrange(10**6)}.{dice.choice(('cn', 'com', 'top', 'net'))}"
        score = round(100 * dice.random() ** 0.7, 4)
        band = "high" if score >= 90 else "medium" if score >= 50 else "low"
        kind = "site" if dice.random() < 0.8 else "advert"
        platform = PLATFORMS[int(25 * dice.random() ** 2)] if dice.random() < 0.7 else None
        seen = NOW - timedelta(minutes=int(525_600 * dice.random()))
        contacts = [{"type": "wechat", "value": f"wx{dice.randrange(10**8)}"}] if dice.random() < 0.5 else []
        alive = dice.choice((True, True, False, None))
        title = "".join(dice.choices(WORDS, k=4)) + "".join(dice.choices(RARE, k=4))
        reasons = [
            {
                "signal": signal,
                "points": 1.5,
                "text": f"页面写着「{''.join(dice.choices(WORDS, k=3))}{dice.choice(RARE)}{dice.choice(RARE)}」，与{dice.choice(WORDS)}不符",
                "evidence": {"items": []},
            }
            for signal in {SIGNALS[int(len(SIGNALS) * dice.random() ** 3)] for _ in range(4)}
        ]
        site = {"id": n, "host": f"{n}.{host}", "domain": host, "seen": seen}
        judged = {
            "id": n,
            "kind": kind,
            "score": score,
            "band": band,
            "platform": platform,
            "rows": json.dumps(reasons, ensure_ascii=False),
            "contacts": json.dumps(contacts),
            "seen": seen,
        }
        office = OFFICES[int(30 * dice.random() ** 2)] if dice.random() < 0.6 else None
        lead = {
            **site,
            **judged,
            "url": f"http://{n}.{host}/",
            "status": dice.choice(STATUSES),
            "alive": alive,
            "campaign": f"C-{dice.randrange(1_000):04}" if dice.random() < 0.3 else None,
            "office": office,
        }
        sightings = [
            {"site": n, "source": source, "position": k, "title": title, "url": site["host"], "seen": seen}
            for k, source in enumerate(dice.sample(SOURCES, k=dice.choice((1, 1, 2))))
        ]
        yield site, judged, lead, sightings


INSERTS = (
    "INSERT INTO site (id, host, port, scope, registrable_domain, first_seen, last_seen, state, turn, lease_owner, attempts, error, urls) "
    "VALUES (:id, :host, 80, '', :domain, :seen, :seen, 'done', 0, '', 0, '', '[]')",
    "INSERT INTO assessment (id, site_id, run_id, kind, score, band, impersonates, rows, unchecked, contacts, weights_version, documents, at) "
    "VALUES (:id, :id, 1, :kind, :score, :band, :platform, :rows, '[]', :contacts, '1', '[]', :seen)",
    "INSERT INTO lead (id, site_id, kind, host, url, registrable_domain, score, band, impersonates, status, jurisdiction, campaign, first_seen, last_seen, alive, contacts, assessment_id, version) "
    "VALUES (:id, :id, :kind, :host, :url, :domain, :score, :band, :platform, :status, :office, :campaign, :seen, :seen, :alive, :contacts, :id, 1)",
    "INSERT INTO sighting (run_id, site_id, source, query, page, position, paid, url, title, snippet, display_url, seen_at) "
    "VALUES (1, :site, :source, :url, 1, :position, false, :url, :title, '', '', :seen)",
)


def fill(connection: Connection) -> None:
    """As many leads as are asked for, the index left to the program."""
    connection.execute(
        text(
            "INSERT INTO run (id, kind, state, started_at, options, summary) VALUES (1, 'nightly', 'done', '2026-03-01 00:00:00+00:00', '{}', '{}')"
        )
    )
    for first in range(1, BASE + 1, CHUNK):
        made = list(rows(first, min(first + CHUNK, BASE + 1)))
        for number, statement in enumerate(INSERTS):
            values = [part for row in made for part in (row[number] if number == 3 else [row[number]])]
            if connection.dialect.name == "sqlite":
                values = [
                    {
                        k: v.replace(tzinfo=None).isoformat(" ") + ".000000" if isinstance(v, datetime) else v
                        for k, v in row.items()
                    }
                    for row in values
                ]
                connection.execute(text(statement), values)
            else:
                copy(connection, statement, values)


COPIES = (
    "INSERT INTO site (id, host, port, scope, registrable_domain, first_seen, last_seen, state, turn, lease_owner, attempts, error, urls) "
    "SELECT id + {off}, (id + {off}) || '.' || registrable_domain, port, scope, registrable_domain, first_seen, last_seen, state, turn, lease_owner, attempts, error, urls FROM site WHERE id <= {base}",
    "INSERT INTO assessment (id, site_id, run_id, kind, score, band, impersonates, rows, unchecked, contacts, weights_version, documents, at) "
    "SELECT id + {off}, id + {off}, run_id, kind, score, band, impersonates, rows, unchecked, contacts, weights_version, documents, at FROM assessment WHERE id <= {base}",
    "INSERT INTO lead (id, site_id, kind, host, url, registrable_domain, score, band, impersonates, status, jurisdiction, campaign, first_seen, last_seen, alive, contacts, assessment_id, version, priority, rank, rank_inputs, lottery, marks) "
    "SELECT id + {off}, id + {off}, kind, (id + {off}) || '.' || registrable_domain, url, registrable_domain, score * (1 - {off} * 1e-9), band, impersonates, status, jurisdiction, campaign, {seen}, last_seen, alive, contacts, id + {off}, version, priority, rank - {off} * {step}, rank_inputs, ((CAST(id + {off} AS bigint) * 2654435761) & 4294967295) / 2, marks FROM lead WHERE id <= {base}",
    "INSERT INTO sighting (run_id, site_id, source, query, page, position, paid, url, title, snippet, display_url, seen_at) "
    "SELECT run_id, site_id + {off}, source, query || {off}, page, position, paid, url, title, snippet, display_url, seen_at FROM sighting WHERE site_id <= {base}",
    "INSERT INTO lead_source (source, lead_id) SELECT source, lead_id + {off} FROM lead_source WHERE lead_id <= {base}",
    "INSERT INTO lead_text (lead_id, text, tokens) SELECT lead_id + {off}, text, tokens FROM lead_text WHERE lead_id <= {base}",
)


STEP_H = 24 * 365 * BASE / LEADS
"""Hours by which each round of copies was seen earlier than the one before: leads with the same words stand apart."""
SEEN = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', first_seen, '-' || ({off} / {base} * {minutes}) || ' minutes')",
    "postgresql": "first_seen - {off} / {base} * interval '{minutes} minutes'",
}
"""When a copy was seen first, as each database reckons it and stores it."""
LATER = (
    "INSERT INTO campaign (id, made_at, changed_at, members, size) SELECT CAST(substr(campaign, 3) AS integer), min(first_seen), max(last_seen), '[]', count(*) FROM lead WHERE campaign <> 'C-0000' GROUP BY campaign",
    "INSERT INTO verdict (lead_id, assessment_id, verdict, reason, note, by, at, status_before, lead_version) SELECT id, id, status, '', '', '别人', last_seen, 'new', 1 FROM lead WHERE status IN ('confirmed', 'false_positive')",
    "INSERT INTO handover (lead_id, office, kind, state, handed_at, handed_by, receipt, note) SELECT id, '某派出所', 'police', CASE status WHEN 'referred' THEN 'handed' ELSE 'closed' END, last_seen, '别人', '', '' FROM lead WHERE status IN ('referred', 'closed')",
)
"""What else the pages tell: campaigns, verdicts, hand-overs."""
COPIED = ("site", "assessment", "lead", "sighting", "lead_source", "lead_text")


def multiply(connection: Connection) -> None:
    """Copies of the leads, their sightings and their texts, as many as are missing."""
    run = connection.exec_driver_sql
    sqlite = connection.dialect.name == "sqlite"
    words = [(n, " ".join(tokens_of(t))) for n, t in run("SELECT lead_id, text FROM lead_text")] if sqlite else []
    indexes = [each for name in COPIED for each in Base.metadata.tables[name].indexes]
    indexes = [each for each in indexes if not sqlite or each.name != "ix_lead_text_tokens"]
    for each in indexes:  # an index is made faster than it is kept
        each.drop(connection)
    for off in range(BASE, LEADS, BASE):
        seen = SEEN[connection.dialect.name].format(off=off, base=BASE, minutes=round(60 * STEP_H))
        step = round(60 * STEP_H) / 60 / HALF_LIFE_H / BASE
        for statement in COPIES:
            run(statement.format(off=off, base=min(BASE, LEADS - off), seen=seen, step=step))
        if sqlite:
            part = [(n + off, w) for n, w in words if n + off <= LEADS]
            run("INSERT INTO lead_fts (rowid, tokens) VALUES (?, ?)", part)
    if not sqlite:
        run("SET maintenance_work_mem = '512MB'")
    for each in indexes:
        each.create(connection)
    for statement in LATER:
        run(statement)


def copy(connection: Connection, statement: str, values: list[dict[str, Any]]) -> None:
    """The same row by COPY: an insert's names and values, its constants written out."""
    table, _, rest = statement.removeprefix("INSERT INTO ").partition(" (")
    names, _, places = rest.partition(") VALUES (")
    parts = [part.strip() for part in places.removesuffix(")").split(", ")]
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as out:
        for row in values:
            out.write_row([row[p[1:]] if p.startswith(":") else p.strip("'") for p in parts])


class Filled(NamedTuple):
    """A database with all leads."""

    engine: Engine
    postmaster: int
    """Number of the process that PostgreSQL's backends are children of; 0: SQLite has none."""


@contextmanager
def filled(folder: Path) -> Iterator[dict[str, Filled]]:
    """Both databases in a folder, filled with ``LEADS`` leads where they are not yet."""
    folder.chmod(0o755)  # PostgreSQL's own user gets to its part
    with _postgres(folder / "postgres") as (sockets, postmaster):
        with psycopg.connect(host=sockets, user="postgres", dbname="template1", autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = 'bench'").fetchone() is None:
                connection.execute("CREATE DATABASE bench TEMPLATE template0")
        urls = {"SQLite": f"sqlite:///{folder / 'x.db'}", "PostgreSQL": f"postgresql://postgres@/bench?host={sockets}"}
        opened = {name: Filled(_ready(name, url), 0 if name == "SQLite" else postmaster) for name, url in urls.items()}
        try:
            yield opened
        finally:
            for each in opened.values():
                each.engine.dispose()


def _ready(name: str, url: str) -> Engine:
    upgrade(url)
    engine = open_engine(url)
    with engine.connect() as connection:
        there = connection.execute(text("SELECT count(*) FROM lead")).scalar_one()
    if there not in {0, LEADS}:
        pytest.exit(f"LOOKALIKE_BENCH_KEEP: {name} holds {there} leads, and {LEADS} are asked for; name another folder")
    if there:
        _mend(engine)
        print(f"\n{name}: {there} leads are there already")
        return engine
    started = time.perf_counter()
    with migrating(engine) as connection:  # triggers rest meanwhile
        fill(connection)
        search_index.reindex(connection)
        multiply(connection)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
        if name == "PostgreSQL":
            connection.exec_driver_sql("VACUUM ANALYZE")
    print(f"\n{name}: {LEADS} leads in {time.perf_counter() - started:.0f} s")
    return engine


def _mend(engine: Engine) -> None:
    """Columns that may be empty, and indexes, that the schema has got since the database was filled."""
    with engine.begin() as connection:
        seen = inspect(connection)
        for table in Base.metadata.sorted_tables:
            columns = {each["name"] for each in seen.get_columns(table.name)}
            for column in table.columns:
                if column.name not in columns and column.nullable:
                    told = CreateColumn(column).compile(engine)
                    connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {told}")
            there = {each["name"]: each["column_names"] for each in seen.get_indexes(table.name)}
            for index in table.indexes:
                if there.get(index.name) != [column.name for column in index.columns]:
                    index.drop(connection, checkfirst=True)
                    index.create(connection, checkfirst=True)


@contextmanager
def _postgres(data: Path) -> Iterator[tuple[str, int]]:
    """Folder of the socket of a PostgreSQL over a folder of data that is made where it is missing, and its process."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("Debian's postgresql is not installed: apt-get install postgresql")
    sockets = tempfile.mkdtemp(prefix="pg-")  # short: a socket's path has at most 107 bytes
    as_owner = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # the server refuses to run as root

    def run(program: str, *rest: str) -> None:
        command = [*as_owner, str(found[-1].parent / program), "-D", str(data), *rest]
        subprocess.run(command, check=True, cwd=sockets, stdout=subprocess.DEVNULL)

    new = not data.is_dir()
    data.mkdir(mode=0o700, exist_ok=True)
    if as_owner:
        shutil.chown(sockets, "postgres", "postgres")
        shutil.chown(data, "postgres", "postgres")
    if new:
        run("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    options = f"-k {sockets} -c listen_addresses='' -c fsync=off -c timezone=America/New_York"
    run("pg_ctl", "-l", f"{sockets}/log", "-w", "-o", options, "start")
    try:
        yield sockets, int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    finally:
        run("pg_ctl", "-m", "fast", "-w", "stop")
        shutil.rmtree(sockets, ignore_errors=True)
