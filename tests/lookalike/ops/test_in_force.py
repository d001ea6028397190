"""``config show`` and ``config check``: what is in force, where it comes from, and no secret in sight."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lookalike.cli.app import main
from lookalike.config import Config


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    return tmp_path


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["config", *words])
    return int(ended.value.code or 0)


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, str]]:
    assert run("show", "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return {row["name"]: row for row in rows}


def test_every_setting_is_shown_with_what_it_means(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = shown(capsys)
    assert set(rows) == set(Config.model_fields)
    assert all(row["meaning"] for row in rows.values())


def test_it_says_where_a_value_was_set(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "lookalike.toml").write_text('unit = "某市应急管理局"\n')
    (place / "token").write_text("an invented token")
    monkeypatch.setenv("LOOKALIKE_QUERIES", "3")
    monkeypatch.setenv("LOOKALIKE_METRICS_TOKEN_FILE", str(place / "token"))
    rows = shown(capsys)
    assert (rows["unit"]["value"], rows["unit"]["origin"]) == ("某市应急管理局", str(place / "lookalike.toml"))
    assert (rows["queries"]["value"], rows["queries"]["origin"]) == ("3", "LOOKALIKE_QUERIES")
    assert rows["metrics_token"]["origin"] == "LOOKALIKE_METRICS_TOKEN_FILE"
    assert rows["pages"]["origin"] == ""


def test_no_secret_is_ever_shown(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets = {
        "LOOKALIKE_SMTP_PASSWORD": "sesame",
        "LOOKALIKE_S3_SECRET": "sesame",
        "LOOKALIKE_WEBHOOK_URL": "https://hook.test/robot?key=sesame",
        "LOOKALIKE_DATABASE_URL": "postgresql://somebody:sesame@db/lookalike",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    for words in (["show"], ["show", "--json"], ["show", "--changed"], ["check"]):
        run(*words)
        out, err = capsys.readouterr()
        assert "sesame" not in out + err
    assert shown(capsys)["database_url"]["value"] == "postgresql://somebody:***@db/lookalike"


def test_check_names_everything_that_is_wrong_at_once(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (place / "lookalike.toml").write_text('night_at = "25:00"\nquerys = 3\n')
    monkeypatch.setenv("LOOKALIKE_SMTP_PORT", "0")
    monkeypatch.setenv("LOOKALIKE_DIGESTTO", "a@b.test")
    assert run("check") == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    for part in ("night_at", "querys", "LOOKALIKE_SMTP_PORT", "LOOKALIKE_DIGESTTO"):
        assert sum(part in line for line in lines) == 1


def test_check_finds_what_is_set_by_half(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOKALIKE_DIGEST_TO", "somebody@unit.test")
    assert run("check") == 1
    assert "smtp_host and digest_from" in capsys.readouterr().err


def test_a_settings_file_that_is_no_toml_is_one_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "lookalike.toml").write_text("unit = \n")
    assert run("check") == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_settings_in_order_are_said_to_be_so(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert "设置可用" in capsys.readouterr().out
