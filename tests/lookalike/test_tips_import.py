"""``lookalike tips import``: what it keeps, what it tells, and that a kill doubles nothing. All persons are invented."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from lookalike import tips_import
from lookalike.cli.app import _run
from lookalike.config import Config
from lookalike.opening import open_store
from lookalike.store import listing, sites
from lookalike.store.engine import reading
from lookalike.store.models import Run, Sighting, Tip
from lookalike.tips_import import import_files

HEAD = ["工单编号", "来电时间", "来电人", "联系电话", "诉求内容"]
GOOD = ["DG20260330001", "2026-03-30 09:12", "甄某某", "13900000001", "网站www。zs-cx。top能查到假证，请查处"]
SELLER = ["DG20260330002", "2026-03-30 09:20", "贾某某", "13900000009", "高压电工证免考包过，全国可查，加微信dg_bz88"]
EMPTY = ["DG20260330003", "2026-03-30", "", "", ""]
ONLY_KEPT = ["DG20260330004", "2026-03-30", "", "", "反映培训学校收费不退，电话无人接听"]

Answer = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def answer(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Answer:
    """Runs a command line: exit code, stdout, stderr."""
    for name in [n for n in os.environ if n.startswith("LOOKALIKE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LOOKALIKE_HOME", str(home))
    monkeypatch.chdir(tmp_path)

    def run(*argv: str | Path) -> tuple[int, str, str]:
        code = _run([str(a) for a in argv])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def table(path: Path, *rows: list[Any], head: list[str] | None = None) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([["2026年3月工单汇总"], [], head or HEAD, *rows])
    return path


def kept(home: Path) -> list[tuple[Any, ...]]:
    with reading(open_store(Config(home=home))) as session:
        return [(t.row, t.number, t.seen, t.text) for t in session.scalars(select(Tip).order_by(Tip.row))]


def test_reports_become_sites_that_wait_and_leads_without_a_site(answer: Answer, tmp_path: Path, home: Path) -> None:
    code, out, _ = answer("tips", "import", "--json", table(tmp_path / "a.csv", GOOD, SELLER, ONLY_KEPT))
    told = json.loads(out)
    assert code == 0
    assert {k: told[k] for k in ("tips", "new", "addresses", "sites_new", "leads_new", "without")} == {
        "tips": 3,
        "new": 3,
        "addresses": 1,
        "sites_new": 1,
        "leads_new": 1,
        "without": 1,
    }
    with reading(open_store(Config(home=home))) as session:
        assert [(job.key.host, job.urls) for job in sites.waiting(session)] == [
            ("www.zs-cx.top", ("http://www.zs-cx.top/",))
        ]
        (seen,) = session.scalars(select(Sighting)).all()
        assert (seen.source, seen.query) == ("tips", "DG20260330001")
        (lead,) = listing.listing(session)
        assert (lead.kind, lead.host, lead.contacts) == ("advert", "", [{"type": "wechat", "value": "dg_bz88"}])


def test_bad_rows_are_named_and_good_ones_are_kept(answer: Answer, tmp_path: Path, home: Path) -> None:
    code, _, err = answer("tips", "import", table(tmp_path / "a.csv", GOOD, EMPTY, SELLER))
    assert code == 3
    assert "a.csv 第 5 行" in err
    assert "内容" in err
    assert [row for row, *_ in kept(home)] == [4, 6]


def test_the_same_report_twice_is_counted_and_joined(answer: Answer, tmp_path: Path, home: Path) -> None:
    first, second = table(tmp_path / "a.csv", GOOD, GOOD), table(tmp_path / "b.csv", SELLER, [*GOOD[:4], GOOD[4] + " "])
    answer("tips", "import", first)
    code, out, _ = answer("tips", "import", "--json", second)
    assert (code, json.loads(out)["repeated"]) == (0, 1)
    assert [(number, seen) for _, number, seen, _ in kept(home)] == [("DG20260330001", 3), ("DG20260330002", 1)]
    with reading(open_store(Config(home=home))) as session:
        assert len(session.scalars(select(Sighting)).all()) == 1


def test_a_file_that_was_read_changes_nothing_the_second_time(answer: Answer, tmp_path: Path, home: Path) -> None:
    path = table(tmp_path / "a.csv", GOOD, SELLER)
    answer("tips", "import", path)
    before = kept(home)
    code, out, _ = answer("tips", "import", "--json", path.rename(tmp_path / "renamed.csv"))
    assert (code, json.loads(out)["read_before"]) == (0, True)
    assert kept(home) == before


def test_a_dry_run_tells_the_same_and_keeps_nothing(answer: Answer, tmp_path: Path, home: Path) -> None:
    path = table(tmp_path / "a.csv", GOOD, EMPTY, GOOD)
    code, out, err = answer("tips", "import", "--dry-run", "--json", path)
    told = json.loads(out)
    assert (code, told["tips"], told["new"], told["repeated"]) == (3, 2, 1, 1)
    assert "第 5 行" in err
    assert kept(home) == []


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.csv", None, "missing.csv"),
        ("a.csv", "一,二,三\n1,2,3\n".encode(), "表头"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为"),
        ("a.xlsx", b"PK\x03\x04broken", "xlsx"),
        ("a.csv", ",".join(HEAD).encode() + b"\n1,,,,\n", "第 2 行"),
    ],
)
def test_a_file_of_no_use_is_one_line_and_exit_2(
    answer: Answer, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    code, _, err = answer("tips", "import", tmp_path / name)
    assert (code, said in err, "Traceback" in err) == (2, True, False)
    assert len(err.strip().splitlines()) == 1


def test_one_file_of_no_use_does_not_cost_the_others(answer: Answer, tmp_path: Path, home: Path) -> None:
    code, out, _ = answer("tips", "import", "--json", tmp_path / "missing.csv", table(tmp_path / "a.csv", GOOD))
    assert code == 3
    assert [json.loads(line)["new"] for line in out.splitlines()] == [0, 1]
    assert len(kept(home)) == 1


def test_a_workbook_is_read_like_a_table(answer: Answer, tmp_path: Path, home: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["汇总"], HEAD, GOOD, SELLER):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert answer("tips", "import", tmp_path / "a.xlsx")[0] == 0
    assert [row for row, *_ in kept(home)] == [3, 4]


def test_the_database_holds_nothing_of_the_reporter(answer: Answer, tmp_path: Path, home: Path) -> None:
    answer("tips", "import", table(tmp_path / "a.csv", [*GOOD[:4], f"来电人甄某某（13900000001）：{GOOD[4]}"], SELLER))
    whole = b"".join(path.read_bytes() for path in home.rglob("lookalike.db*"))
    assert GOOD[4].encode() in whole
    for own in ("甄某某", "13900000001", "贾某某", "13900000009"):
        assert own.encode() not in whole
        assert json.dumps(own)[1:-1].encode() not in whole


def test_a_commands_help_shows_an_example(answer: Answer) -> None:
    code, out, _ = answer("tips", "import", "--help")
    assert (code, "Example: lookalike tips import" in out) == (0, True)


def _import(home: Path, paths: list[Path]) -> None:
    import_files(Config(home=home), paths)


def _outcome(home: Path) -> tuple[list[Any], list[Any], int]:
    with reading(open_store(Config(home=home))) as session:
        rows = [
            (t.file, t.row, t.seen, t.urls, t.lead_id is None)
            for t in session.scalars(select(Tip).order_by(Tip.file, Tip.row))
        ]
        seen = [(s.query, s.url) for s in session.scalars(select(Sighting).order_by(Sighting.query, Sighting.url))]
        return rows, seen, len(session.scalars(select(Run).where(Run.state == "running")).all())


@pytest.mark.slow
def test_an_import_that_is_killed_anywhere_ends_like_one_that_was_not(tmp_path: Path) -> None:
    rows = [
        [f"DG2026{n:06}", "2026-03-30", "", "", f"网站www.zs-{n % 500}.top查到假证，第{n % 900}次"] for n in range(1500)
    ]
    paths = [table(tmp_path / f"{name}.csv", *rows[part::3], SELLER) for part, name in enumerate("abc")]
    calm, shaken = tmp_path / "calm", tmp_path / "shaken"
    fork = get_context("fork")
    began = time.monotonic()
    only = fork.Process(target=_import, args=(calm, paths))
    only.start()
    only.join()
    took = time.monotonic() - began
    chance = random.Random(11)
    for _ in range(8):
        process = fork.Process(target=_import, args=(shaken, paths))
        process.start()
        time.sleep(chance.uniform(0.05, took))
        if process.pid is not None:
            os.kill(process.pid, signal.SIGKILL)
        process.join()
    last = fork.Process(target=_import, args=(shaken, paths))
    last.start()
    last.join()
    assert (only.exitcode, last.exitcode) == (0, 0)
    assert _outcome(shaken) == _outcome(calm)


def test_a_kill_within_a_file_leaves_nothing_of_it(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[f"DG2026{n:06}", "2026-03-30", "", "", f"网站www.zs-{n}.top查到假证"] for n in range(700)]
    path = table(tmp_path / "a.csv", *rows)
    real, calls = tips_import.keep_piece, []

    def dies(*args: Any, **more: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **more)

    monkeypatch.setattr(tips_import, "keep_piece", dies)
    with pytest.raises(KeyboardInterrupt):
        _import(home, [path])
    assert kept(home) == []
    _import(home, [path])
    assert len(kept(home)) == 700
    assert {seen for _, _, seen, _ in kept(home)} == {1}
