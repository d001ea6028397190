"""Puts a backup in place: unpacked and checked beside what is there, then moved; what was there is put aside.

A kill at any moment leaves either the old state, or a marker that no command works past and that a repeat ends.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from lookalike.config import Config
from lookalike.durable import sync_folder
from lookalike.errors import StoreError, UsageError
from lookalike.opening import open_store
from lookalike.ops import manifest
from lookalike.ops.dump import check_whole, close_for_all, is_empty, is_sqlite, load
from lookalike.ops.reading_back import Read, read_back
from lookalike.ops.restoring import LEFT_OUT, MARKER, STAGING
from lookalike.store import audit
from lookalike.store.engine import reading, told, writing

_OWN = "lookalike.db"
_JOURNALS = ("lookalike.db-wal", "lookalike.db-shm")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place."""

    made_at: str
    files: int
    aside: str
    """Folder of what was there before; empty: nothing was."""
    audit_broken: int | None
    """First entry of the audit trail that is not as it was written; None: it is whole."""

    def as_json(self) -> dict[str, Any]:
        """As ``restore --json`` prints it."""
        return {
            "made_at": self.made_at,
            "files": self.files,
            "aside": self.aside,
            "audit_whole": self.audit_broken is None,
        }


def restore(config: Config, source: Path, who: str, now: datetime, *, replace: bool) -> Restored:
    """Checks the backup, then puts it in place. Raises NotWhole, UsageError, StoreError; then nothing has changed."""
    home = config.home.resolve()
    if (home / MARKER).exists():
        raise StoreError(f"{home}: a restore was cut short; first end it: lookalike restore --resume")
    if not source.is_file():
        raise UsageError(f"{source}: there is no such file")
    _check_place(config, home, replace=replace)
    staging = home / STAGING
    with told():
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True, mode=0o700)
    try:
        read = read_back(source, staging)
        _check_kind(config, read)
        if is_sqlite(config.database):
            check_whole(staging / manifest.SQLITE)
            close_for_all(home / _OWN)
            (staging / manifest.FILES).mkdir(exist_ok=True)
            (staging / manifest.SQLITE).rename(staging / manifest.FILES / _OWN)
        else:
            load(config.database, staging / manifest.POSTGRES)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    facts = {
        "aside": f"before-restore-{now:%Y%m%dT%H%M%S}",
        "made_at": read.head["made_at"],
        "files": len(read.files),
        "file": source.name,
        "who": who,
    }
    _mark(home, facts)
    return _move(config, home, facts, now)


def resume(config: Config, now: datetime) -> Restored:
    """Ends a restore that was cut short. Raises UsageError where there is none."""
    home = config.home.resolve()
    try:
        facts = json.loads((home / MARKER).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"{home}: no restore was cut short here; nothing to resume") from error
    return _move(config, home, facts, now)


def _check_place(config: Config, home: Path, *, replace: bool) -> None:
    sqlite = is_sqlite(config.database)
    if sqlite and Path(make_url(config.database).database or "").resolve() != home / _OWN:
        raise UsageError(
            f"restore: expected the database in {home}; unset LOOKALIKE_DATABASE_URL, restore, then move it"
        )
    if replace:
        return
    there = sorted(path.name for path in _contents(home))
    if there or not (sqlite or is_empty(config.database)):
        what = ", ".join(there[:4]) or "the database"
        raise UsageError(f"{home}: {what} is there already; --replace puts it aside, or choose another LOOKALIKE_HOME")


def _check_kind(config: Config, read: Read) -> None:
    wanted = "sqlite" if is_sqlite(config.database) else "postgresql"
    if read.head.get("database") != wanted:
        raise UsageError(f"restore: the backup is of {read.head.get('database')}, the settings name {wanted}")


def _contents(home: Path) -> Iterator[Path]:
    """What would have to give way."""
    if not home.is_dir():
        return
    for path in home.iterdir():
        own = path.name in {STAGING, MARKER} or path.name.startswith("before-restore-") or path.name.endswith(LEFT_OUT)
        if not own and not (path.is_dir() and not any(path.iterdir())):
            yield path


def _mark(home: Path, facts: dict[str, Any]) -> None:
    part = home / f"{MARKER}.part"
    with told(), part.open("w", encoding="utf-8") as stream:
        json.dump(facts, stream, ensure_ascii=False)
        stream.flush()
        os.fsync(stream.fileno())
    part.rename(home / MARKER)
    sync_folder(home)


def _move(config: Config, home: Path, facts: dict[str, Any], now: datetime) -> Restored:
    """Each entry by two renames; done again after a kill, it goes on behind the last one."""
    new, aside = home / STAGING / manifest.FILES, home / facts["aside"]
    with told():
        for name in sorted(path.name for path in new.iterdir()) if new.is_dir() else ():
            for old in (home / name, *((home / n for n in _JOURNALS) if name == _OWN else ())):
                if old.exists() or old.is_symlink():
                    aside.mkdir(exist_ok=True, mode=0o700)
                    old.rename(_free(aside / old.name))
            (new / name).rename(home / name)
        sync_folder(home)
        (home / MARKER).unlink()
        shutil.rmtree(home / STAGING, ignore_errors=True)
        sync_folder(home)
    return _told(config, facts, str(aside) if aside.exists() else "", now)


def _told(config: Config, facts: dict[str, Any], aside: str, now: datetime) -> Restored:
    """The restored database opens, its trail is read, and it says from now on that it was restored."""
    factory = open_store(config)
    with reading(factory) as session:
        trail = audit.verify(session)
    with writing(factory) as session:
        after = {"file": facts["file"], "made_at": facts["made_at"]}
        audit.note(session, now, facts["who"], "restore", after=after)
    factory.kw["bind"].dispose()
    return Restored(facts["made_at"], facts["files"], aside, trail.broken)


def _free(path: Path) -> Path:
    number, found = 1, path
    while found.exists():
        number += 1
        found = path.with_name(f"{path.name}.{number}")
    return found
