"""A range with one engine and any number of sites, and nights over it by any number of worker processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from lookalike.cyber_range.serve import RunningRange
from lookalike.workers.database import conninfo
from tests.lookalike.politeness.polite_range import ENGINE, ENGINE_HOST, TEMPLATE

ROOT = Path(__file__).resolve().parents[3]
FORM = """<!doctype html><meta charset=utf-8><title>特种作业操作证及安全生产知识和管理能力考核合格信息查询平台</title>
<h1>特种作业操作证查询</h1><form action="/q"><label>姓名</label><input name="xm"><label>证件号码</label><input name="zjhm"></form>
<p>主办单位：应急管理部 {n}</p>"""
SELLER = """<!doctype html><meta charset=utf-8><title>特种作业操作证代办 {n}</title>
<h1>电工证、焊工证、高处作业证 免考 包过</h1><p>特种作业操作证查询可查，三天出证，价格 800 元。微信 zhengjian{n:04}</p>"""
SHOP = """<!doctype html><meta charset=utf-8><title>第 {n} 家五金店</title><p>特种作业操作证查询说明：本店不办理。螺丝刀、扳手。</p>"""
HOST = 'indexed = true\n[dns]\nA = ["{address}"]\nNS = ["ns1.example.net"]\n'
AWAY = '\n[[route]]\npath = "/"\nstatus = 302\nlocation = "http://{to}/"\n'


def write_range(folder: Path, number: int, addresses: int = 250, shared: str = "") -> Path:
    """``number`` sites on ``addresses`` addresses, as fakes, sellers and shops; every tenth sends its visitors on.

    ``shared``: a host whose picture every page shows; it stands at an address of its own.
    """
    (folder / "engines").mkdir(parents=True)
    (folder / "seeds").mkdir()
    (folder / "range.toml").write_text(
        'name = "crew"\nnow = 2026-03-01T02:00:00+08:00\nextra_seeds = "seeds"\nsources = ["bing"]\n', encoding="utf-8"
    )
    engine = ENGINE.replace("page_size = 10", "page_size = 50")
    (folder / "engines" / "bing.toml").write_text(engine, encoding="utf-8")
    (folder / "engines" / "bing.html.j2").write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
    row = '[[source]]\nid = "bing"\nspider = "bing"\nname = "必应网页搜索"\nhost = "www.bing.com"\npath = "/search"\n'
    (folder / "seeds" / "sources.toml").write_text(row + "pages = 12\nqueries = 3\n", encoding="utf-8")
    _host(folder, "www.bing.com", ENGINE_HOST, "")
    for n in range(number):
        page = (FORM, SELLER, SHOP)[n % 3].format(n=n)
        if shared:
            page += f'<img src="http://{shared}/{n}.png" width=400 height=400 alt="特种作业操作证查询">'
        _host(folder, _name(n), HOST.format(address=f"198.51.100.{n % addresses + 1}"), page)
    if shared:
        _host(folder, shared, '[dns]\nA = ["203.0.113.99"]\n', "<p>图片</p>")
    return folder


def _name(n: int) -> str:
    return (f"cx-mem-gov{n:04}.example{n:04}.top", f"daiban{n:04}.example{n:04}.com", f"wujin{n:04}.example{n:04}.cn")[
        n % 3
    ]


def _host(folder: Path, host: str, about: str, page: str) -> None:
    (folder / "hosts" / host).mkdir(parents=True)
    (folder / "hosts" / host / "host.toml").write_text(about, encoding="utf-8")
    if page:
        (folder / "hosts" / host / "index.html").write_text(page, encoding="utf-8")


@dataclass
class Field:
    """One home folder and one database; nights over them, and the workers that take part."""

    home: Path
    url: str
    running: RunningRange
    settings: Mapping[str, str] = field(default_factory=dict)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        own = {"LOOKALIKE_HOME": str(self.home), "PYTHONPATH": str(ROOT), "LOOKALIKE_BROWSER": "off"}
        if self.url:
            own["LOOKALIKE_DATABASE_URL"] = self.url
        return clean | self.running.env | own | dict(self.settings)

    def start_worker(self, *, wait: bool = True, patience: float = 4.0, **settings: str) -> subprocess.Popen[bytes]:
        """A process of ``lookalike work``; returns when it is registered."""
        before = self.members()
        command = [sys.executable, "-m", "lookalike", "work", "--stalled-after", str(patience)]
        with (self.home / f"worker{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen(command, env=self.environment | settings, stdout=log, stderr=log)
        self.workers.append(worker)
        until = time.monotonic() + 120
        while wait and self.members() == before:
            assert worker.poll() is None, self.log(len(self.workers) - 1)
            assert time.monotonic() < until, "the worker does not begin"
            time.sleep(0.1)
        return worker

    def log(self, number: int) -> str:
        return (self.home / f"worker{number}.log").read_text(encoding="utf-8")

    def members(self) -> int:
        return int(self.ask("SELECT count(*) FROM lookalike_work.members")[0][0])

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(conninfo(self.url)) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[arg-type] # the tests' own words

    def prepare(self) -> None:
        """The schema, before the first worker."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "lookalike", "db", "upgrade"]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr

    def begin(self, *engine: str) -> subprocess.Popen[str]:
        """A night under way."""
        self.home.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "lookalike", "nightly", "--json", *engine]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def night(self, *engine: str, timeout: float = 900) -> dict[str, Any]:
        """A whole night: its summary."""
        with self.begin(*engine) as night:
            out, err = night.communicate(timeout=timeout)
        assert night.returncode in {0, 3}, err
        told: dict[str, Any] = json.loads(out)
        return told

    def stop(self) -> list[int]:
        """End all workers as an operator does; their exit codes."""
        for worker in self.workers:
            if worker.poll() is None:
                worker.send_signal(signal.SIGTERM)
        return [worker.wait(timeout=60) for worker in self.workers]
