"""Writes the range of one night: hosts as they are that night, the clock, and the engines' templates of the demo."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from lookalike.cyber_range.serve import RunningRange, serve_process
from lookalike.resources import demo_range

HERE = Path(__file__).resolve().parent
BASE = HERE / "life"
FIRST = datetime.fromisoformat("2026-05-11T02:00:00+08:00")
DNS = '[dns]\nA = ["203.0.113.{last}"]\nNS = ["ns1.dns-k7.example"]\n\n[asn]\nnumber = 64510\nname = "EXAMPLE-HK"\ncountry = "HK"\n'
WHOIS = (
    "Domain Name: {host}\nCreation Date: 2026-04-20T00:00:00Z\nRegistry Expiry Date: 2027-04-20T00:00:00Z\n"
    "Registrar: Example Registrar\nName Server: NS1.DNS-K7.EXAMPLE\n"
)


@dataclass(frozen=True)
class Shown:
    """One answer: a file of ``pages``, or a redirect, for whom it is and where."""

    page: str = ""
    when: str = ""
    """As in host.toml: ``{ user_agent = "iPhone" }``."""
    path: str = "/*"
    status: int = 200
    redirect: str = ""

    def __str__(self) -> str:
        lines = ["[[route]]", f'path = "{self.path}"']
        lines += [f"when = {self.when}"] if self.when else []
        lines += [f'redirect = "{self.redirect}"'] if self.redirect else [f"status = {self.status}"]
        lines += [f'file = "{self.page}.html"'] if self.page else [] if self.redirect else ['body = "404 Not Found"']
        return "\n".join(lines)


MISSING = Shown(status=404)


@dataclass(frozen=True)
class HostTonight:
    """One host as it is on one night."""

    answers: tuple[Shown, ...] = (Shown("fake"),)
    indexed: bool = False

    def write(self, folder: Path, name: str, last: int) -> None:
        folder.mkdir(parents=True)
        routes = "\n\n".join(map(str, self.answers))
        head = f"indexed = {str(self.indexed).lower()}\n\n" + DNS.format(last=last) + '\n[whois]\nfile = "whois.txt"\n'
        (folder / "host.toml").write_text(f"{head}\n{routes}\n", encoding="utf-8")
        (folder / "whois.txt").write_text(WHOIS.format(host=name.upper()), encoding="utf-8")
        for page in {a.page for a in self.answers if a.page}:
            shutil.copy(BASE / "pages" / f"{page}.html", folder / f"{page}.html")


def write_night(folder: Path, day: int, hosts: Mapping[str, HostTonight], export: Iterable[str] = ()) -> Path:
    """The range of the night ``day`` days after the first; ``export`` are addresses in an export that is read."""
    shutil.copytree(BASE / "engines", folder / "engines")
    for template in (demo_range() / "engines").glob("*.j2"):
        shutil.copy(template, folder / "engines" / template.name)
    now = FIRST + timedelta(days=day)
    text = (BASE / "range.toml").read_text(encoding="utf-8").replace(FIRST.isoformat(), now.isoformat())
    (folder / "range.toml").write_text(text, encoding="utf-8")
    for number, (name, host) in enumerate(sorted(hosts.items())):
        host.write(folder / "hosts" / name, name, 10 + number)
    if export := list(export):
        (folder / "feeds").mkdir()
        rows = "\n".join(["host,link,title", *(f"{url.split('/')[2]},{url},操作证查询" for url in export)])
        (folder / "feeds" / "fofa-export.csv").write_text(rows + "\n", encoding="utf-8")
    return folder


@dataclass
class Home:
    """One installation over many nights."""

    folder: Path
    queries: int = 3
    settings: dict[str, str] = field(default_factory=dict)

    def environment(self, running: RunningRange | None = None) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        own = {
            "LOOKALIKE_HOME": str(self.folder / "home"),
            "LOOKALIKE_BROWSER": "off",
            "LOOKALIKE_QUERIES": str(self.queries),
            "LOOKALIKE_PAGES": "1",
            "PYTHONPATH": str(HERE.parents[1]),
        }
        return clean | (running.env if running else {}) | own | self.settings

    def night(self, day: int, hosts: Mapping[str, HostTonight], export: Iterable[str] = ()) -> Night:
        with self.served(day, hosts, export) as running:
            done = self.run("nightly", "--json", running=running)
            assert done.returncode in {0, 3}, done.stderr
            return Night(json.loads(done.stdout), self.leads(), running.requests("http"))

    @contextmanager
    def served(self, day: int, hosts: Mapping[str, HostTonight], export: Iterable[str] = ()):
        folder = write_night(self.folder / f"night-{day}", day, hosts, export)
        with serve_process(folder) as running:
            yield running

    def run(
        self, *words: str, running: RunningRange | None = None, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lookalike", *words]
        env = self.environment(running) | settings
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=600, check=False)

    def leads(self) -> dict[str, dict[str, Any]]:
        listed = self.run("leads", "--all", "--json")
        assert listed.returncode == 0, listed.stderr
        return {row["host"]: row for row in map(json.loads, listed.stdout.splitlines())}

    def verdicts(self, day: int, given: Mapping[str, tuple[str, ...]]) -> None:
        """Verdicts in the morning after a night."""
        leads, now = self.leads(), (FIRST + timedelta(days=day, hours=7)).isoformat()
        for host, words in given.items():
            done = self.run("verdict", str(leads[host]["id"]), *words, "--by", "analyst", LOOKALIKE_NOW=now)
            assert done.returncode == 0, done.stderr


@dataclass(frozen=True)
class Night:
    """What one night came to."""

    summary: dict[str, Any]
    rows: dict[str, dict[str, Any]]
    """All examined sites by host."""
    requests: list[dict[str, Any]]

    def asked(self, host: str) -> list[dict[str, Any]]:
        """Requests that reached a host."""
        return [r for r in self.requests if r["host"] == host]
