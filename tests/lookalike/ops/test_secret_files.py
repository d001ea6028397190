"""Secrets by file: read, refused where they are empty, never told."""

from __future__ import annotations

from pathlib import Path

import pytest

from lookalike.config import load_config
from lookalike.errors import ConfigError


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a home; secrets are written beside it."""
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    return tmp_path


def test_a_secret_comes_from_the_file_that_the_variable_names(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "token").write_text("an invented token\n")
    monkeypatch.setenv("LOOKALIKE_METRICS_TOKEN_FILE", str(place / "token"))
    assert load_config().metrics_token.get_secret_value() == "an invented token"


def test_a_secret_comes_from_the_file_that_the_settings_file_names(place: Path) -> None:
    (place / "token").write_text("an invented token")
    (place / "lookalike.toml").write_text(f'metrics_token_file = "{place / "token"}"\n')
    assert load_config().metrics_token.get_secret_value() == "an invented token"


def test_the_address_of_the_database_may_come_from_a_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "url").write_text("postgresql://somebody:sesame@db/lookalike\n")
    monkeypatch.setenv("LOOKALIKE_DATABASE_URL_FILE", str(place / "url"))
    assert load_config().database == "postgresql://somebody:sesame@db/lookalike"


@pytest.mark.parametrize(
    ("held", "told"),
    [(b"", "is empty"), (b" \n\n", "is empty"), (b"one\ntwo\n", "one line"), (b"\xff\xfe", "UTF-8"), (None, "No such")],
)
def test_a_file_without_one_secret_is_refused_in_one_line(
    place: Path, monkeypatch: pytest.MonkeyPatch, held: bytes | None, told: str
) -> None:
    if held is not None:
        (place / "token").write_bytes(held)
    monkeypatch.setenv("LOOKALIKE_METRICS_TOKEN_FILE", str(place / "token"))
    with pytest.raises(ConfigError) as raised:
        load_config()
    assert told in str(raised.value)
    assert str(place / "token") in str(raised.value)
    assert "LOOKALIKE_METRICS_TOKEN_FILE" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_open_secret_beside_the_file_is_a_contradiction(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "token").write_text("one")
    monkeypatch.setenv("LOOKALIKE_METRICS_TOKEN_FILE", str(place / "token"))
    monkeypatch.setenv("LOOKALIKE_METRICS_TOKEN", "another")
    with pytest.raises(ConfigError, match="set openly as well"):
        load_config()


def test_the_environment_wins_over_the_settings_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "token").write_text("of the file")
    (place / "lookalike.toml").write_text(f'metrics_token_file = "{place / "token"}"\n')
    monkeypatch.setenv("LOOKALIKE_METRICS_TOKEN", "of the environment")
    assert load_config().metrics_token.get_secret_value() == "of the environment"


def test_a_wrong_secret_is_told_of_without_being_shown(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_WEBHOOK_URL", "sesame-and-no-address")
    with pytest.raises(ConfigError) as raised:
        load_config()
    assert "LOOKALIKE_WEBHOOK_URL" in str(raised.value)
    assert "sesame" not in str(raised.value)
