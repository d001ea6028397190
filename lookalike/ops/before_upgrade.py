"""What is done, or told, before the schema of a database that holds something is upgraded: there is no way back."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

from sqlalchemy.engine import make_url

from lookalike.config import Config
from lookalike.durable import sync_folder
from lookalike.errors import StoreError
from lookalike.ops.dump import dump, is_sqlite
from lookalike.store.engine import open_engine, told
from lookalike.store.migrate import behind


def before_upgrade(config: Config, *, copy: bool) -> list[str]:
    """Keeps a copy of an embedded database; lines that tell of it, or of the backup that PostgreSQL needs.

    Nothing for a new or a current database. Raises StoreError where there is no room for the copy.
    """
    if is_sqlite(config.database) and not Path(make_url(config.database).database or "").is_file():
        return []
    engine = open_engine(config.database)
    try:
        with told():
            found = behind(engine)
    finally:
        engine.dispose()
    if found is None:
        return []
    if not is_sqlite(config.database):
        return [
            f"数据库结构 {found} 将升级，不能退回；没有备份就先中断，用原来的版本运行 lookalike backup（或 pg_dump）"
        ]
    if not copy:
        return [f"数据库结构 {found} 将升级，不能退回；没有保留副本"]
    return [f"数据库结构 {found} 将升级；升级前的副本：{_kept(config, found)}（确认无误后可删除）"]


def _kept(config: Config, revision: str) -> Path:
    database = Path(make_url(config.database).database or "")
    names = (f"before-upgrade-{revision}{f'-{number}' if number > 1 else ''}.db" for number in itertools.count(1))
    target = next(path for path in map(database.with_name, names) if not path.exists())
    size, free = database.stat().st_size, shutil.disk_usage(database.parent).free
    if free < size + config.min_free_bytes:
        raise StoreError(
            f"E_DISK 升级前的副本需要 {size >> 20} MiB，磁盘只剩 {free >> 20} MiB；腾出空间，或备份后加 --no-copy"
        )
    part = target.with_name(f"{target.name}.part")
    with told():
        part.unlink(missing_ok=True)
        part.touch(mode=0o600)
        dump(config.database, part)
        part.replace(target)
        sync_folder(target.parent)
    return target
