"""Ten nights over two thousand sites, each night a process of its own as an operator starts it, and what they left."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from lookalike.cyber_range.serve import RunningRange, serve_process
from lookalike.review.verdicts import give
from lookalike.store.engine import open_engine, session_factory, writing
from tests.conftest import ROOT
from tests.ranges.many_sites import FIRST, World

FORMULA = ROOT / "docs" / "growth.md"
_TERM = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([\d.,]+) \| ([\d.,]+) \| ([\d.,]+) \|", re.MULTILINE)
COUNTED = {
    "empty": "SELECT 1",
    "sighting": "SELECT count(*) FROM sighting",
    "visit": "SELECT count(*) FROM visit",
    "assessment_shown": "SELECT count(*) FROM assessment WHERE band <> 'low'",
    "assessment_low": "SELECT count(*) FROM assessment WHERE band = 'low'",
    "site": "SELECT count(*) FROM site",
    "lead": "SELECT count(*) FROM lead",
    "campaign_link": "SELECT count(*) FROM campaign_link",
}


@dataclass(frozen=True, slots=True)
class Night:
    """One night as it ended."""

    number: int
    exit_code: int
    summary: dict[str, Any]
    errors: str
    peak: int
    """The most that the process, or a child of it, held at a time, bytes."""
    cpu: float
    """Seconds of processor time of the process and its children."""
    kept: dict[str, int]
    """Bytes of database, captures and logs."""
    counts: dict[str, int]


@dataclass
class Soak:
    """One installation, and its nights so far."""

    world: World
    home: Path
    revisits: int
    nights: list[Night] = field(default_factory=list)

    def night(self, number: int) -> Night:
        """The night on the day ``number`` days after the first."""
        with serve_process(self.world.write(number)) as running:
            code, out, errors, peak, cpu = self._run(running)
        assert out, errors
        with closing(self.connect()) as database:
            pages = database.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            size = pages.fetchone()[0]
            counts = {name: database.execute(sql).fetchone()[0] for name, sql in COUNTED.items()}
        kept = {"database": size, **{name: _bytes_in(self.home / name) for name in ("captures", "logs")}}
        done = Night(number, code, json.loads(out), errors, peak, cpu, kept, counts)
        self.nights.append(done)
        return done

    def _run(self, running: RunningRange) -> tuple[int, str, str, int, float]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        own = {"LOOKALIKE_HOME": str(self.home), "LOOKALIKE_QUERIES": "2", "LOOKALIKE_PAGES": "40"}
        own["LOOKALIKE_REVISITS"] = str(self.revisits)
        env = clean | running.env | own | {"PYTHONPATH": str(ROOT)}
        out, errors = self.home.with_name("out"), self.home.with_name("errors")
        with out.open("wb") as to, errors.open("wb") as too:
            started = subprocess.Popen(
                [sys.executable, "-m", "lookalike", "nightly", "--json"], env=env, stdout=to, stderr=too
            )
            # the kernel's own account: nothing is missed between two looks
            _, status, used = os.wait4(started.pid, 0)
            started.returncode = os.waitstatus_to_exitcode(status)
        cpu = used.ru_utime + used.ru_stime
        return started.returncode, out.read_text(), errors.read_text(), used.ru_maxrss * 1024, cpu

    def connect(self) -> sqlite3.Connection:
        """The database, to be read beside the program's own code."""
        return sqlite3.connect(self.home / "lookalike.db")

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with closing(self.connect()) as database:
            return database.execute(sql, values).fetchall()

    def confirm(self, number: int, hosts: frozenset[str]) -> int:
        """In the morning after a night: these leads are confirmed fakes. Returns how many."""
        found = [row[0] for row in self.rows("SELECT id, host FROM lead WHERE status = 'new'") if row[1] in hosts]
        factory, at = session_factory(open_engine(f"sqlite:///{self.home / 'lookalike.db'}")), FIRST
        at += timedelta(days=number, hours=7)
        for lead in found:
            with writing(factory) as session:
                give(session, lead, "confirmed", "fake_site", "", "analyst", at, None)
        return len(found)


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit as the store has it, with what the site's lead was known as after that night."""

    host: str
    night: int
    life: str
    watched: str
    """Band by which the site is watched after the night: a guilty one's is high."""


def visits(soak: Soak) -> Iterator[tuple[str, list[Seen]]]:
    """All visits, by site, in order."""
    confirmed = {row[0] for row in soak.rows("SELECT lead.site_id FROM verdict JOIN lead ON lead.id = lead_id")}
    rows = soak.rows(
        "SELECT site.id, site.host, visit.run_id, visit.life, coalesce((SELECT band FROM assessment a WHERE a.site_id = "
        "site.id AND a.run_id <= visit.run_id ORDER BY a.run_id DESC LIMIT 1), 'low') FROM visit "
        "JOIN site ON site.id = visit.site_id ORDER BY site.id, visit.run_id"
    )
    by_site: dict[str, list[Seen]] = {}
    for site, host, run, life, band in rows:
        guilty = site in confirmed and run >= 2  # confirmed in the morning after the second night
        by_site.setdefault(host, []).append(Seen(host, run - 1, life, "high" if guilty else band))
    yield from by_site.items()


def predicted(night: Night) -> dict[str, float]:
    """Bytes of database, captures and logs after a night, by the table of docs/growth.md."""
    terms = _TERM.findall(FORMULA.read_text(encoding="utf-8"))
    assert {name for name, *_ in terms} == set(COUNTED), "the table names what is counted"
    figures = [(night.counts[name], [float(one.replace(",", "")) for one in told]) for name, *told in terms]
    return {what: sum(count * told[place] for count, told in figures) for place, what in enumerate(night.kept)}


def _bytes_in(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
