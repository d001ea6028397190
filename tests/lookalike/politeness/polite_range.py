"""A range of one engine, nights of searches alone on it, and a clock to turn."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookalike.cyber_range.serve import RunningRange

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = ROOT / "tests" / "ranges" / "harbour" / "engines" / "bing.html.j2"
DRIVER = """
import json
from lookalike.config import load_config
from lookalike.night import open_night
from lookalike.runner import run
from lookalike.stages.discover import chosen_sources, discover, plan
from lookalike.stages.refresh import load_reference
from lookalike.stages.watch import of_sources, watch
from lookalike.store import runs
from lookalike.store.engine import writing
from lookalike.store.models import Run
from spiders.request_log import log_for

night = open_night(load_config())
with writing(night.factory) as session:
    begun, resumed = runs.begin_or_resume(session, "nightly", night.now(), {"clock": "turned"})
    night.run_id = log_for(night.config).run = begun.id
load_reference(night)
plan(night)
run(lambda: discover(night))
watch(night)
with writing(night.factory) as session:
    kept = session.get_one(Run, night.run_id)
    told = {"sources": of_sources(night, session, kept), "alarms": kept.summary["alarms"]}
    runs.finish(session, kept, night.now(), "failed" if night.failed else "done")
print(json.dumps(told | {"failed": night.failed, "notes": night.notes, "resumed": resumed}))
"""
ENGINE = """
host = "www.bing.com"
path = "/search"
query_param = "q"
offset_param = "first"
offset_start = 1
offset_unit = "result"
page_size = 10
template = "bing.html.j2"
"""
HOST = """
indexed = true
[dns]
A = ["203.0.113.10"]
"""
ENGINE_HOST = """
[dns]
A = ["203.0.113.11"]
[tls]
issuer = "DigiCert"
not_before = 2026-01-01T00:00:00Z
not_after = 2026-12-31T00:00:00Z
"""
PAGE = "<title>特种作业 电工证 焊工证 安全员证 查询 免考</title><p>特种作业操作证 安全员c证 代办 免考 官网 查询 建筑 起重</p>"


@dataclass
class Nights:
    """Nights in one home folder; each one asks one engine and ends."""

    home: Path
    running: RunningRange
    settings: dict[str, str] = field(default_factory=dict)

    def run(self, now: str, **settings: str) -> dict[str, Any]:
        """The searches of one night at this instant; its sources, alarms, failures and notes."""
        return self._told([sys.executable, "-c", DRIVER], now, settings, {0})

    def whole(self, now: str, **settings: str) -> dict[str, Any]:
        """A whole night: its summary."""
        return self._told([sys.executable, "-m", "lookalike", "nightly", "--json"], now, settings, {0, 3})

    def _told(self, command: list[str], now: str, settings: dict[str, str], codes: set[int]) -> dict[str, Any]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        own = {"LOOKALIKE_HOME": str(self.home), "PYTHONPATH": str(ROOT), "LOOKALIKE_NOW": now}
        done = subprocess.run(
            command,
            env=clean | self.running.env | self.settings | own | settings,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode in codes, done.stderr
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told

    def asked(self) -> list[dict[str, Any]]:
        """Requests that reached the range."""
        return self.running.requests("http")

    def logged(self) -> list[dict[str, Any]]:
        """Our own request log."""
        files = sorted((self.home / "logs").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def write_range(folder: Path, *, engine: str = "", source: str = "", robots: str = "", template: str = "") -> Path:
    """A range with one host, Bing's engine with ``engine`` added and its source with ``source`` added.

    ``template``: what every results page is, instead of Bing's.
    """
    (folder / "engines").mkdir(parents=True)
    (folder / "range.toml").write_text(
        'name = "polite"\nnow = 2026-03-01T02:00:00+08:00\nextra_seeds = "seeds"\nsources = ["bing"]\n'
    )
    (folder / "engines" / "bing.toml").write_text(ENGINE + engine)
    (folder / "engines" / "bing.html.j2").write_text(template or TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "seeds").mkdir()
    row = '[[source]]\nid = "bing"\nspider = "bing"\nname = "必应网页搜索"\nhost = "www.bing.com"\npath = "/search"\n'
    (folder / "seeds" / "sources.toml").write_text(row + "pages = 1\nqueries = 3\n" + source)
    for host, about in {"a.example-top": HOST, "www.bing.com": ENGINE_HOST}.items():
        (folder / "hosts" / host).mkdir(parents=True)
        (folder / "hosts" / host / "host.toml").write_text(about)
    (folder / "hosts" / "a.example-top" / "index.html").write_text(f'<meta charset="utf-8">{PAGE}')
    if robots:
        (folder / "hosts" / "www.bing.com" / "robots.txt").write_text(robots)
    return folder
