from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import DBAPIError, StatementError

from lookalike.errors import ConfigError, StoreError
from lookalike.store import engine as engines
from lookalike.store.engine import Factory, open_engine, reading, session_factory, writing
from lookalike.store.migrate import upgrade
from lookalike.store.models import Run
from tests.lookalike.store.builders import NIGHT, UTC_NIGHT


def new_run(kind: str = "nightly", **more: object) -> Run:
    known = {"state": "running", "started_at": NIGHT, "options": {}, "summary": {}}
    return Run(kind=kind, **known | more)


def test_a_sqlite_file_is_opened_so_that_it_survives_a_power_cut(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/deep/er/lookalike.db")
    with engine.connect() as connection:
        found = [
            connection.scalar(text(f"PRAGMA {p}"))
            for p in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()
    assert found == ["wal", 2, 1, 30_000]


@pytest.mark.parametrize(
    ("url", "line"),
    [
        ("nonsense", "something that is not a URL"),
        ("mysql://root:secret@h/x", r"mysql://root:\*\*\*@h/x"),
        ("oracle+nope://h", "expected sqlite"),
        ("sqlite:////proc/nowhere/x.db", "cannot be made"),
    ],
)
def test_an_unusable_url_gets_one_line_without_its_password(url: str, line: str) -> None:
    with pytest.raises(ConfigError, match=line):
        open_engine(url)


def test_a_file_that_is_no_database_gets_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"<html>" * 1000)
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(StoreError, match="not a SQLite database"), reading(session_factory(engine)) as session:
        session.execute(text("SELECT 1"))
    engine.dispose()


def test_a_reading_session_refuses_to_write(store_factory: Factory) -> None:
    with pytest.raises((StoreError, DBAPIError), match=r"not writable|read-only"), reading(store_factory) as session:
        session.execute(insert(Run).values(kind="nightly", state="done", started_at=NIGHT, options={}, summary={}))


def test_a_reader_sees_one_snapshot_however_much_is_written_meanwhile(store_factory: Factory) -> None:
    with reading(store_factory) as reader:
        before = reader.scalars(select(Run.id)).all()
        with writing(store_factory) as session:
            session.add(new_run())
        assert reader.scalars(select(Run.id)).all() == before == []
    with reading(store_factory) as reader:
        assert len(reader.scalars(select(Run.id)).all()) == 1


def test_an_error_leaves_nothing_of_the_transaction(store_factory: Factory) -> None:
    def add_and_fail() -> None:
        with writing(store_factory) as session:
            session.add(new_run())
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        add_and_fail()
    with reading(store_factory) as session:
        assert session.scalars(select(Run)).all() == []


def test_a_second_writer_waits_and_is_told_when_it_waited_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(f"sqlite:///{tmp_path}/x.db")
    monkeypatch.setattr(engines, "BUSY_MS", 50)
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    factory = session_factory(engine)
    with writing(factory), pytest.raises(StoreError, match="locked by another process"), writing(factory):
        pass
    engine.dispose()


def test_two_runs_of_a_kind_cannot_run_at_once(store_factory: Factory) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)unique"), writing(store_factory) as session:
        session.add_all([new_run(), new_run()])


def test_an_instant_comes_back_as_utc_whatever_its_offset_was(store_factory: Factory) -> None:
    with writing(store_factory) as session:
        session.add(new_run())
    with reading(store_factory) as session:
        found = session.scalars(select(Run.started_at)).one()
    assert (found, found.tzinfo) == (UTC_NIGHT, UTC)


def test_a_naive_instant_is_refused(store_factory: Factory) -> None:
    with pytest.raises(StatementError, match="with offset"), writing(store_factory) as session:
        session.add(new_run(started_at=datetime(2026, 3, 1)))  # noqa: DTZ001 - that is what is refused


def test_text_that_no_database_holds_is_stored_with_replacement_characters(store_factory: Factory) -> None:
    hostile = {"免\0考": ["a\ud800b", 1.25, None, True]}
    with writing(store_factory) as session:
        session.add(new_run(options=hostile))
    with reading(store_factory) as session:
        assert session.scalars(select(Run.options)).one() == {"免\ufffd考": ["a\ufffdb", 1.25, None, True]}


def test_a_number_that_json_does_not_have_is_refused(store_factory: Factory) -> None:
    with pytest.raises(StatementError, match="number that JSON has"), writing(store_factory) as session:
        session.add(new_run(options={"x": float("nan")}))


def test_every_column_says_what_it_holds(store_engine: Engine) -> None:
    assert [c for table in Run.metadata.sorted_tables for c in table.columns if not c.comment] == []
