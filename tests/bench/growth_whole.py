"""What goes through a whole store, each a process of its own as an operator starts it: retention, backup, upgrades."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from alembic.script import ScriptDirectory

from alembic import command
from lookalike import resources
from lookalike.store.engine import open_engine
from lookalike.store.migrate import _config, migrating
from tests.bench.growth_night import NOW
from tests.conftest import ROOT
from tests.memory import Peak

REVISIONS = [one.revision for one in ScriptDirectory(str(resources.alembic_folder())).walk_revisions()]
"""The newest first."""


@dataclass(frozen=True, slots=True)
class Place:
    """An installation: the URL of its database, its home, and where the server's socket is (SQLite: nowhere)."""

    url: str
    home: Path
    server: str = ""

    def spent(self) -> float:
        """Processor seconds of this process, of those it started and, of PostgreSQL, of the server's."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = time.process_time() + ended.ru_utime + ended.ru_stime
        return own + (_server_cpu(self.server) if self.server else 0.0)

    def other(self) -> Place:
        """An empty one beside it, to bring a backup back to."""
        home = self.home / "back"
        if not self.server:
            return Place(f"sqlite:///{home / 'lookalike.db'}", home)
        with psycopg.connect(host=self.server, user="postgres", dbname="template1", autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS growth_back WITH (FORCE)")
            connection.execute("CREATE DATABASE growth_back TEMPLATE template0")
        return Place(f"postgresql://postgres@/growth_back?host={self.server}", home, self.server)

    def removed(self) -> None:
        """Takes away what ``other`` gave."""
        shutil.rmtree(self.home, ignore_errors=True)
        if self.server:
            with psycopg.connect(host=self.server, user="postgres", dbname="template1", autocommit=True) as connection:
                connection.execute("DROP DATABASE growth_back WITH (FORCE)")

    def run(self, *words: str) -> tuple[float, int, dict[str, Any]]:
        """``lookalike`` with these words: processor seconds, bytes in memory at most, and what it said as JSON."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        own = {"LOOKALIKE_HOME": str(self.home), "LOOKALIKE_DATABASE_URL": self.url, "LOOKALIKE_NOW": NOW.isoformat()}
        before = self.spent()
        with (
            subprocess.Popen(
                [sys.executable, "-m", "lookalike", *words],
                env=clean | own | {"PYTHONPATH": str(ROOT)},
                stdout=subprocess.PIPE,
            ) as process,
            Peak(process.pid) as peak,
        ):
            out, _ = process.communicate()
        assert process.returncode == 0, words
        return self.spent() - before, peak.bytes, json.loads(out) if "--json" in words else {}


def commands(place: Place) -> Iterator[tuple[str, float, int]]:
    """Every command once: name, processor seconds, bytes in memory at most. The store is of no use afterwards."""
    yield "let go, told only", *place.run("prune", "--json")[:2]
    yield "let go", *place.run("prune", "--apply", "--json")[:2]
    backup, back = place.home.parent / f"{place.home.name}-backup.tar", place.other()
    try:
        yield "backup, read back", *place.run("backup", str(backup), "--json")[:2]
        yield "restore", *back.run("restore", str(backup), "--json")[:2]
    finally:
        back.removed()
        backup.unlink(missing_ok=True)
    for name, revision in (("upgrade from the schema before", REVISIONS[1]), ("upgrade from the first", REVISIONS[-1])):
        _go_back(place.url, revision)
        yield name, *place.run("db", "upgrade", "--no-copy")[:2]


def _go_back(url: str, revision: str) -> None:
    engine, config = open_engine(url), _config()
    with migrating(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    engine.dispose()


def _server_cpu(folder: str) -> float:
    """Processor seconds of the database server with all its processes, those that have ended included."""
    postmaster = int((Path(folder) / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(stat.parent.name) == postmaster:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == postmaster:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")
