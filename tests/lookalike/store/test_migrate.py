from __future__ import annotations

import os
import shutil
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import lookalike
from alembic import command
from lookalike import resources
from lookalike.errors import SchemaError, StoreError
from lookalike.store.engine import open_engine, session_factory, writing
from lookalike.store.migrate import database_url, ensure_current, upgrade
from lookalike.store.models import Base

ROOT = Path(lookalike.__file__).resolve().parent.parent
HEAD = ScriptDirectory(str(resources.alembic_folder())).get_current_head()


def test_the_migrations_lead_to_the_models_and_back(empty_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_DATABASE_URL", empty_url)
    config = Config(toml_file=ROOT / "pyproject.toml")
    command.upgrade(config, "head")
    command.check(config)
    command.downgrade(config, "base")
    engine = open_engine(empty_url)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    engine.dispose()
    command.upgrade(config, "head")
    command.check(config)


@pytest.mark.slow
def test_the_alembic_command_works_from_the_checkout(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "alembic", "upgrade", "head"],
        cwd=ROOT,
        env={**os.environ, "LOOKALIKE_DATABASE_URL": f"sqlite:///{tmp_path}/x.db"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_missing_schema_is_made_once(empty_url: str) -> None:
    engine = open_engine(empty_url)
    made = [ensure_current(engine), ensure_current(engine)]
    tables = {name for name in inspect(engine).get_table_names() if not name.startswith("lead_fts")}
    engine.dispose()
    assert made == [True, False]
    assert tables == {*Base.metadata.tables, "alembic_version"}


def test_many_processes_at_once_make_one_schema(empty_url: str) -> None:
    started = [get_context("fork").Process(target=upgrade, args=(empty_url,)) for _ in range(6)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * 6


def test_a_newer_schema_is_refused_in_one_line(empty_url: str) -> None:
    upgrade(empty_url)
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaError, match="9999, which is newer than this program"):
        ensure_current(engine)
    engine.dispose()


def test_a_database_of_somebody_else_is_left_alone(empty_url: str) -> None:
    engine = open_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE customers (id integer)"))
    with pytest.raises(SchemaError, match="customers"):
        ensure_current(engine)
    assert inspect(engine).get_table_names() == ["customers"]
    engine.dispose()


def test_a_migration_that_fails_half_way_leaves_the_old_schema(
    empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(resources.alembic_folder(), tmp_path / "alembic")
    (folder / "versions" / "bad.py").write_text(
        f"from alembic import op\nrevision, down_revision = 'bad', '{HEAD}'\n"
        "def upgrade():\n    op.execute('DROP TABLE capture')\n    op.execute('nonsense')\n"
    )
    upgrade(empty_url)
    monkeypatch.setattr("lookalike.store.migrate.alembic_folder", lambda: folder)
    engine = open_engine(empty_url)
    with pytest.raises(Exception, match="nonsense"):
        ensure_current(engine)
    assert "capture" in inspect(engine).get_table_names()
    engine.dispose()


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shutil.copytree(resources.alembic_folder(), tmp_path / "alembic")
    (folder / "versions" / "next.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = 'next', '{HEAD}'\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('run', recreate='always') as batch:\n"
        "        batch.add_column(sa.Column('note', sa.Text(), nullable=True))\n"
    )
    url = f"sqlite:///{tmp_path / 'x.db'}"
    upgrade(url)
    engine = open_engine(url)
    with writing(session_factory(engine)) as session:
        session.execute(
            text(
                "INSERT INTO run (id, kind, state, started_at, options, summary) "
                "VALUES (1, 'nightly', 'done', '2026-03-01 00:00:00', '{}', '{}')"
            )
        )
        session.execute(
            text(
                "INSERT INTO search (run_id, source, query, ordinal, state, pages_done, next_url, outcome, note) "
                "VALUES (1, 'baidu', 'q', 0, 'done', 0, '', '', '')"
            )
        )
    monkeypatch.setattr("lookalike.store.migrate.alembic_folder", lambda: folder)
    assert ensure_current(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM search JOIN run ON run.id = search.run_id")) == 1
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_the_database_lies_in_the_home_folder_unless_a_url_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOOKALIKE_DATABASE_URL", raising=False)
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path))
    assert database_url() == f"sqlite:///{tmp_path}/lookalike.db"
    monkeypatch.setenv("LOOKALIKE_DATABASE_URL", "postgresql://h/x")
    assert database_url() == "postgresql://h/x"


def test_an_installed_copy_finds_its_own_scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "lookalike"
    folder = shutil.copytree(resources.alembic_folder(), package / "_data" / "alembic")
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resources.alembic_folder() == folder
    shutil.rmtree(folder)
    with pytest.raises(StoreError, match="install the program again"):
        resources.alembic_folder()
