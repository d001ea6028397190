"""A night over what nobody finds by searching: reports, a list of new names, certificates, under names of no meaning."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from lookalike.cyber_range.load import check_range
from lookalike.cyber_range.serve import serve_process

HERE = Path(__file__).resolve().parent
CALLER, NUMBER = "甄某某", "13900000001"
"""The reporter, invented, as the table of calls has her."""


@dataclass(frozen=True, slots=True)
class Nights:
    """Two nights over the same folder; before the second one a list has grown."""

    summaries: list[dict[str, Any]]
    codes: list[int]
    rows: dict[str, dict[str, Any]]
    """By host, ``leads --all`` after both."""
    sellers: list[dict[str, Any]]
    home: Path
    names: list[str]
    """Hosts that sightings of the first night name."""


def write_workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["群众举报登记表", None, None],
        ["登记日期", "线索内容", "网站地址"],
        [46112.375, "收到短信，点开是证书查询平台，怀疑是假的", "tzzy-cx.example-top"],
    ):
        book.active.append(row)
    book.save(path)


@pytest.fixture(scope="module")
def fed(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    folder = tmp_path_factory.mktemp("feeds") / "range"
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(HERE / "feeds", folder)
    write_workbook(folder / "feeds" / "dengji.xlsx")
    with serve_process(folder) as running:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        env = clean | running.env | {"LOOKALIKE_HOME": str(home), "PYTHONPATH": str(HERE.parents[1])}

        def run(*words: str) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "lookalike", *words]
            return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)

        first = run("nightly", "--json")
        assert first.returncode == 0, first.stderr
        listed = [json.loads(line) for line in run("leads", "--all", "--json").stdout.splitlines()]
        names = sorted(row["host"] for row in listed for s in row["sightings"] if s["source"] in {"names", "ct"})
        with (folder / "feeds" / "xinzhuce-0401.txt").open("a", encoding="utf-8") as grown:
            grown.write("mail.huahui-lvye.example-top\n")
        second = run("nightly", "--json")
        listed = [json.loads(line) for line in run("leads", "--all", "--json").stdout.splitlines()]
    rows = {row["host"]: row for row in listed if row["host"]}
    sellers = [row for row in listed if not row["host"]]
    summaries = [json.loads(done.stdout) for done in (first, second)]
    return Nights(summaries, [first.returncode, second.returncode], rows, sellers, home, names)


def every_file(folder: Path) -> Iterator[bytes]:
    yield from (path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_the_range_is_described_without_a_slip() -> None:
    assert check_range(HERE / "feeds") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "source", "platform"),
    [
        ("www.aqzs-heyan.example-top", "tips", "mem-cx"),
        ("tzzy-cx.example-top", "tips", "mem-cx"),
        ("cx.mem.gov.cn.xin-zs.example-top", "names", "mem-cx"),
        ("zlaq-mohurd.gov-cn.example-top", "ct", "mohurd-zlaq"),
    ],
)
def test_a_fake_that_only_a_feed_names_is_found(fed: Nights, host: str, source: str, platform: str) -> None:
    row = fed.rows[host]
    assert (row["kind"], row["band"] in {"high", "medium"}, row["impersonates"]) == ("site", True, platform)
    assert [s["source"] for s in row["sightings"]] == [source]


@pytest.mark.slow
def test_a_sighting_names_the_report_and_quotes_it(fed: Nights) -> None:
    (seen,) = fed.rows["www.aqzs-heyan.example-top"]["sightings"]
    assert seen["query"] == "DG20260330001"
    assert "www。aqzs-heyan。example-top" in seen["snippet"]


@pytest.mark.slow
def test_a_name_tells_what_it_imitates(fed: Nights) -> None:
    (seen,) = fed.rows["cx.mem.gov.cn.xin-zs.example-top"]["sightings"]
    assert "cx.mem.gov.cn" in seen["snippet"]
    assert seen["query"].startswith("xinzhuce-0401.txt")


@pytest.mark.slow
def test_a_seller_without_a_site_is_a_lead(fed: Nights) -> None:
    (lead,) = fed.sellers
    assert (lead["kind"], lead["band"], lead["contacts"]) == (
        "advert",
        "high",
        [{"type": "wechat", "value": "dg_bzpass88"}],
    )
    assert [s["query"] for s in lead["sightings"]] == ["DG20260330002"]


@pytest.mark.slow
def test_a_school_that_a_report_complains_of_is_left_alone(fed: Nights) -> None:
    assert fed.rows["dg-peixun.example-top"]["band"] == "low"


@pytest.mark.slow
def test_names_that_resemble_nothing_leave_nothing(fed: Nights) -> None:
    for host in ("lvye-huahui.example-top", "haiyue-lvyou.example-top", "www.lvye-huahui.example-top"):
        assert host not in fed.rows


@pytest.mark.slow
def test_a_name_that_is_not_up_yet_or_parked_is_tried_again(fed: Nights) -> None:
    assert {"cx-mem.gov.cn.weijiexi.example-top", "chaxun-mem.gov-cn.example-top"} <= set(fed.rows)
    assert fed.summaries[0]["life"]["dead"] == 1
    assert fed.summaries[0]["life"]["parked"] == 1


@pytest.mark.slow
def test_the_night_counts_what_it_read_and_names_bad_rows(fed: Nights) -> None:
    said = {note["source"]: note["why"] for note in fed.summaries[0]["notes"]}
    assert "第 6 行" in said["tips"]
    assert "读 6 个域名，3 个形近" in said["names"]
    assert "第 3 行不是有效的 JSON" in said["ct"]
    assert (fed.summaries[0]["tips"]["new"], fed.summaries[0]["tips"]["repeated"]) == (4, 1)
    assert fed.summaries[0]["failed"] == []


@pytest.mark.slow
def test_a_list_that_has_grown_tells_its_old_names_no_second_time(fed: Nights) -> None:
    assert fed.codes == [0, 0]
    assert fed.summaries[1]["tips"] == {}
    assert fed.summaries[1]["sightings"] == 0
    assert sorted(fed.names) == sorted(
        row["host"] for row in fed.rows.values() for s in row["sightings"] if s["source"] in {"names", "ct"}
    )


@pytest.mark.slow
def test_nothing_that_is_kept_names_the_reporter(fed: Nights) -> None:
    whole = b"\n".join(every_file(fed.home))
    assert "www。aqzs-heyan。example-top".encode() in whole
    for own in (CALLER, NUMBER, json.dumps(CALLER)[1:-1]):
        assert own.encode() not in whole
