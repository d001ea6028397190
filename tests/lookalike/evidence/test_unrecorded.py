"""A kill between the pack's name and its row: the pack is whole, is told of, and its number is not given again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lookalike.cli.app import main
from lookalike.config import Config
from lookalike.evidence.unrecorded import unrecorded
from lookalike.evidence.verify.run import verify
from lookalike.night import Night
from lookalike.opening import open_store
from lookalike.ops.doctor.look import look
from tests.conftest import ROOT

KILLED = """
import os, sys, signal
from pathlib import Path
import lookalike.evidence.pack as pack
from lookalike.config import Config
from lookalike.opening import open_store
from tests.lookalike.evidence.stored import NOW

def die(folder):
    if folder.name == "packs":  # the name is there, the row is not committed yet
        os.kill(os.getpid(), signal.SIGKILL)

pack.sync_folder = die
config = Config(home=Path(sys.argv[1]), pdf=False)
pack.export(config, open_store(config), [int(sys.argv[2])], Path(sys.argv[1]) / "packs", now=NOW, by="王一", campaign=None)
"""


@pytest.fixture(scope="module")
def cut_short(evidence_night: Night, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose only export was killed at that moment."""
    home = shutil.copytree(evidence_night.config.home, tmp_path_factory.mktemp("killed") / "home")
    env = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")} | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", KILLED, str(home), "1"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return home


@pytest.fixture
def killed(cut_short: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which the settings name."""
    home = shutil.copytree(cut_short, tmp_path / "home")
    monkeypatch.setenv("LOOKALIKE_HOME", str(home))
    monkeypatch.setenv("LOOKALIKE_PDF", "false")
    return home


def test_the_pack_is_whole_and_on_no_record(killed: Path) -> None:
    [name] = unrecorded(open_store(Config(home=killed)), killed / "packs")
    assert verify(killed / "packs" / name).result == "whole"


def test_the_next_export_tells_of_it_and_takes_another_number(killed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [before] = [path.name for path in (killed / "packs").glob("*.pack")]
    with pytest.raises(SystemExit) as ended:
        main(["export", "1", "-o", str(killed / "packs")])
    out, err = capsys.readouterr()
    assert ended.value.code == 0
    assert before in err
    assert "没有入库记录" in err
    assert Path(out.strip()).parent.name != before
    assert unrecorded(open_store(Config(home=killed)), killed / "packs") == [before]


def test_the_doctor_tells_of_it(killed: Path) -> None:
    [found] = [one for one in look(offline=True) if one.id == "packs"]
    assert (found.state, found.facts["count"]) == ("warn", "1")
    assert found.words("zh")["mend"]


def test_packs_on_record_and_other_files_are_not_told_of(evidence_night: Night, tmp_path: Path) -> None:
    folder = tmp_path / "packs"
    assert unrecorded(evidence_night.factory, folder) == []
    folder.mkdir()
    (folder / "notes.pack").write_text("a file")
    assert unrecorded(evidence_night.factory, folder) == []
