"""A night over accounts, posts and small ads: every seller by the source that showed him, nobody honest beside him."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lookalike.cyber_range.load import check_range
from lookalike.cyber_range.serve import serve_process

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "listings"
SHOWN = {"high", "medium"}
SOURCES = {"weixin", "weixin_accounts", "tieba", "tieba_forum", "weibo", "wuba", "baixing"}


@dataclass(frozen=True)
class Listed:
    """What the night told, and its leads by address."""

    env: dict[str, str]
    summary: dict[str, Any]
    rows: dict[str, dict[str, Any]]
    log: list[dict[str, Any]]

    def row(self, part: str) -> dict[str, Any]:
        """The one row whose address holds ``part``."""
        (found,) = [row for url, row in self.rows.items() if part in url]
        return found


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Listed:
    home = tmp_path_factory.mktemp("listings")
    with serve_process(FOLDER) as running:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        own = {"LOOKALIKE_HOME": str(home), "LOOKALIKE_QUERIES": "12", "LOOKALIKE_BROWSER": "off"}
        env = clean | running.env | own | {"PYTHONPATH": str(HERE.parents[1])}
        run = [sys.executable, "-m", "lookalike"]
        night = subprocess.run([*run, "nightly", "--json"], env=env, capture_output=True, text=True, timeout=240)  # noqa: PLW1510 - looked at below
        assert night.returncode == 0, night.stderr
        rows = subprocess.run(
            [*run, "leads", "--all", "--json"], env=env, capture_output=True, text=True, check=True, timeout=60
        ).stdout
        log = running.requests()
    found = {row["url"]: row for row in map(json.loads, rows.splitlines())}
    return Listed(dict(running.env), json.loads(night.stdout), found, log)


def test_the_range_is_described_without_a_slip() -> None:
    assert check_range(FOLDER) == []


def test_a_range_that_names_no_sources_is_asked_by_all_that_it_can_answer(listed: Listed) -> None:
    assert set(listed.env["LOOKALIKE_SOURCES"].split(",")) == SOURCES
    assert set(listed.summary["sources"]) == SOURCES


def test_only_cities_that_the_range_has_are_asked(listed: Listed) -> None:
    asked = {line["host"] for line in listed.log if line.get("path") in {"/sou/", "/search/"}}
    assert asked == {"yt.58.com", "weihai.58.com", "yantai.baixing.com"}


@pytest.mark.parametrize("source", sorted(SOURCES))
def test_every_source_is_read_and_says_when_nothing_was_found(listed: Listed, source: str) -> None:
    told = listed.summary["sources"][source]
    assert told["results"] > 0
    assert [told[k] for k in ("captcha", "unparsed", "failed")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("part", "source", "contact"),
    [
        ("mp.weixin.qq.com/s/AdListing01", "weixin", "hgz-listing-01"),
        ("tieba.baidu.com/p/9100000001?pid=20001", "tieba", "100200309"),
        ("tieba.baidu.com/p/9100000003", "tieba_forum", "hg-listing-03"),
        ("yt.58.com/zhiyepeix/51000000000001x", "wuba", "13800000031"),
        ("weihai.58.com/zhiyepeix/51000000000011x", "wuba", "wh-listing-58"),
        ("yantai.baixing.com/jinengpeixun/a9300000001", "baixing", "gczy-listing-04"),
    ],
)
def test_a_sellers_post_is_an_advert_of_its_own(listed: Listed, part: str, source: str, contact: str) -> None:
    row = listed.row(part)
    assert (row["kind"], row["band"] in SHOWN) == ("advert", True), row["reasons"]
    assert source in {s["source"] for s in row["sightings"]}
    assert contact in {c["value"] for c in row["contacts"]}


@pytest.mark.parametrize(
    ("part", "source", "contacts"),
    [
        ("weibo.com/1990000101/OaListing1", "weibo", set()),
        ("yt.58.com/zhiyepeix/51000000000003x", "wuba", {"gczy-listing-58"}),
        ("yantai.baixing.com/jinengpeixun/a9300000009", "baixing", {"13800000039"}),
    ],
)
def test_an_advert_whose_own_page_cannot_be_read_counts_by_the_list(
    listed: Listed, part: str, source: str, contacts: set[str]
) -> None:
    row = listed.row(part)
    assert (row["kind"], row["band"] in SHOWN) == ("advert", True), row["reasons"]
    assert {s["source"] for s in row["sightings"]} == {source}
    assert {c["value"] for c in row["contacts"]} == contacts


def test_the_false_query_behind_a_posts_short_link_is_found(listed: Listed) -> None:
    row = listed.row("zs-hecha.top")
    assert (row["kind"], row["band"], row["impersonates"]) == ("site", "high", "mem-cx")
    assert "weibo" in {s["source"] for s in row["sightings"]}


def test_one_thread_seen_by_two_sources_is_one_lead(listed: Listed) -> None:
    assert {s["source"] for s in listed.row("/p/9100000003")["sightings"]} == {"tieba", "tieba_forum"}


@pytest.mark.parametrize(("wechat_id", "platform"), [("yt_yingji_zs", "yantai-wechat"), ("gjaqsc_ks01", "mem-wechat")])
def test_an_account_with_an_official_name_and_no_public_body_is_a_lead(
    listed: Listed, wechat_id: str, platform: str
) -> None:
    row = listed.row(f"username={wechat_id}")
    assert (row["kind"], row["band"] in SHOWN, row["impersonates"]) == ("site", True, platform)
    assert "account_lookalike" in {r["signal"] for r in row["reasons"]}


@pytest.mark.parametrize(
    "part",
    [
        "username=ytyjgl_guanfang",
        "username=hb_dgpx",
        "s/WarnListing02",
        "/p/9100000002",
        "/p/9100000004",
        "weibo.com/1990000102/OaListing2",
        "yt.58.com/zhiyepeix/51000000000002x",
        "yantai.baixing.com/jinengpeixun/a9300000002",
    ],
)
def test_an_honest_neighbour_is_left_alone(listed: Listed, part: str) -> None:
    assert listed.row(part)["band"] == "low", listed.row(part)["reasons"]
