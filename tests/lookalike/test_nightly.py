"""The night on a range: what it prints, that it ends the same after any kill, that it fetches nothing twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import inspect

from lookalike.cyber_range.serve import RunningRange, serve_process
from lookalike.resources import demo_range
from lookalike.store.engine import open_engine, reading, session_factory
from lookalike.store.listing import as_json, listing
from lookalike.store.models import Site, Visit

ROOT = Path(__file__).resolve().parents[2]
NIGHT = [sys.executable, "-m", "lookalike", "nightly", "--json"]


def environment(home: Path, running: RunningRange, **more: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    # Without the browser, which asks for pages again as itself; a killed night with it: tests/ranges/test_script.py.
    own = {"LOOKALIKE_HOME": str(home), "PYTHONPATH": str(ROOT), "LOOKALIKE_BROWSER": "off"}
    return clean | running.env | own | more


def a_night(home: Path, running: RunningRange, **more: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: PLW1510 - 3 is an answer too
        NIGHT, env=environment(home, running, **more), capture_output=True, text=True, timeout=1200
    )
    assert done.returncode in {0, 3}, done.stderr
    return json.loads(done.stdout)


def factory(home: Path):
    return session_factory(open_engine(f"sqlite:///{home / 'lookalike.db'}"))


def visited(home: Path) -> Counter[str]:
    if not (home / "lookalike.db").exists():
        return Counter()
    with reading(factory(home)) as session:
        if not inspect(session.connection()).has_table(Site.__tablename__):
            return Counter()  # killed before the tables were made
        rows = session.query(Site.host, Site.port, Site.scope).join(Visit, Visit.site_id == Site.id)
        return Counter(f"{h}:{p}{s}" for h, p, s in rows)


def told(home: Path) -> list[dict[str, Any]]:
    """All examined sites without what depends on the order of work: numbers of rows and equal ranks."""
    with reading(factory(home)) as session:
        rows = [as_json(view) for view in listing(session, all_sites=True)]
    for row in rows:
        for name in ("id", "rank"):
            del row[name]
        row["sightings"] = sorted(json.dumps(s, sort_keys=True) for s in row["sightings"])
        row["contacts"] = sorted(json.dumps(c, sort_keys=True) for c in row["contacts"])
    return sorted(rows, key=lambda r: r["host"] + r["url"])


def killed_at_random(home: Path, kills: int, seed: int, running: RunningRange) -> list[Counter[str]]:
    """Nights that are killed without warning; what the store said had been visited, and how long the log was."""
    dice = random.Random(seed)
    known: list[Counter[str]] = []
    for _ in range(kills):
        night = subprocess.Popen(
            NIGHT, env=environment(home, running), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(dice.uniform(1.5, 12))
        night.send_signal(signal.SIGKILL)
        night.wait()
        known.append(visited(home))
    return known


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> tuple[Path, dict[str, Any], list[dict[str, Any]]]:
    home = tmp_path_factory.mktemp("undisturbed")
    with serve_process(demo_range()) as running:
        summary = a_night(home, running)
        return home, summary, running.requests("http")


@pytest.mark.slow
def test_the_summary_has_the_keys_that_scripts_read(undisturbed) -> None:
    _, summary, _ = undisturbed
    assert {"sources", "sightings", "sites", "leads_new", "failed"} <= summary.keys()
    assert set(summary["sources"]) == {"baidu", "bing", "so360", "sogou"}


@pytest.mark.slow
def test_only_get_is_ever_sent(undisturbed) -> None:
    assert {r["method"] for r in undisturbed[2]} == {"GET"}


@pytest.mark.slow
def test_no_address_is_fetched_twice_by_the_same_client(undisturbed) -> None:
    asked = Counter((r["url"], r["user_agent"]) for r in undisturbed[2] if "rdap.org" not in str(r["url"]))
    assert [key for key, times in asked.items() if times > 1] == []


@pytest.mark.slow
def test_no_suspect_is_asked_for_more_pages_than_its_budget(undisturbed) -> None:
    pages = Counter(
        urlsplit(str(r["url"])).hostname for r in undisturbed[2] if "MicroMessenger" not in str(r["user_agent"])
    )
    engines = {"www.baidu.com", "www.bing.com", "www.so.com", "www.sogou.com", "rdap.org"}
    assert {h: n for h, n in pages.items() if h not in engines and n > 4 + 1 + 10} == {}  # pages, icon, redirects


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_night_killed_at_random_moments_ends_like_an_undisturbed_one(undisturbed, tmp_path, seed) -> None:
    with serve_process(demo_range()) as running:
        killed_at_random(tmp_path, 4, seed, running)
        summary = a_night(tmp_path, running)
    assert set(visited(tmp_path).values()) == {1}
    assert visited(tmp_path) == visited(undisturbed[0])
    assert told(tmp_path) == told(undisturbed[0])
    assert summary["leads_new"] == undisturbed[1]["leads_new"]


@pytest.mark.slow
def test_what_was_stored_before_a_kill_is_not_fetched_again(tmp_path) -> None:
    with serve_process(demo_range()) as running:
        for seed in range(3):
            before = killed_at_random(tmp_path, 1, seed + 10, running)[0]
            mark = len(running.requests("http"))
            killed_at_random(tmp_path, 1, seed + 20, running)
            again = {urlsplit(str(r["url"])).hostname for r in running.requests("http")[mark:]}
            assert not {site.split(":")[0] for site in before} & again
