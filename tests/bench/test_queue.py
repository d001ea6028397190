# ruff: noqa: ISC004, SIM905 - rows of statements, and words, read best as they stand
"""What a page of the queue, its facets, a search and a lead cost with many leads, on SQLite and PostgreSQL.

Asked of the server as a browser asks, beside the bare query; the processor time of the server tells what a busy machine
hides. LOOKALIKE_BENCH_LEADS sets how many leads (1,000,000), LOOKALIKE_BENCH_ROUNDS how often each page is asked for
(40); both databases get the same leads.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text

from lookalike.store import counts, search_index
from lookalike.store.engine import Factory, open_engine, reading, session_factory, writing
from lookalike.store.migrate import migrating, upgrade
from lookalike.store.models import Base, Lease
from lookalike.store.queue import Filter, ranked
from lookalike.store.ranking import EPOCH, HALF_LIFE_H
from lookalike.store.search_text import tokens_of
from tests.conftest import ROOT
from tests.lookalike.store.conftest import postgres_server  # noqa: F401 - a fixture
from tests.lookalike.web.desk_at_work import session_of

pytestmark = [pytest.mark.bench, pytest.mark.postgres]

LEADS = int(os.environ.get("LOOKALIKE_BENCH_LEADS", "1000000"))
ROUNDS = int(os.environ.get("LOOKALIKE_BENCH_ROUNDS", "40"))
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


def paths() -> dict[str, Callable[[int], str]]:
    """What a browser asks for; numbered, so that no two requests are alike where that can be."""

    def leads(**asked: str) -> Callable[[int], str]:
        return lambda n: f"/leads?{urlencode({k: v.format(n=n) for k, v in asked.items()}, safe='~:+')}"

    def deep(**asked: str) -> Callable[[int], str]:
        return lambda n: f"{leads(**asked)(n)}&after=rank~{place(n)}~{LEADS}"

    def place(n: int) -> float:
        hours = (NOW - timedelta(days=360 * (n * 37 % ROUNDS) / ROUNDS) - EPOCH).total_seconds() / 3600
        return 6.0 + hours / HALF_LIFE_H

    day = f"{NOW - timedelta(days=2):%Y-%m-%d}"
    old = f"{NOW - timedelta(days=300):%Y-%m-%d}"
    return {
        "queue: as it opens": leads(),
        "queue: anywhere": deep(),
        "queue: anywhere, backwards": lambda n: deep()(n).replace("after=", "before="),
        "queue: every status and band": leads(status="all", band="all"),
        "queue: every status and band, anywhere": deep(status="all", band="all"),
        "queue: found last": leads(order="new"),
        "queue: seen last": leads(order="seen"),
        "queue: best score": leads(order="score"),
        "queue: raised again": leads(order="raised", status="all"),
        "facet: a platform": leads(platform="platform-20"),
        "facet: adverts with contact": leads(kind="advert", contact="yes"),
        "facet: closed low adverts, dead": leads(status="closed", band="low", kind="advert", alive="no"),
        "facet: relapsed, rare platform, advert": leads(status="relapsed", platform="platform-24", kind="advert"),
        "facet: a source": leads(source="tips"),
        "facet: a campaign": leads(campaign="C-0007"),
        "facet: an office": leads(office=OFFICES[29]),
        "facet: a day": leads(day=day),
        "facet: an old day, anywhere": deep(day=old),
        "facet: a common signal": leads(signal="signal_0"),
        "facet: a rare signal": leads(signal="rare_signal"),
        "facet: stolen filing number": leads(icp="stolen"),
        "facet: what others look at": leads(owner="*others"),
        "search: 证 (one character)": leads(q="证"),
        "search: rare character": leads(q=RARE[1234]),
        "search: 免考": leads(q="免考"),
        "search: 免考 among closed": leads(q="免考", status="closed"),
        "search: 安全员证书 (phrase)": leads(q="安全员证书"),
        "search: two rare": leads(q=f"{RARE[77]}{RARE[99]}"),
        "search: 免考 and a rare character": leads(q=f"免考 {RARE[500]}"),
        "search: five common words": leads(q="免考 速成 包过 挂靠 塔吊"),
        "search: score:>70": leads(q="score:>70"),
        "search: score:>99.9": leads(q="score:>99.9", status="all"),
        "search: score and platform": leads(q="score:>95 platform:platform-20 免考"),
        "search: wechat:": leads(q="wechat:wx77{n}"),
        "search: host:": leads(q="host:{n}.cx"),
        "search: host's beginning": leads(q="cx{n}7"),
        "search: one letter": leads(q="w"),
        "search: nothing there": leads(q="无此词语甲乙丙"),
        "search: long and hostile": leads(q="证书" * 90),
        "search: bad syntax": leads(q="foo:1"),
        "campaigns": lambda _: "/campaigns",
        "campaigns: anywhere": lambda n: f"/campaigns?after={LEADS * 3 // 10_000}:{900 - 7 * n}",
        "a campaign": lambda n: f"/campaigns/{7 + n % 4}",
        "handling": lambda _: "/handling",
        "handling: anywhere": lambda n: f"/handling?before={1000 + n}",
        "lead page": lambda n: f"/leads/{1 + (n * 7919) % LEADS}",
        "lead page of a list": lambda n: f"/leads/{1 + (n * 7919) % LEADS}?platform=platform-20&q=免考",
    }


BARE = {
    "bare: 50 of new by rank": "SELECT id, score, host FROM lead WHERE status = 'new' ORDER BY rank DESC, id DESC LIMIT 50",
    "bare: 50 of a platform by rank": "SELECT id, score, host FROM lead WHERE impersonates = 'platform-20' AND status = 'new' ORDER BY rank DESC, id DESC LIMIT 50",
    "bare: one lead": "SELECT * FROM lead WHERE id = 4711",
}


class Server:
    """The pages as the command serves them, and a browser that is signed in."""

    def __init__(self, home: Path, url: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port = found.getsockname()[1]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        environment = {**clean, "LOOKALIKE_HOME": str(home), "LOOKALIKE_DATABASE_URL": url}
        command = [sys.executable, "-m", "lookalike", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def wait(self) -> None:
        for _ in range(300):
            try:
                return self.connection.connect()
            except OSError:
                assert self.process.poll() is None, "the server ended"
                time.sleep(0.2)
        raise AssertionError("the server did not answer within a minute")

    def look(self, path: Callable[[int], str], token: str, n: int) -> tuple[float, str]:
        return self.get(path(n), token)

    def get(self, path: str, token: str) -> tuple[float, str]:
        started = time.perf_counter()
        self.connection.request("GET", quote(path, safe="/?&=%~:+*"), headers={"Cookie": f"sid={token}"})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, (path, answer.status, text[-2000:])
        return 1000 * (time.perf_counter() - started), text

    def end(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait()

    def cpu(self) -> float:
        """Processor time that the server has taken so far, ms."""
        told = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return 1000 * (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> int:
        """The most that the server ever held, MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024


def test_what_looking_costs(engines: dict[str, Engine], tmp_path: Path) -> None:
    found: dict[str, dict[str, Measured]] = {}
    took: dict[str, tuple[float, ...]] = {}
    memory: dict[str, int] = {}
    for name, engine in engines.items():
        factory = session_factory(engine)
        token = session_of(factory, "analyst", "研判者")
        lease(factory)
        server = Server(tmp_path / name, engine.url.render_as_string(hide_password=False))
        try:
            server.wait()
            for what, path in paths().items():
                cpu = server.cpu()
                found.setdefault(what, {})[name] = measured(partial(server.look, path, token))
                took[what] = *took.get(what, ()), (server.cpu() - cpu) / found[what][name].asked
            memory[name] = server.memory()
        finally:
            server.end()
        for what, statement in BARE.items():
            found.setdefault(what, {})[name] = measured(partial(bare, engine, statement))
    print(f"\nload {os.getloadavg()[0]:.1f}; server's memory, MB: {memory}")
    print(f"{'p50 / p95 in ms, of them processor, lines of four':50}" + "".join(f"{name:>34}" for name in engines))
    for what, by in found.items():
        told = zip(by.values(), took.get(what, (0.0,) * len(by)), strict=True)
        cells = "".join(f"{f'{one.p50:.1f} / {one.p95:.1f} / {cpu:.0f} ({one.lines})':>34}" for one, cpu in told)
        print(f"{what:50}{cells}{'  over 100' if max(one.p95 for one in by.values()) > 100 else ''}")
    for engine in engines.values():
        with engine.connect() as connection:
            assert counts.wrong(connection) == {}
    assert all(len({one.lines for one in by.values()}) == 1 for by in found.values()), "both find the same"
    assert max(memory.values()) < 300


class Measured(NamedTuple):
    """Times in ms, how many lines the first four answers have, and how often was asked."""

    p50: float
    p95: float
    lines: int
    asked: int


def measured(look: Callable[[int], tuple[float, str]]) -> Measured:
    """Asks as often as ``ROUNDS`` says, and once before; no longer than 20 s."""
    times, got = [], 0
    look(ROUNDS)
    for n in range(ROUNDS):
        took, text = look(n)
        times.append(took)
        got += len(re.findall("data-row", text)) if n < 4 else 0
        if n >= 4 and sum(times) > 20_000:
            break
    times.sort()
    return Measured(statistics.median(times), times[int(len(times) * 0.95)], got, len(times) + 1)


def bare(engine: Engine, statement: str, _: int) -> tuple[float, str]:
    with engine.connect() as connection:
        started = time.perf_counter()
        connection.exec_driver_sql(statement).all()
        return 1000 * (time.perf_counter() - started), ""


def lease(factory: Factory) -> None:
    """Five of the first leads are being looked at by somebody else."""
    now = datetime.now(UTC)
    with reading(factory) as session:
        first = ranked(session, Filter(status=("new",)), limit=5)
    with writing(factory) as session:
        session.add_all(Lease(lead_id=n, who="别人", since=now, until=now + timedelta(hours=9)) for n in first)
