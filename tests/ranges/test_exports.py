"""A night without a search engine of its own: SearXNG, an interface with adverts, two exports and a saved page."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lookalike.cyber_range.load import check_range, load_range
from lookalike.cyber_range.serve import serve_process

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "exports"
KEY = "k3y-of-this-range"


@dataclass(frozen=True)
class Nights:
    """The first night's summary, the second one's, what is listed, and everything that was kept or said."""

    code: int
    first: dict[str, Any]
    second: dict[str, Any]
    rows: dict[str, dict[str, Any]]
    sightings: list[tuple[str, str, str, int, int, bool]]
    """Host, source, query, page, position, paid."""
    said: str
    home: Path


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    home = tmp_path_factory.mktemp("exports")
    with serve_process(FOLDER) as running:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        own = {"LOOKALIKE_HOME": str(home), "LOOKALIKE_BROWSER": "off", "LOOKALIKE_QUERIES": "6"}
        env = clean | running.env | own | {"LOOKALIKE_BING_KEY": KEY, "PYTHONPATH": str(HERE.parents[1])}
        run = [sys.executable, "-m", "lookalike"]

        def lookalike(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [*run, *words], env=env | more, capture_output=True, text=True, timeout=180, check=False
            )

        night = lookalike("nightly", "--json")
        assert night.returncode in {0, 3}, night.stderr
        leads = lookalike("leads", "--all", "--json")
        later = lookalike(
            "nightly", "--json", LOOKALIKE_SOURCES="assets,saved", LOOKALIKE_NOW="2026-03-19T02:00:00+08:00"
        )
    rows = {row["host"]: row for row in map(json.loads, leads.stdout.splitlines())}
    first, second = json.loads(night.stdout), json.loads(later.stdout)
    with sqlite3.connect(home / "lookalike.db") as database:
        seen = database.execute(
            "select site.host, source, query, page, position, paid from sighting join site on site.id = site_id"
            " where run_id = ?",
            (first["run"],),
        ).fetchall()
    database.close()
    said = night.stdout + night.stderr + leads.stdout + later.stdout + later.stderr
    return Nights(night.returncode, first, second, rows, seen, said, home)


def test_the_range_is_valid() -> None:
    assert check_range(FOLDER) == []


@pytest.mark.parametrize("site", load_range(FOLDER).truth, ids=lambda t: t.host)
@pytest.mark.slow
def test_what_the_truth_calls_false_is_shown_as_work_and_nothing_else(exports: Nights, site: Any) -> None:
    row = exports.rows[site.host.partition(":")[0]]
    assert (row["band"] in {"high", "medium"}) == (site.label != "benign"), row["reasons"]
    if site.label == "fake":
        assert (row["kind"], row["impersonates"]) == ("site", site.impersonates)


@pytest.mark.parametrize(
    ("host", "sources"),
    [
        ("cx-yingji.example-top", {"searxng", "bing_api"}),
        ("tzzy-kuaiban.example-top", {"bing_api"}),
        ("zs-chaxun.example-top", {"assets"}),
        ("czz-mem.example-top", {"assets"}),
        ("tz-caozuo.example-top", {"baidu"}),
    ],
)
@pytest.mark.slow
def test_every_site_names_the_sources_that_saw_it(exports: Nights, host: str, sources: set[str]) -> None:
    assert {s[1] for s in exports.sightings if s[0] == host} == sources


@pytest.mark.slow
def test_an_advert_of_an_interface_is_a_paid_sighting(exports: Nights) -> None:
    assert {s[5] for s in exports.sightings if s[0] == "tzzy-kuaiban.example-top"} == {1}


@pytest.mark.slow
def test_a_saved_page_keeps_the_words_that_were_searched_for_and_its_places(exports: Nights) -> None:
    saved = [s for s in exports.sightings if s[1] == "baidu"]
    assert {(s[0], s[2], s[4]) for s in saved} == {
        ("tz-caozuo.example-top", "电工证 免考", 1),
        ("news.binhu-ribao.example-cn", "电工证 免考", 2),
    }
    assert {s[3] for s in saved} == {1001}


@pytest.mark.slow
def test_a_source_without_its_key_is_named_and_is_no_failure(exports: Nights) -> None:
    assert exports.first["sources"]["baidu_api"]["state"] == "no key"
    note = next(n for n in exports.first["notes"] if n["source"] == "baidu_api")
    assert "LOOKALIKE_BAIDU_KEY" in note["why"]
    assert not [f for f in exports.first["failed"] if f["source"] == "baidu_api"]


@pytest.mark.slow
def test_an_engine_that_searxng_could_not_ask_is_told(exports: Nights) -> None:
    assert [n for n in exports.first["notes"] if n["source"] == "searxng" and "baidu (CAPTCHA)" in n["why"]]


@pytest.mark.slow
def test_bad_rows_are_told_with_their_numbers_and_the_good_ones_are_kept(exports: Nights) -> None:
    (note,) = [n for n in exports.first["notes"] if n["source"] == "assets"]
    assert note["why"] == "2 行不能用：第 3 行不是网站（协议 ssh）；第 5 行网址无效"
    assert exports.first["sources"]["assets"]["results"] == 3


@pytest.mark.slow
def test_a_page_that_no_reader_knows_is_unparsed_and_named(exports: Nights) -> None:
    assert exports.code == 3
    (failure,) = [f for f in exports.first["failed"] if f["source"] == "saved"]
    assert "通知.html" in failure["why"]
    assert exports.first["sources"]["saved"]["unparsed"] == 1


@pytest.mark.slow
def test_files_that_were_read_give_nothing_new_on_the_next_night(exports: Nights) -> None:
    assert exports.second["sources"]["assets"]["queries"] == 0
    assert exports.second["sources"]["saved"]["queries"] == 1, "the one that could not be read is tried again"
    assert exports.second["sightings"] == 0


@pytest.mark.slow
def test_the_key_is_in_nothing_that_was_kept_or_said(exports: Nights) -> None:
    assert KEY not in exports.said
    kept = [path for path in exports.home.rglob("*") if path.is_file() and KEY.encode() in path.read_bytes()]
    assert kept == []
