"""What a page of the queue, its facets, a search and a lead cost with many leads, on SQLite and PostgreSQL.

Asked of the server as a browser asks, beside the bare query; the processor time of the server, and of PostgreSQL's
process behind it, tells what a busy machine hides. LOOKALIKE_BENCH_LEADS sets how many leads (1,000,000),
LOOKALIKE_BENCH_ROUNDS how often each page is asked for (40), LOOKALIKE_BENCH_KEEP a folder in which the filled
databases stay for another time; both databases get the same leads.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import Engine, select

from lookalike.store import counts
from lookalike.store.engine import Factory, reading, session_factory, writing
from lookalike.store.models import Campaign, Lease
from lookalike.store.queue import Filter, ranked
from lookalike.store.ranking import EPOCH, HALF_LIFE_H
from tests.bench.queue_fill import LEADS, NOW, OFFICES, RARE, Filled, filled
from tests.conftest import ROOT
from tests.lookalike.web.desk_at_work import session_of

pytestmark = [pytest.mark.bench, pytest.mark.postgres]

ROUNDS = int(os.environ.get("LOOKALIKE_BENCH_ROUNDS", "40"))
KEPT = os.environ.get("LOOKALIKE_BENCH_KEEP")
READER = "second reader: "
"""What a page's name begins with where somebody looks who must not see verdicts that nobody has read again."""


@pytest.fixture(scope="module")
def databases() -> Iterator[dict[str, Filled]]:
    folder = Path(KEPT) if KEPT else Path(tempfile.mkdtemp(prefix="bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with filled(folder.resolve()) as found:
            yield found
    finally:
        if not KEPT:
            shutil.rmtree(folder, ignore_errors=True)


def paths(campaigns: Sequence[int]) -> dict[str, Callable[[int], str]]:
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
        "a campaign": lambda n: f"/campaigns/{campaigns[n % len(campaigns)]}",
        "handling": lambda _: "/handling",
        "handling: anywhere": lambda n: f"/handling?before={1000 + n}",
        "lead page": lambda n: f"/leads/{1 + (n * 7919) % LEADS}",
        "lead page of a list": lambda n: f"/leads/{1 + (n * 7919) % LEADS}?platform=platform-20&q=免考",
        f"{READER}queue as it opens": leads(),
        f"{READER}every status and band": leads(status="all", band="all"),
        f"{READER}what was judged": leads(status="confirmed"),
        f"{READER}免考 among what was judged": leads(status="confirmed", q="免考"),
        f"{READER}what waits for him": lambda _: "/second",
        f"{READER}handling": lambda _: "/handling",
        f"{READER}a campaign": lambda n: f"/campaigns/{campaigns[n % len(campaigns)]}",
        f"{READER}lead page": lambda n: f"/leads/{1 + (n * 7919) % LEADS}",
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

    def get(self, path: str, token: str) -> str:
        self.connection.request("GET", quote(path, safe="/?&=%~:+*"), headers={"Cookie": f"sid={token}"})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        assert answer.status == 200, (path, answer.status, text[-2000:])
        return text

    def end(self) -> None:
        self.connection.close()
        self.process.terminate()
        self.process.wait()

    def memory(self) -> int:
        """The most that the server ever held, MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) // 1024


class Measured(NamedTuple):
    """Times in ms, and how many lines the first four answers have."""

    wall: tuple[float, float]
    """Median and 95th percentile of what passed."""
    worked: tuple[float, float]
    """The same of what processors worked: the server's, and behind it PostgreSQL's."""
    behind: float
    """Median of PostgreSQL's part of that."""
    lines: int


class Meter:
    """Processor time of the server, and of the processes of PostgreSQL that work for it."""

    def __init__(self, server: int, postmaster: int) -> None:
        self.server, self.postmaster = server, postmaster
        self.backends: dict[int, float] = {}

    def read(self) -> tuple[float, float]:
        """Both so far, ms."""
        for number in self._children():
            try:
                self.backends[number] = _worked(number)
            except OSError:  # it has ended; what it took stays counted
                continue
        return _worked(self.server), sum(self.backends.values())

    def _children(self) -> list[int]:
        if not self.postmaster:
            return []
        told = Path(f"/proc/{self.postmaster}/task/{self.postmaster}/children").read_text(encoding="ascii")
        return [int(number) for number in told.split()]


def _worked(process: int) -> float:
    """Processor time of a process, ms: its clock as clock_getcpuclockid(3) numbers it."""
    return 1000 * time.clock_gettime(~process << 3 | 2)


def measured(look: Callable[[int], str], meter: Meter | None = None) -> Measured:
    """Asks as often as ``ROUNDS`` says, and once before; no longer than 20 s."""
    wall, worked, behind, lines = list[float](), list[float](), list[float](), 0
    look(ROUNDS)
    for n in range(ROUNDS):
        before = meter.read() if meter else (0.0, 0.0)
        started = time.perf_counter()
        answer = look(n)
        wall.append(1000 * (time.perf_counter() - started))
        after = meter.read() if meter else (0.0, 0.0)
        worked.append(sum(after) - sum(before))
        behind.append(after[1] - before[1])
        lines += len(re.findall("data-row", answer)) if n < 4 else 0
        if n >= 4 and sum(wall) > 20_000:
            break
    return Measured(_percentiles(wall), _percentiles(worked), _percentiles(behind)[0], lines)


def _percentiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


def bare(engine: Engine, statement: str, _: int) -> str:
    with engine.connect() as connection:
        connection.exec_driver_sql(statement).all()
    return ""


def lease(factory: Factory) -> None:
    """Five of the first leads are being looked at by somebody else."""
    now = datetime.now(UTC)
    with reading(factory) as session:
        first = ranked(session, Filter(status=("new",)), limit=5)
    with writing(factory) as session:
        for row in session.scalars(select(Lease)):
            session.delete(row)
        session.flush()
        session.add_all(Lease(lead_id=n, who="别人", since=now, until=now + timedelta(hours=9)) for n in first)


def pages(name: str, database: Filled, home: Path) -> tuple[dict[str, Measured], int]:
    """What each page costs on one database, and how much memory the server took, MB."""
    engine = database.engine
    factory = session_factory(engine)
    tokens = {role: session_of(factory, role, who) for role, who in (("analyst", "研判者"), ("lead", "复核者"))}
    lease(factory)
    with reading(factory) as session:
        largest = list(session.scalars(select(Campaign.id).order_by(Campaign.size.desc(), Campaign.id).limit(4)))
    found: dict[str, Measured] = {}
    server = Server(home / name, engine.url.render_as_string(hide_password=False))
    try:
        server.wait()
        meter = Meter(server.process.pid, database.postmaster)
        for what, path in paths(largest).items():
            token = tokens["lead" if what.startswith(READER) else "analyst"]
            found[what] = measured(lambda n, path=path, token=token: server.get(path(n), token), meter)  # type: ignore[misc]
        memory = server.memory()
    finally:
        server.end()
    for what, statement in BARE.items():
        found[what] = measured(lambda n, statement=statement: bare(engine, statement, n))  # type: ignore[misc]
    return found, memory


def test_what_looking_costs(databases: dict[str, Filled], tmp_path: Path) -> None:
    found: dict[str, dict[str, Measured]] = {}
    memory: dict[str, int] = {}
    for name, database in databases.items():
        costs, memory[name] = pages(name, database, tmp_path)
        for what, cost in costs.items():
            found.setdefault(what, {})[name] = cost
    show(found, memory)
    for database in databases.values():
        with database.engine.connect() as connection:
            assert counts.wrong(connection) == {}
    differing = {what for what, by in found.items() if len({one.lines for one in by.values()}) > 1}
    assert not differing, "both databases find the same"
    assert max(memory.values()) < 300


def show(found: dict[str, dict[str, Measured]], memory: dict[str, int]) -> None:
    print(f"\nload {os.getloadavg()[0]:.1f}; server's memory, MB: {memory}; ms, p50 / p95 (lines of four answers)")
    print(f"{'':44}" + "".join(f"{f'{name}: passed':>26}{'worked':>30}" for name in memory))
    for what, by in found.items():
        cells = "".join(
            f"{f'{m.wall[0]:.1f} / {m.wall[1]:.1f} ({m.lines})':>26}"
            f"{f'{m.worked[0]:.0f} / {m.worked[1]:.0f} (behind {m.behind:.0f})':>30}"
            for m in by.values()
        )
        over = max(min(m.wall[1], m.worked[1] or m.wall[1]) for m in by.values()) > 100
        print(f"{what:44}{cells}{'  over 100' if over else ''}")
