from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from lookalike.cli.database import app
from lookalike.store.engine import open_engine
from lookalike.store.migrate import upgrade

INSERT = (
    "INSERT INTO lead (id, kind, host, url, registrable_domain, score, band, status, first_seen, last_seen, contacts, "
    "version) VALUES (1, 'site', 'a.example', 'http://a.example/', 'a.example', 95, 'high', 'new', "
    "'2026-03-01 00:00:00', '2026-03-01 00:00:00', '[]', 1)"
)


def test_an_index_that_fell_behind_is_told_and_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/lookalike.db"
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path))
    monkeypatch.setenv("LOOKALIKE_DATABASE_URL", url)
    upgrade(url)
    engine = open_engine(url)
    with engine.begin() as connection:  # past the program: noted, and not indexed
        connection.execute(text(INSERT))
        connection.execute(text("DELETE FROM lead_delta"))
    engine.dispose()
    run = CliRunner()
    found = [run.invoke(app, arguments) for arguments in (["reindex", "--check"], ["reindex"], ["reindex", "--check"])]
    assert [(one.exit_code, one.stdout) for one in found] == [
        (1, "索引与线索不符：1 条线索、1 项计数；请运行 lookalike db reindex\n"),
        (0, "索引已重建：1 条线索\n"),
        (0, "索引与线索一致\n"),
    ]
