"""Hostile hosts and the production spider, each test module with a web of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.servers import NETWORK, HostileWeb

ROOT = Path(__file__).resolve().parents[2]
QUICK = {
    "timeout": 20.0,  # nobody here makes us wait unless a test says so: a busy machine must not look like a tarpit
    "site_seconds": 90.0,
    "delay": 0.0,
    "look_ups": False,
    "max_body": 1 << 20,
    "allow_networks": [NETWORK],
    "concurrency": 64,
}


@dataclass(frozen=True)
class Crawl:
    """What one crawl brought back."""

    visits: dict[str, dict[str, Any]]
    """By the address that each visit began with."""
    left: dict[str, str]
    """What was put off, with its reason."""
    failures: list[str]
    grown_kib: int
    stderr: str

    def page(self, url: str) -> dict[str, Any]:
        """The first page of the visit of ``url``: as a desktop."""
        return self.visits[url]["pages"][0]

    def last(self, url: str) -> dict[str, Any]:
        """Its last exchange."""
        return self.page(url)["exchanges"][-1]


def visit_all(urls: Sequence[str], seconds: float = 120, env: dict[str, str] | None = None, **options: Any) -> Crawl:
    """Visit ``urls`` in a process of its own, with the settings that production has, but for the pace."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.crawl_here"],
        input=json.dumps({"urls": list(urls), "options": QUICK | options}),
        env=clean | (env or {}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return Crawl(
        {v["url"]: v for v in told["visits"]}, dict(told["left"]), told["failures"], told["grown_kib"], done.stderr
    )


@pytest.fixture(scope="module")
def hostile_web() -> Iterator[HostileWeb]:
    with HostileWeb() as web:
        yield web


@pytest.fixture(scope="session")
def visiting() -> Callable[..., Crawl]:
    return visit_all
