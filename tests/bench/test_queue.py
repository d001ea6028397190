# ruff: noqa: ISC004, SIM905 - rows of statements, and words, read best as they stand
"""What a page of the queue, its facets, a search and a lead cost with many leads, on SQLite and PostgreSQL.

LOOKALIKE_BENCH_LEADS sets how many (1,000,000); both databases get the same ones.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text

from lookalike.store import counts, listing, search_index
from lookalike.store.engine import open_engine, reading, session_factory
from lookalike.store.facets import facets
from lookalike.store.migrate import migrating, upgrade
from lookalike.store.queue import Filter, page
from lookalike.store.search_text import parse, tokens_of
from tests.lookalike.store.conftest import postgres_server  # noqa: F401 - a fixture

pytestmark = [pytest.mark.bench, pytest.mark.postgres]

LEADS = int(os.environ.get("LOOKALIKE_BENCH_LEADS", "1000000"))
ROUNDS = int(os.environ.get("LOOKALIKE_BENCH_ROUNDS", "40"))
BASE = min(LEADS, 20_000)
"""Leads that are made and indexed one by one; the others are their copies, with numbers and scores of their own."""
CHUNK = 20_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
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
OFFICES = [f"{RARE[n]}{RARE[n + 40]}市" for n in range(30)]


def rows(
    first: int, last: int
) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any], list[dict[str, Any]]]]:
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
                "signal": f"s{k}",
                "points": 1.5,
                "text": f"页面写着「{''.join(dice.choices(WORDS, k=3))}{dice.choice(RARE)}{dice.choice(RARE)}」，与{dice.choice(WORDS)}不符",
                "evidence": {"items": []},
            }
            for k in range(4)
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
            "campaign": f"C-{dice.randrange(20_000):04}" if dice.random() < 0.3 else None,
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
            values = [row[number] for row in made] if number < 3 else [s for row in made for s in row[3]]
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
    "INSERT INTO lead (id, site_id, kind, host, url, registrable_domain, score, band, impersonates, status, jurisdiction, campaign, first_seen, last_seen, alive, contacts, assessment_id, version) "
    "SELECT id + {off}, id + {off}, kind, (id + {off}) || '.' || registrable_domain, url, registrable_domain, score * (1 - {off} * 1e-9), band, impersonates, status, jurisdiction, campaign, first_seen, last_seen, alive, contacts, id + {off}, version FROM lead WHERE id <= {base}",
    "INSERT INTO sighting (run_id, site_id, source, query, page, position, paid, url, title, snippet, display_url, seen_at) "
    "SELECT run_id, site_id + {off}, source, query || {off}, page, position, paid, url, title, snippet, display_url, seen_at FROM sighting WHERE site_id <= {base}",
    "INSERT INTO lead_source (source, lead_id) SELECT source, lead_id + {off} FROM lead_source WHERE lead_id <= {base}",
    "INSERT INTO lead_text (lead_id, text, tokens) SELECT lead_id + {off}, text, tokens FROM lead_text WHERE lead_id <= {base}",
)


def multiply(connection: Connection) -> None:
    """Copies of the leads, their sightings and their texts, as many as are missing."""
    run = connection.exec_driver_sql
    sqlite = connection.dialect.name == "sqlite"
    words = [(n, " ".join(tokens_of(t))) for n, t in run("SELECT lead_id, text FROM lead_text")] if sqlite else []
    if not sqlite:
        run("DROP INDEX ix_lead_text_tokens")
    for off in range(BASE, LEADS, BASE):
        for statement in COPIES:
            run(statement.format(off=off, base=min(BASE, LEADS - off)))
        if sqlite:
            part = [(n + off, w) for n, w in words if n + off <= LEADS]
            run("INSERT INTO lead_fts (rowid, tokens) VALUES (?, ?)", part)
    if not sqlite:
        run("SET maintenance_work_mem = '1GB'")
        run("CREATE INDEX ix_lead_text_tokens ON lead_text USING gin (tokens)")


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


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[dict[str, Engine]]:
    folder = request.getfixturevalue("postgres_server")
    with psycopg.connect(host=folder, user="postgres", dbname="template1", autocommit=True) as connection:
        connection.execute("CREATE DATABASE bench TEMPLATE template0")
    made = {
        "SQLite": f"sqlite:///{tmp_path_factory.mktemp('bench') / 'x.db'}",
        "PostgreSQL": f"postgresql://postgres@/bench?host={folder}",
    }
    opened = {}
    for name, url in made.items():
        upgrade(url)
        engine = opened[name] = open_engine(url)
        started = time.perf_counter()
        with migrating(engine) as connection:  # triggers rest meanwhile
            fill(connection)
            filled = time.perf_counter()
            search_index.reindex(connection)
            indexed = time.perf_counter()
            multiply(connection)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
            if name == "PostgreSQL":
                connection.exec_driver_sql("VACUUM ANALYZE")
        print(
            f"\n{name}: {BASE} leads in {filled - started:.0f} s, their index in {indexed - filled:.0f} s; {LEADS} of them in {time.perf_counter() - indexed:.0f} s more{size(url)}"
        )
    yield opened
    for engine in opened.values():
        engine.dispose()


def size(url: str) -> str:
    path = Path(url.removeprefix("sqlite:///"))
    return f", {path.stat().st_size // 2**20} MB" if path.is_file() else ""


def looks() -> dict[str, Callable[[Any, int], object]]:
    def queue(asked: str | None = None, *, deep: bool = False, **wanted: Any) -> Callable[[Any, int], object]:
        def look(session: Any, n: int) -> object:
            chosen = Filter(query=parse(asked.format(n=n)) if asked else None, **wanted)
            after = f"score~{100 * ((n * 37) % ROUNDS) / ROUNDS}~{LEADS}" if deep else None
            return page(session, chosen, after=after).rows

        return look

    def facet(asked: str | None = None, **wanted: Any) -> Callable[[Any, int], object]:
        return lambda session, n: facets(session, Filter(query=parse(asked.format(n=n)) if asked else None, **wanted))

    return {
        "page: all, best first": queue(),
        "page: all, anywhere": queue(deep=True),
        "page: new": queue(status=("new",)),
        "page: new, anywhere": queue(status=("new",), deep=True),
        "page: relapsed": queue(status=("relapsed",)),
        "page: a platform": queue(platform=("platform-20",)),
        "page: new, a platform, with contact": queue(status=("new",), platform=("platform-20",), contact=("yes",)),
        "page: low adverts, dead": queue(band=("low",), kind=("advert",), alive=("no",)),
        "page: closed low adverts, dead": queue(status=("closed",), band=("low",), kind=("advert",), alive=("no",)),
        "page: relapsed, rare platform, advert, contact": queue(
            status=("relapsed",), platform=("platform-24",), kind=("advert",), contact=("yes",)
        ),
        "page: a source": queue(source=("tips",)),
        "page: relapsed of a source": queue(status=("relapsed",), source=("tips",)),
        "page: a campaign": queue(campaign=("C-0007",)),
        "page: an office": queue(jurisdiction=(OFFICES[29],)),
        "page: last week": queue(since=NOW - timedelta(days=7)),
        "page: older than 360 days": queue(until=NOW - timedelta(days=360)),
        "page: newest first": lambda session, n: page(session, Filter(status=("new",)), order="new").rows,
        "page: seen last first": lambda session, n: page(session, Filter(status=("new",)), order="seen").rows,
        "page: raised last first": lambda session, n: page(session, Filter(), order="raised").rows,
        "facets: all": facet(),
        "facets: new of a platform": facet(status=("new",), platform=("platform-3",)),
        "facets: a source": facet(source=("tips",)),
        "facets: a campaign": facet(campaign=("C-0007",)),
        "facets: last week": facet(since=NOW - timedelta(days=7)),
        "facets: 免考": facet("免考"),
        "facets: rare pair": facet("书" + RARE[99]),
        "search: 证 (one character)": queue("证"),
        "search: rare character": queue(RARE[1234]),
        "search: 免考": queue("免考"),
        "search: 免考 among closed": queue("免考", status=("closed",)),
        "search: 安全员证书 (phrase)": queue("安全员证书"),
        "search: two rare": queue(f"{RARE[77]}{RARE[99]}"),
        "search: 免考 and a rare character": queue(f"免考 {RARE[500]}"),
        "search: five common words": queue("免考 速成 包过 挂靠 塔吊"),
        "search: a host's beginning": queue("cx{n}7"),
        "search: a host": queue('"{n}.cx"'),
        "search: one letter": queue("w"),
        "search: a contact": queue("wx77{n}"),
        "search: nothing there": queue("无此词语甲乙丙"),
        "search: long and hostile": queue("证书" * 90),
        "lead page": lambda session, n: listing.get(session, 1 + (n * 7919) % LEADS, ranked=False),
    }


def test_what_looking_costs(engines: dict[str, Engine]) -> None:
    found: dict[str, dict[str, tuple[float, float, int]]] = {}
    for name, engine in engines.items():
        factory = session_factory(engine)
        for what, look in looks().items():
            times, got = [], 0
            for n in range(ROUNDS):
                started = time.perf_counter()
                with reading(factory) as session:
                    answer = look(session, n)
                times.append(1000 * (time.perf_counter() - started))
                got += len(answer) if isinstance(answer, list) and n < 4 else 0
                if n >= 4 and sum(times) > 20_000:
                    break
            times.sort()
            found.setdefault(what, {})[name] = statistics.median(times), times[int(len(times) * 0.95)], got
    print(f"\n{'p50 / p95 in ms, lines of the first four':50}" + "".join(f"{name:>28}" for name in engines))
    for what, by in found.items():
        cells = "".join(f"{f'{p50:.1f} / {p95:.1f} ({got})':>28}" for p50, p95, got in by.values())
        print(f"{what:50}{cells}")
    for engine in engines.values():
        with engine.connect() as connection:
            assert counts.wrong(connection) == {}
    assert all(len({got for _, _, got in by.values()}) == 1 for by in found.values()), "both find the same"
