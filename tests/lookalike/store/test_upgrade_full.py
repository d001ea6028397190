"""A database of an earlier schema, with rows in it, comes to this one: nothing is lost, and the program reads it.

The earlier one is made from a filled one by going back; that this leads to exactly what a fresh database of that schema
is, is checked first.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, inspect, select, text
from sqlalchemy.engine import Connection, Engine

from alembic import command
from lookalike import resources
from lookalike.cli.app import main
from lookalike.store import counts, search_index
from lookalike.store.engine import open_engine, reading, session_factory
from lookalike.store.migrate import _config, migrating, upgrade
from lookalike.store.models import Base, Lead, Site
from tests.lookalike.store.conftest import _postgres_database
from tests.lookalike.web.desk_at_work import fill, work

pytestmark = [
    pytest.mark.slow,
    # commands leave their connections to the end of the process, which here is the tests' own
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
REVISIONS = [one.revision for one in ScriptDirectory(str(resources.alembic_folder())).walk_revisions()][1:]
"""All but the newest, the newest first."""
TAIL = frozenset({"alembic_version"})
Rows = dict[str, list[tuple[str, ...]]]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with leads, judgements, verdicts' tables and an audit trail, embedded."""
    home = tmp_path_factory.mktemp("filled") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOOKALIKE_BROWSER", "off")
        fill(home)
        judged(home)
    return home


def judged(home: Path) -> None:
    """A verdict, by the page itself, so that people, sessions, verdicts and the trail have rows."""
    desk = work(home)
    with reading(desk.factory) as session:
        lead = session.scalars(select(Lead.id).where(Lead.assessment_id.is_not(None)).order_by(Lead.id)).first()
    assert desk.signed_in().get(f"/leads/{lead}").status_code == 200
    desk.factory.kw["bind"].dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(
    request: pytest.FixtureRequest, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Path, str]]:
    """A copy of the home, and the URL of its database with the same rows."""
    home = shutil.copytree(filled, tmp_path / "home")
    monkeypatch.setenv("LOOKALIKE_HOME", str(home))
    embedded = f"sqlite:///{home / 'lookalike.db'}"
    if request.param == "sqlite":
        yield home, embedded
        return
    for url in _postgres_database(request.getfixturevalue("postgres_server")):
        upgrade(url)
        copy_rows(embedded, url)
        monkeypatch.setenv("LOOKALIKE_DATABASE_URL", url)
        yield home, url


def copy_rows(source: str, target: str) -> None:
    """Every row of the models' tables, with its number."""
    here, there = open_engine(source), open_engine(target)
    with here.connect() as reads, there.connect().execution_options(lookalike_mode="write") as writes, writes.begin():
        writes.execute(text("SET session_replication_role = replica"))  # their order is nobody's business here
        for table in Base.metadata.sorted_tables:
            writes.execute(table.delete())
            rows = [dict(row) for row in reads.execute(select(table)).mappings()]
            if rows:
                writes.execute(table.insert(), rows)
            if "id" in table.primary_key.columns:
                name = f"pg_get_serial_sequence('{table.name}', 'id')"
                writes.execute(text(f"SELECT setval({name}, (SELECT coalesce(max(id), 0) + 1 FROM {table.name}))"))
        writes.execute(text("SET session_replication_role = origin"))
    here.dispose()
    there.dispose()


def go_back(engine: Engine, revision: str) -> None:
    config = _config()
    with migrating(engine) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def shape(engine: Engine) -> dict[str, Any]:
    """Tables with their columns, keys and references, as the database tells of them."""
    seen = inspect(engine)
    return {
        name: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(name)),
            sorted(seen.get_pk_constraint(name)["constrained_columns"]),
            sorted((tuple(f["constrained_columns"]), f["referred_table"]) for f in seen.get_foreign_keys(name)),
            sorted(tuple(u["column_names"]) for u in seen.get_unique_constraints(name)),
            sorted(str(i["name"]) for i in seen.get_indexes(name)),
        )
        for name in seen.get_table_names()
        if not name.startswith("lead_fts")
    }


def rows(
    url: str, only: Rows | None = None, columns: dict[str, list[str]] | None = None
) -> tuple[Rows, dict[str, list[str]]]:
    """Every row of every table as text, sorted; of ``columns`` where they are given."""
    engine = create_engine(open_engine(url).url)  # without our own rules: the database as it is
    known = MetaData()
    known.reflect(engine)
    found: Rows = {}
    read: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for table in known.sorted_tables:
            if table.name in TAIL or table.name.startswith("lead_fts") or (only is not None and table.name not in only):
                continue
            names = [c.name for c in table.columns if columns is None or c.name in columns[table.name]]
            read[table.name] = names
            picked = [table.c[name] for name in names]
            found[table.name] = sorted(tuple(map(canonical, row)) for row in connection.execute(select(*picked)))
    engine.dispose()
    return found, read


def canonical(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return str(value)


def broken_references(connection: Connection) -> list[Any]:
    """Rows that refer to none."""
    if connection.dialect.name == "sqlite":
        return list(connection.exec_driver_sql("PRAGMA foreign_key_check"))
    bad: list[Any] = []
    seen = inspect(connection)
    for table in seen.get_table_names():
        for key in seen.get_foreign_keys(table):
            mine, other = key["constrained_columns"][0], key["referred_columns"][0]
            query = f'SELECT 1 FROM "{table}" a LEFT JOIN "{key["referred_table"]}" b ON a."{mine}" = b."{other}" '
            bad += list(connection.exec_driver_sql(query + f'WHERE a."{mine}" IS NOT NULL AND b."{other}" IS NULL'))
    return bad


@pytest.mark.parametrize("revision", REVISIONS)
def test_nothing_is_lost_on_the_way_from_an_earlier_schema(
    place: tuple[Path, str], revision: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home, url = place
    engine = open_engine(url)
    go_back(engine, revision)
    before, columns = rows(url)
    assert sum(map(len, before.values())) > 20
    assert len(before["site"]) >= 3
    engine.dispose()

    with pytest.raises(SystemExit) as ended:
        main(["db", "upgrade"])
    assert ended.value.code == 0

    now = current(url)
    kept = {name: [c for c in names if c in now[name]] for name, names in columns.items() if name in now}
    assert set(columns) - set(kept) == set()  # no table of an earlier schema is gone
    lost = {(name, c) for name, names in columns.items() for c in names if c not in kept[name]}
    assert lost == set()  # nor a column
    after, _ = rows(url, before, kept)
    derived = {
        name for name in before if name in {"lead_stale", "lead_count", "lead_delta", "lead_source", "lead_text"}
    }
    for name in before.keys() - derived:
        assert after[name] == before[name], name
    engine = open_engine(url)
    with engine.connect() as connection:
        assert broken_references(connection) == []
    engine.dispose()
    capsys.readouterr()
    read_by_the_program(home, url, capsys, pages=revision == REVISIONS[-1])


def current(url: str) -> dict[str, set[str]]:
    engine = open_engine(url)
    seen = inspect(engine)
    found = {name: {c["name"] for c in seen.get_columns(name)} for name in seen.get_table_names()}
    engine.dispose()
    return found


def read_by_the_program(home: Path, url: str, capsys: pytest.CaptureFixture[str], *, pages: bool) -> None:
    """Lists and the index, and the pages of the queue and of leads."""
    engine = open_engine(url)
    with reading(session_factory(engine)) as session:
        sites = len(list(session.scalars(select(Site.id).where(Site.state == "done"))))
        assert search_index.wrong(session.connection()) == []
        assert counts.wrong(session.connection()) == {}
        leads = list(session.scalars(select(Lead.id).order_by(Lead.id)))
    with pytest.raises(SystemExit) as ended:
        main(["leads", "--all", "--json"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out.splitlines()) >= sites > 0
    engine.dispose()
    if not pages:
        return
    desk = work(home)
    client = desk.signed_in("analyst", "读者")
    assert client.get("/leads").status_code == 200
    for lead in leads[:3]:
        assert client.get(f"/leads/{lead}").status_code == 200
    desk.factory.kw["bind"].dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_going_back_leads_to_what_a_fresh_database_of_that_schema_is(empty_url: str, revision: str) -> None:
    engine = open_engine(empty_url)
    config = _config()
    with migrating(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    fresh = shape(engine)
    upgrade(empty_url)
    go_back(engine, revision)
    assert shape(engine) == fresh
    engine.dispose()
