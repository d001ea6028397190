"""What is shipped for systemd, cron and Prometheus: read by the programs that will read it, where they are here."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer import Context
from typer.main import get_command

from lookalike.cli.app import app
from tests.conftest import ROOT

DEPLOY = ROOT / "lookalike" / "deploy"
UNITS = sorted([*(DEPLOY / "systemd").glob("*.service"), *(DEPLOY / "systemd").glob("*.timer")])
PROGRAM = "/opt/lookalike/.venv/bin/lookalike"
COMMANDS = set(get_command(app).list_commands(Context(get_command(app))))


def read(path: Path) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str
    found.read_string(path.read_text(encoding="utf-8"))
    return found


def test_there_are_units() -> None:
    assert {path.name for path in UNITS} >= {"lookalike-night.service", "lookalike-night.timer"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_finds_nothing_wrong_with_a_unit(unit: Path, tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not on this machine")
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8").replace(PROGRAM, sys.executable))
    done = subprocess.run(  # noqa: PLW1510 - the code is what is asked for
        [program, "verify", "--man=no", str(tmp_path / unit.name)], capture_output=True, text=True, timeout=60
    )
    about_it = [line for line in done.stderr.splitlines() if "lookalike" in line]
    assert (done.returncode, about_it) == (0, [])


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".service"], ids=lambda path: path.name)
def test_a_service_runs_a_command_that_exists_as_an_ordinary_user(unit: Path) -> None:
    service = read(unit)["Service"]
    program, command, *_ = service["ExecStart"].split()
    assert (program, service["User"]) == (PROGRAM, "lookalike")
    assert command in COMMANDS
    assert service["NoNewPrivileges"] == "yes"


SERVICES = [u for u in UNITS if u.suffix == ".service"]
EXPOSED = {"lookalike-night.service": 3.0, "lookalike-worker@.service": 3.0}
"""Of ten; a browser's own sandbox needs what other services are denied."""


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_a_service_is_shut_in_as_systemd_itself_counts(unit: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not on this machine")
    done = subprocess.run(  # noqa: PLW1510 - its text is what is asked for
        [program, "security", "--offline=true", "--no-pager", str(unit)], capture_output=True, text=True, timeout=60
    )
    level = re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)
    assert level is not None, done.stderr
    assert float(level[1]) <= EXPOSED.get(unit.name, 1.5)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda path: path.name)
def test_a_call_that_is_denied_is_an_error_and_no_kill(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    assert "SystemCallErrorNumber=EPERM" in lines  # libraries try, and do without


def test_what_runs_unwatched_tells_people_when_it_fails() -> None:
    for name in ("lookalike-night.service", "lookalike-web.service", "lookalike-worker@.service"):
        assert read(DEPLOY / "systemd" / name)["Unit"]["OnFailure"] == "lookalike-alert@%n.service"
    alert = read(DEPLOY / "systemd" / "lookalike-alert@.service")
    assert alert["Service"]["ExecStart"].split()[1:] == ["alert", "%i"]
    assert "OnFailure" not in alert["Unit"]  # it must not call itself


@pytest.mark.parametrize("unit", [u for u in UNITS if u.suffix == ".timer"], ids=lambda path: path.name)
def test_a_timer_goes_by_beijing_and_makes_up_for_what_was_missed(unit: Path) -> None:
    timer = read(unit)["Timer"]
    assert timer["OnCalendar"].endswith("Asia/Shanghai")
    assert timer["Persistent"] == "true"
    assert (unit.parent / timer["Unit"]).is_file()


def test_every_cron_line_runs_a_command_that_exists() -> None:
    lines = [
        line
        for line in (DEPLOY / "systemd" / "lookalike.cron").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#") and "=" not in line.split()[0]
    ]
    assert len(lines) == 2
    for line in lines:
        assert re.fullmatch(r"(\S+ ){5}lookalike " + re.escape(PROGRAM) + r" (\w+) .*", line)[2] in COMMANDS
