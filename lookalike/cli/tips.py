"""``lookalike tips``: reports of the hotline and the public."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe
from lookalike.config import load_config

if TYPE_CHECKING:
    from lookalike.tips_import import Imported

SHOWN = 50
"""Rows of one file that are told one by one."""

app = typer.Typer(help="Reports of the hotline and the public.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def tips() -> None:
    """Reports of the hotline and the public: what people saw, where, and whom they were told to write to."""


@app.command("import", epilog="Example: lookalike tips import 12345工单.xlsx 举报.csv")
def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE …", help="Tables (.xlsx, .csv, .jsonl) or texts (.txt).")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come in; store nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Read reports in: their addresses are visited next night, sellers without an address become leads at once.

    Headings may stand in any row, order and wording. Names, telephones and ID numbers of reporters are not stored.
    Exit 3: some rows could not be used; each is named, the others are kept. Exit 2: nothing could be used.
    """
    from lookalike.tips_import import import_files

    found = import_files(load_config(), files, dry_run=dry_run)
    if json:
        for one in found:
            json_line(one.as_json())
    else:
        show(found, dry_run=dry_run)
    for one in found:
        tell(one)
    if all(one.unusable for one in found):
        raise typer.Exit(2)
    if not all(one.whole for one in found):
        raise typer.Exit(3)


def show(found: list[Imported], *, dry_run: bool) -> None:
    """What each file brought."""
    title = "试读（未保存）" if dry_run else "举报线索"
    table = Table("文件", "读到", "新", "重复", "网址", "新站点", "新广告线索", "仅存档", "不能用的行", title=title)
    for one in found:
        kept = one.kept
        numbers = (kept.tips, kept.new, kept.repeated, kept.addresses, kept.sites_new, kept.leads_new, kept.without)
        table.add_row(safe(one.file) + "（已导入过）" * one.read_before, *map(str, numbers), str(len(one.bad)))
    console().print(table)


def tell(one: Imported) -> None:
    """What of a file could not be used, on stderr."""
    if one.error:
        sys.stderr.write(f"lookalike: {safe(' '.join(one.error.split()))}\n")
    rows = [(row.number, row.why) for row in one.bad]
    rows += [(row, f"{why}（该行其余内容已保留）") for row, why in one.kept.remarks]
    for number, why in sorted(rows)[:SHOWN]:
        sys.stderr.write(f"{safe(one.file)} 第 {number} 行：{safe(why)}\n")
    if len(rows) > SHOWN:
        sys.stderr.write(f"{safe(one.file)}：另有 {len(rows) - SHOWN} 行，见 --json\n")
