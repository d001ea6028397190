"""A worker is ready before it says that it is there: what a night would wait for stands in the caches."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lookalike.config import Config
from lookalike.workers.warm import PAGE, URL, make_ready
from scoring.names import _index
from scoring.page import parse
from scoring.reference import Reference
from seeds.loader import load_seeds


def test_a_night_finds_the_index_of_names_that_was_made_ready(tmp_path: Path) -> None:
    make_ready(Config(home=tmp_path))
    built = _index.cache_info().misses
    Reference(load_seeds())
    assert _index.cache_info().misses == built


def test_the_page_that_is_judged_has_what_is_read_in_ways_of_its_own() -> None:
    page = parse(PAGE, URL)
    assert page.title
    assert page.links
    assert page.forms


CRAWL = """
import sys
from lookalike.config import load_config
from lookalike.runner import run
from lookalike.workers.warm import make_ready_to_visit
run(lambda: make_ready_to_visit(load_config()))
print("spiders.http_handler" in sys.modules)
"""


@pytest.mark.slow
def test_a_crawl_of_no_site_ends_by_itself_and_loads_what_a_crawl_needs(tmp_path: Path) -> None:
    env = {"LOOKALIKE_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", CRAWL], env=env, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split() == ["True"]


@pytest.mark.slow
@pytest.mark.postgres
def test_wrong_seeds_end_a_worker_at_its_start_with_one_line(
    jobs_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOKALIKE_SEEDS", str(tmp_path / "nowhere"))
    command = [sys.executable, "-m", "lookalike", "work", "--once"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
