"""``lookalike screen`` as people and scripts call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lookalike.screening.local import screened

ROOT = Path(__file__).resolve().parents[3]


def run(*args: str, given: bytes = b"", home: Path) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    env = clean | {"LOOKALIKE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(  # noqa: PLW1510 - the code is looked at
        [sys.executable, "-m", "lookalike", "screen", *args], input=given, env=env, capture_output=True, timeout=120
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_hit_has_the_keys_that_scripts_read(tmp_path):
    done = run("--json", given=b"cx-mem-gov.cn.com\nexample.com\n", home=tmp_path)
    (row,) = map(json.loads, done.stdout.splitlines())
    assert {"name", "score", "impersonates", "rule", "matched"} <= row.keys()
    assert (done.returncode, row["name"], row["impersonates"]) == (0, "cx-mem-gov.cn.com", "mem-cx")


def test_a_score_below_the_least_is_not_shown(tmp_path):
    assert run("--json", "--min-score", "100", given=b"cx-mem-gov.cn.com\n", home=tmp_path).stdout == ""


def test_bad_lines_are_shown_and_the_rest_is_screened(tmp_path):
    done = run("-", given=b"a..b\ncxmemgov.cn\n", home=tmp_path)
    assert "cxmemgov.cn" in done.stdout
    assert "名称 1" in done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize(("files", "code"), [(["nowhere.txt"], 2), (["nowhere.txt", "good.txt"], 3)])
def test_a_file_that_cannot_be_read_costs_the_others_nothing(tmp_path, monkeypatch, files, code):
    (tmp_path / "good.txt").write_text("cxmemgov.cn\n", encoding="utf-8")
    done = run(*(str(tmp_path / f) for f in files), home=tmp_path)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_several_processes_give_the_hits_in_their_order():
    blocks = [f"cxmemgov{n}.cn\n".encode() + b"cx-mem-gov.cn.com\n" for n in range(6)]
    one = [h.name for part in screened(blocks, processes=1) for h in part.hits]
    two = [h.name for part in screened(blocks, processes=2) for h in part.hits]
    assert one == two
    assert len(one) >= 6
