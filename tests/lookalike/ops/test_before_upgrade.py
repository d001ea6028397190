"""Before an upgrade of a database that holds something, a copy is kept, or the backup is told of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from alembic import command
from lookalike.cli.app import main
from lookalike.store.engine import open_engine
from lookalike.store.migrate import _config, migrating


@pytest.fixture
def earlier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose database has an earlier schema."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("LOOKALIKE_HOME", str(home))
    engine, config = open_engine(f"sqlite:///{home / 'lookalike.db'}"), _config()
    with migrating(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    engine.dispose()
    return home


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["db", "upgrade", *words])
    return int(ended.value.code or 0)


def version(path: Path) -> str:
    with closing(sqlite3.connect(path)) as opened:
        return str(opened.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_a_copy_of_before_is_kept_and_named(earlier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    copy = earlier / "before-upgrade-0004.db"
    assert (version(copy), version(earlier / "lookalike.db")) == ("0004", version(earlier / "lookalike.db"))
    assert version(earlier / "lookalike.db") > "0004"
    assert str(copy) in capsys.readouterr().err
    assert copy.stat().st_mode & 0o077 == 0


def test_a_current_database_is_not_copied(earlier: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run()
    capsys.readouterr()
    assert run() == 0
    assert capsys.readouterr().err == ""
    assert [path.name for path in earlier.glob("before-upgrade-*")] == ["before-upgrade-0004.db"]


def test_an_older_copy_is_never_written_over(earlier: Path) -> None:
    (earlier / "before-upgrade-0004.db").write_bytes(b"somebody's")
    assert run() == 0
    assert (earlier / "before-upgrade-0004.db").read_bytes() == b"somebody's"
    assert version(earlier / "before-upgrade-0004-2.db") == "0004"


def test_without_room_for_the_copy_nothing_is_upgraded(
    earlier: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOKALIKE_MIN_FREE_BYTES", str(1 << 60))
    assert run() == 3
    assert "E_DISK" in capsys.readouterr().err
    assert version(earlier / "lookalike.db") == "0004"


def test_who_has_a_backup_may_go_without(earlier: Path) -> None:
    assert run("--no-copy") == 0
    assert list(earlier.glob("before-upgrade-*")) == []
    assert version(earlier / "lookalike.db") > "0004"
