"""The demo range's truth: what one night finds there, as a stranger runs it."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lookalike.resources import demo_range
from scoring.gate import average_precision

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> tuple[str, list[dict[str, Any]]]:
    """What ``lookalike demo`` prints, and every examined site."""
    home = tmp_path_factory.mktemp("demo")
    env = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    env |= {"LOOKALIKE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    shown = subprocess.run(
        [sys.executable, "-m", "lookalike", "demo"], env=env, capture_output=True, text=True, timeout=1200, check=True
    )
    env["LOOKALIKE_HOME"] = str(home / "demo")
    command = [sys.executable, "-m", "lookalike", "leads", "--all", "--json"]
    listed = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=True)
    return shown.stdout, [json.loads(line) for line in listed.stdout.splitlines()]


@pytest.fixture(scope="module")
def labelled(demo) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every examined site with its row of the truth, best first."""
    rows = tomllib.loads((demo_range() / "truth.toml").read_text(encoding="utf-8"))["site"]
    truth = {row["host"]: row for row in rows}
    pairs = []
    for found in demo[1]:
        port = urlsplit(found["url"]).port
        row = truth.get(found["host"]) or truth.get(f"{found['host']}:{port}")
        assert row is not None, found["host"]
        pairs.append((found, row))
    return pairs


def test_it_ends_with_the_first_lead_s_evidence_pack_which_is_whole(demo) -> None:
    path = next(line.partition("：")[2] for line in demo[0].splitlines() if "的证据包" in line)
    command = [sys.executable, "-m", "lookalike", "verify", path]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert checked.returncode == 0, checked.stdout
    assert "核验" in demo[0]


def test_every_fake_stands_above_every_honest_site(labelled) -> None:
    fakes = [found["score"] for found, row in labelled if row["label"] == "fake"]
    honest = [found["score"] for found, row in labelled if row["label"] == "benign"]
    assert min(fakes) > max(honest)


def test_the_average_precision_of_sites_is_at_least_097(labelled) -> None:
    guilty = [row["label"] == "fake" for found, row in labelled if row["label"] != "advert"]
    assert average_precision(guilty) >= 0.97


def test_no_genuine_platform_is_in_any_band_that_is_shown(labelled) -> None:
    genuine = [found for found, row in labelled if row["label"] == "benign" and found["id"] is None]
    assert genuine
    assert {found["band"] for found in genuine} == {"low"}


def test_nearly_every_fake_is_named_after_the_platform_it_imitates(labelled) -> None:
    fakes = [(found, row) for found, row in labelled if row["label"] == "fake"]
    right = [found["impersonates"] == row["impersonates"] for found, row in fakes]
    assert sum(right) / len(right) >= 0.9


def test_every_score_is_the_sum_of_the_rows_shown(demo) -> None:
    for found in demo[1]:
        total = sum(row["points"] for row in found["reasons"])
        assert found["score"] == pytest.approx(100 / (1 + 2.718281828459045**-total), abs=1e-3), found["host"]


def test_every_fake_has_three_readable_reasons(labelled) -> None:
    for found, row in labelled:
        if row["label"] == "fake":
            against = [r["text"] for r in found["reasons"] if r["points"] > 0]
            assert len(against) >= 3, (found["host"], against)
            assert all(any("\u4e00" <= c <= "\u9fff" for c in text) for text in against)


def test_the_crews_of_the_demo_are_recovered(labelled) -> None:
    """Pairs of leads in one crew; a lead to which the truth gives no crew is one by itself."""
    crew, campaign = {}, {}
    for found, row in labelled:
        if found["id"] is not None:
            crew[found["id"]] = row.get("campaign") or f"alone {found['id']}"
            campaign[found["id"]] = found["campaign"] or f"alone {found['id']}"
    pairs = list(itertools.combinations(sorted(crew), 2))
    true = {(a, b) for a, b in pairs if crew[a] == crew[b]}
    got = {(a, b) for a, b in pairs if campaign[a] == campaign[b]}
    print(f"{len(true)} pairs, {len(true & got)} found, {len(got - true)} wrong")
    assert 2 * len(true & got) / (len(true) + len(got)) >= 0.95


def test_the_demo_ends_with_the_ranked_table(demo, labelled) -> None:
    best = next(found for found, row in labelled if row["label"] == "fake")
    assert "主要理由" in demo[0]
    assert best["host"].replace(".", "[.]") in demo[0].replace("\n", "")
