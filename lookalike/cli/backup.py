"""``lookalike backup`` and ``lookalike restore``: one file with everything that is kept."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.output import json_line, safe
from lookalike.config import load_config
from lookalike.errors import UsageError

if TYPE_CHECKING:
    from lookalike.ops.restore import Restored

BAD = 1
By = Annotated[str, typer.Option(help="Who does it; default: the user of this machine.")]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, outside of LOOKALIKE_HOME.")],
    by: By = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Database, captures, packs and logs in one tar file with a manifest of hashes, read back before it is called done.

    Others may go on working meanwhile. It holds personal data and evidence: keep it as you keep those. Settings and
    seeds of your own are not in it. Exit 1: what was written does not read back.

    Example: lookalike backup /backup/lookalike-2026-11-22.tar
    """
    from lookalike.lock import only_one
    from lookalike.opening import open_store
    from lookalike.ops.backup import backup as make
    from lookalike.ops.manifest import NotWhole
    from spiders import clock

    config = load_config()
    factory = open_store(config)
    with only_one(config.home / "backup.lock"):
        try:
            made = make(config, factory, file, by.strip() or getpass.getuser(), clock.now(config))
        except NotWhole as error:
            sys.stderr.write(f"lookalike: {safe(str(error))}\n")
            raise typer.Exit(BAD) from error
    if json:
        json_line(made.as_json())
        return
    typer.echo(f"{made.path}\n{made.files} 个文件，{made.bytes} 字节，已回读核对\nSHA-256 {made.sha256}")
    for name in made.skipped:
        sys.stderr.write(f"未包含（不是普通文件）：{safe(name)}\n")


def restore(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A backup.")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only read it, from first to last byte; change nothing.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Put aside what is there; nothing is deleted.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="End a restore that was cut short.")] = False,
    by: By = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check a backup and put it in place; serve, schedule and work must not be running.

    Exit 1: the backup is not whole, and nothing was changed; 2: there is data already, or the place cannot take it;
    3: another program has the database open.

    Example: lookalike restore /backup/lookalike-2026-11-22.tar --check
    """
    from lookalike.lock import only_one
    from lookalike.ops import restore as restoring
    from lookalike.ops.manifest import NotWhole
    from lookalike.ops.reading_back import read_back
    from spiders import clock

    config = load_config()
    now, who = clock.now(config), by.strip() or getpass.getuser()
    if resume == (file is not None):
        raise UsageError("restore: expected FILE, or --resume after one that was cut short")
    try:
        if check and file is not None:
            if not file.is_file():
                raise UsageError(f"{file}: there is no such file")
            read = read_back(file, None)
            told = {"path": str(file), "whole": True, "files": len(read.files), "made_at": read.head["made_at"]}
            json_line(told) if json else typer.echo(f"完整：{len(read.files)} 个文件，备份于 {read.head['made_at']}")
            return
        with only_one(config.home / "nightly.lock"):
            if file is None:
                _show(restoring.resume(config, now), json=json)
            else:
                _show(restoring.restore(config, file, who, now, replace=replace), json=json)
    except NotWhole as error:
        sys.stderr.write(f"lookalike: {safe(str(error))}\n")
        raise typer.Exit(BAD) from error


def _show(done: Restored, *, json: bool) -> None:
    if json:
        json_line(done.as_json())
    else:
        typer.echo(f"已恢复 {done.files} 个文件，备份于 {done.made_at}")
        if done.aside:
            typer.echo(f"原有内容在 {done.aside}，确认无误后自行删除")
    if done.audit_broken is not None:
        sys.stderr.write(f"审计记录第 {done.audit_broken} 条与写入时不符；见 lookalike audit verify\n")
        raise typer.Exit(BAD)
