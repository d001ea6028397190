"""A night over posting sites: every post is judged by itself, and the honest one beside it is left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lookalike.cyber_range.serve import serve_process

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def listed_posts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    home = tmp_path_factory.mktemp("posts")
    with serve_process(HERE / "posts") as running:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        env = clean | running.env | {"LOOKALIKE_HOME": str(home), "PYTHONPATH": str(HERE.parents[1])}
        run = [sys.executable, "-m", "lookalike"]
        night = subprocess.run([*run, "nightly", "--json"], env=env, capture_output=True, text=True, timeout=120)  # noqa: PLW1510 - looked at below
        assert night.returncode == 0, night.stderr
        rows = subprocess.run(
            [*run, "leads", "--all", "--json"], env=env, capture_output=True, text=True, check=True, timeout=60
        ).stdout
    return {row["url"]: row for row in map(json.loads, rows.splitlines())}


def by_path(rows: dict[str, dict[str, Any]], part: str) -> dict[str, Any]:
    return next(row for url, row in rows.items() if part in url)


@pytest.mark.parametrize("part", ["/p/8801", "/p/8802", "s/kQ31"])
def test_each_sellers_post_is_an_advert_of_its_own(listed_posts, part):
    row = by_path(listed_posts, part)
    assert (row["kind"], row["band"] in {"high", "medium"}) == ("advert", True), row["reasons"]


def test_two_sellers_on_one_host_keep_their_own_contacts(listed_posts):
    values = [{c["value"] for c in by_path(listed_posts, part)["contacts"]} for part in ("/p/8801", "/p/8802")]
    assert values == [{"dg-banzheng-81"}, {"100200300"}]


@pytest.mark.parametrize("part", ["/p/8803", "s/zR44"])
def test_an_honest_post_beside_them_is_left_alone(listed_posts, part):
    row = by_path(listed_posts, part)
    assert row["band"] == "low", row["reasons"]
