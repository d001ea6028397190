"""Backup and restore: everything comes back, nothing half does, whatever is cut, changed or killed."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from lookalike.cli.app import main
from lookalike.config import Config
from lookalike.errors import StoreError
from lookalike.opening import open_store
from lookalike.ops import restore as restoring
from lookalike.ops.backup import backup
from lookalike.ops.manifest import NotWhole
from lookalike.ops.reading_back import read_back
from lookalike.ops.restore import restore, resume
from lookalike.ops.restoring import MARKER, STAGING
from lookalike.store import audit
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Audit, Base, Lead
from tests.conftest import ROOT
from tests.lookalike.evidence.stored import NOW


@pytest.fixture
def made(kept_config: Config, kept_store: Factory, tmp_path: Path) -> Path:
    (kept_config.home / "packs").mkdir()
    (kept_config.home / "packs" / "XS-20260301-0001.zip").write_bytes(b"a pack")
    return backup(kept_config, kept_store, tmp_path / "kept.tar", "王一", NOW).path


def rows(home: Path) -> dict[str, list[tuple]]:
    """Every row of every table, but the audit entries that backing up and restoring add."""
    store = open_store(Config(home=home))
    with reading(store) as session:
        found = {t.name: [tuple(map(str, r)) for r in session.execute(select(t))] for t in Base.metadata.sorted_tables}
    store.kw["bind"].dispose()
    found["audit"] = [row for row in found["audit"] if not {"backup", "restore"} & set(row)]
    return found


def files(home: Path) -> dict[str, bytes]:
    out = {}
    for path in sorted(home.rglob("*")):
        name = path.relative_to(home).as_posix()
        if path.is_file() and not name.startswith("lookalike.db") and not name.endswith(".lock"):
            out[name] = path.read_bytes()
    return out


def test_everything_comes_back(made: Path, kept_home: Path, tmp_path: Path) -> None:
    target = Config(home=tmp_path / "new")
    done = restore(target, made, "李二", NOW, replace=False)
    assert rows(target.home) == rows(kept_home)
    assert files(target.home) == files(kept_home)
    assert (done.aside, done.audit_broken) == ("", None)


def test_the_audit_trail_says_who_backed_up_and_who_restored(made: Path, tmp_path: Path) -> None:
    target = Config(home=tmp_path / "new")
    restore(target, made, "李二", NOW, replace=False)
    with reading(open_store(target)) as session:
        told = [(row.who, row.what) for row in session.scalars(select(Audit).order_by(Audit.id))]
        assert audit.verify(session).broken is None
    assert told[-2:] == [("王一", "backup"), ("李二", "restore")]


def test_only_the_owner_can_read_a_backup(made: Path) -> None:
    assert made.stat().st_mode & 0o077 == 0


def test_others_write_on_while_it_is_made(kept_config: Config, kept_store: Factory, tmp_path: Path) -> None:
    stop, written = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            with writing(kept_store) as session:
                audit.note(session, NOW, "王一", "note", after={"number": written[0]})
            written[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        path = backup(kept_config, kept_store, tmp_path / "kept.tar", "王一", NOW).path
        at_end = written[0]
        while written[0] < at_end + 3:
            time.sleep(0.01)
    finally:
        stop.set()
        thread.join()
    target = Config(home=tmp_path / "new")
    assert restore(target, path, "李二", NOW, replace=False).audit_broken is None


@pytest.mark.parametrize("cut", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_backup_that_is_cut_short_is_refused_and_changes_nothing(made: Path, tmp_path: Path, cut: float) -> None:
    data = made.read_bytes()
    # tar pads its end with zeros: what is cut there is no loss
    made.write_bytes(data[: int(len(data.rstrip(b"\0")) * cut)])
    target = Config(home=tmp_path / "new")
    with pytest.raises(NotWhole):
        restore(target, made, "李二", NOW, replace=False)
    assert [p.name for p in target.home.iterdir()] == []


def test_any_changed_byte_is_found_and_the_file_named(made: Path) -> None:
    data, dice = bytearray(made.read_bytes()), random.Random(7)
    with tarfile.open(made) as tar:
        members = [m for m in tar if m.size and m.name != "manifest.jsonl"]
    for member in dice.sample(members, min(8, len(members))):
        at = member.offset_data + dice.randrange(member.size)
        data[at] ^= 0xFF
        made.write_bytes(data)
        with pytest.raises(NotWhole) as told:
            read_back(made, None)
        assert member.name in str(told.value)
        data[at] ^= 0xFF


def rewritten(made: Path, name: str, content: bytes, kind: bytes = tarfile.REGTYPE) -> Path:
    """The same backup with one more entry in front."""
    found = made.with_name("changed.tar")
    with tarfile.open(made) as old, tarfile.open(found, "w") as new:
        odd = tarfile.TarInfo(name)
        odd.type, odd.size, odd.linkname = kind, len(content), "/etc/passwd"
        new.addfile(odd, io.BytesIO(content))
        for member in old:
            new.addfile(member, old.extractfile(member))
    return found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("files/../../outside", tarfile.REGTYPE),
        ("/outside", tarfile.REGTYPE),
        ("files//outside", tarfile.REGTYPE),
        ("elsewhere", tarfile.REGTYPE),
        ("files/link", tarfile.SYMTYPE),
        ("files/hard", tarfile.LNKTYPE),
        ("files/unlisted", tarfile.REGTYPE),
    ],
)
def test_nothing_of_a_backup_gets_outside_of_its_place(made: Path, tmp_path: Path, name: str, kind: bytes) -> None:
    target = Config(home=tmp_path / "deep" / "new")
    with pytest.raises(NotWhole):
        restore(
            target, rewritten(made, name, b"x" if kind == tarfile.REGTYPE else b"", kind), "李二", NOW, replace=False
        )
    assert not list(tmp_path.rglob("outside"))


def test_what_is_there_is_not_overwritten_unasked_and_put_aside_when_asked(
    made: Path, kept_config: Config, kept_store: Factory
) -> None:
    with writing(kept_store) as session:
        session.scalars(select(Lead)).first().jurisdiction = "later than the backup"
    kept_store.kw["bind"].dispose()
    with pytest.raises(Exception, match="--replace"):
        restore(kept_config, made, "李二", NOW, replace=False)
    done = restore(kept_config, made, "李二", NOW, replace=True)
    with sqlite3.connect(Path(done.aside) / "lookalike.db") as old:
        assert old.execute("SELECT count(*) FROM lead WHERE jurisdiction = 'later than the backup'").fetchone() == (1,)
    with reading(open_store(kept_config)) as session:
        assert not session.scalars(select(Lead).where(Lead.jurisdiction == "later than the backup")).all()


def test_a_database_that_somebody_has_open_is_not_replaced(
    made: Path, kept_config: Config, kept_store: Factory
) -> None:
    with reading(kept_store) as session:
        session.scalars(select(Lead)).first()
        with pytest.raises(StoreError, match="serve"):
            restore(kept_config, made, "李二", NOW, replace=True)
    assert not (kept_config.home / STAGING).exists()


@pytest.mark.parametrize("calls", range(1, 12))
def test_cut_short_between_two_moves_nobody_works_on_half_and_a_repeat_ends_it(
    made: Path, kept_config: Config, kept_store: Factory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    kept_store.kw["bind"].dispose()
    wanted, left, real = rows(kept_config.home), [calls], Path.rename

    def rename(self: Path, target: Path) -> Path:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    try:
        restore(kept_config, made, "李二", NOW, replace=True)
    except KeyboardInterrupt:
        monkeypatch.undo()
        if (kept_config.home / MARKER).exists():
            with pytest.raises(StoreError, match="--resume"):
                open_store(kept_config)
            resume(kept_config, NOW)
    monkeypatch.undo()
    assert rows(kept_config.home) == wanted
    assert (kept_config.home / "packs" / "XS-20260301-0001.zip").read_bytes() == b"a pack"
    assert not (kept_config.home / MARKER).exists()


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.2, 0.6, 1.2, 2.0, 3.0])
def test_killed_at_any_moment_a_backup_is_whole_or_not_there(
    kept_config: Config, kept_store: Factory, tmp_path: Path, delay: float
) -> None:
    folder = kept_config.captures / "aa" / "bb"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(30):
        (folder / f"{number:064x}.zst").write_bytes(os.urandom(1 << 20))
    target = tmp_path / "kept.tar"
    environment = os.environ | {"LOOKALIKE_HOME": str(kept_config.home), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-m", "lookalike", "backup", str(target)], env=environment)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if target.exists():
        read_back(target, None)
    again = tmp_path / "again.tar" if target.exists() else target
    assert read_back(backup(kept_config, kept_store, again, "王一", NOW).path, None).files
    assert not [p.name for p in tmp_path.iterdir() if p.name.startswith(f".{again.name}")]


@pytest.mark.parametrize("place", ["{home}/inside.tar", "{home}/captures/inside.tar", "/nowhere/x.tar"])
def test_a_place_that_cannot_take_a_backup_is_told_in_one_line(
    kept_home: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["backup", place.format(home=kept_home)])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_by_the_command_line(
    kept_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def typed(*argv: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main([*argv])
        return ended.value.code, capsys.readouterr().out

    target = tmp_path / "kept.tar"
    assert typed("backup", str(target))[0] == 0
    assert typed("backup", str(target))[0] == 2
    code, out = typed("restore", str(target), "--check", "--json")
    assert (code, json.loads(out)["whole"]) == (0, True)
    assert typed("restore", str(target))[0] == 2
    assert typed("restore", "--resume")[0] == 2
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "new"))
    assert typed("restore", str(target))[0] == 0
    target.write_bytes(target.read_bytes()[:5000])
    assert typed("restore", str(target), "--check")[0] == 1


@pytest.mark.postgres
def test_postgresql_comes_back_from_its_dump(
    postgres_server: str, home_with_leads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg  # noqa: PLC0415 - one test

    if shutil.which("pg_dump") is None:
        pytest.skip("pg_dump is not on this machine")
    with psycopg.connect(host=postgres_server, user="postgres", dbname="template1", autocommit=True) as connection:
        for name in ("kept_here", "kept_there"):
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    here, there = (
        Config(home=tmp_path / n, database_url=f"postgresql://postgres@/{n}?host={postgres_server}")
        for n in ("kept_here", "kept_there")
    )
    store = open_store(here)
    (here.home / "captures").mkdir(parents=True)
    with writing(store) as session:
        audit.note(session, NOW, "王一", "note", after={"text": "国家"})
    path = backup(here, store, tmp_path / "kept.tar", "王一", NOW).path
    store.kw["bind"].dispose()
    done = restore(there, path, "李二", NOW, replace=False)
    assert done.audit_broken is None
    opened = open_store(there)
    with reading(opened) as session:
        assert [row.what for row in session.scalars(select(Audit).order_by(Audit.id))] == ["note", "backup", "restore"]
    opened.kw["bind"].dispose()
    with pytest.raises(Exception, match="--replace"):
        restore(there, path, "李二", NOW, replace=False)


def test_a_marker_is_written_before_anything_moves(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = Config(home=tmp_path / "new")
    seen = []
    monkeypatch.setattr(restoring, "_move", lambda _c, home, *_: seen.append((home / MARKER).exists()))
    restore(target, made, "李二", NOW, replace=False)
    assert seen == [True]
