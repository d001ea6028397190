"""A service that failed is told of once an hour, by the ways that are set, without any database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lookalike.cli.app import main
from lookalike.config import Config
from lookalike.errors import UsageError
from lookalike.ops.alert import alert, notice
from lookalike.ops.channels import configured
from tests.lookalike.evidence.stored import NOW
from tests.lookalike.ops.conftest import Posted

UNIT = "lookalike-night.service"
ENDED = {"MONITOR_SERVICE_RESULT": "exit-code", "MONITOR_EXIT_STATUS": "1"}


@pytest.fixture
def config(tmp_path: Path, hook: Posted) -> Config:
    return Config(home=tmp_path, webhook_url=hook.url, allow_networks=("127.0.0.0/8",))


def test_it_says_what_failed_how_and_where_to_look() -> None:
    told = notice(UNIT, ENDED, NOW)
    assert UNIT in told.subject
    assert "退出码 1" in told.text
    assert f"journalctl -u {UNIT}" in told.text


@pytest.mark.parametrize("wrong", ["", "a b", "x\ny", "$(reboot)", "x" * 300])
def test_what_is_no_unit_s_name_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match="expected the name of a unit"):
        notice(wrong, {}, NOW)


def test_it_goes_out_as_an_alert_and_not_as_a_digest(config: Config, hook: Posted) -> None:
    done = alert(config.home, configured(config), UNIT, ENDED, NOW)
    assert (done.sent, done.failed) == (["webhook"], {})
    assert (hook.bodies[0]["kind"], hook.bodies[0]["facts"]["unit"]) == ("lookalike.alert", UNIT)


def test_the_same_within_the_hour_is_withheld_and_another_unit_is_not(config: Config, hook: Posted) -> None:
    ways = configured(config)
    alert(config.home, ways, UNIT, ENDED, NOW)
    assert alert(config.home, ways, UNIT, ENDED, NOW + timedelta(minutes=59)).withheld
    assert alert(config.home, ways, "lookalike-web.service", ENDED, NOW + timedelta(minutes=59)).sent
    assert alert(config.home, ways, UNIT, ENDED, NOW + timedelta(minutes=61)).sent
    assert len(hook.bodies) == 3


def test_a_clock_that_was_set_back_withholds_nothing(config: Config, hook: Posted) -> None:
    ways = configured(config)
    alert(config.home, ways, UNIT, ENDED, NOW)
    assert alert(config.home, ways, UNIT, ENDED, NOW - timedelta(days=300)).sent


def test_what_no_way_took_is_told_again_the_next_time(config: Config, hook: Posted) -> None:
    hook.status = 500
    assert "HTTP 500" in alert(config.home, configured(config), UNIT, ENDED, NOW).failed["webhook"]
    hook.status = 200
    assert alert(config.home, configured(config), UNIT, ENDED, NOW).sent == ["webhook"]


def test_a_torn_note_of_earlier_alerts_withholds_nothing(config: Config, hook: Posted) -> None:
    (config.home / "alerts.json").write_text('{"lookalike-night.ser')
    assert alert(config.home, configured(config), UNIT, ENDED, NOW).sent == ["webhook"]


def test_the_command_needs_no_database_and_says_when_no_way_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LOOKALIKE_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nowhere")
    with pytest.raises(SystemExit) as ended:
        main(["alert", UNIT])
    assert (ended.value.code, "no way is set" in capsys.readouterr().err) == (2, True)


def test_the_command_sends_where_the_database_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hook: Posted, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "LOOKALIKE_HOME": str(tmp_path / "home"),
        "LOOKALIKE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
        "LOOKALIKE_WEBHOOK_URL": hook.url,
        "LOOKALIKE_ALLOW_NETWORKS": "127.0.0.0/8",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        main(["alert", UNIT])
    assert (ended.value.code, len(hook.bodies)) == (0, 1)
    assert "已送达：webhook" in capsys.readouterr().out
