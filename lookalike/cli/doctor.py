"""``lookalike doctor``: whether this machine has what the program needs."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe

BAD = 1
SIGNS = {
    "zh": {"ok": "正常", "off": "未用", "warn": "留意", "fail": "有误", "unknown": "不明"},
    "en": {"ok": "ok", "off": "off", "warn": "warn", "fail": "FAIL", "unknown": "?"},
}
HEADS = {"zh": ("情况", "项目", "说明", "处理"), "en": ("state", "what", "means", "mend")}


class Language(StrEnum):
    """What the doctor speaks."""

    ZH = "zh"
    EN = "en"


def doctor(
    lang: Annotated[Language, typer.Option(help="Chinese or English.")] = Language.ZH,
    offline: Annotated[bool, typer.Option("--offline", help="Connect to nothing but the database.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Every setting and everything the program leans on: its state, what that means, and the mend.

    Changes nothing, and connects only to what the settings name. Exit 1: something must be mended.

    Example: lookalike doctor --lang en
    """
    from lookalike.ops.doctor.look import look

    found = list(look(offline=offline))
    if json:
        for one in found:
            json_line(one.as_json(lang.value))
    else:
        table = Table(*HEADS[lang.value], show_lines=False)
        for one in found:
            words = one.words(lang.value)
            sign = SIGNS[lang.value][one.state]
            table.add_row(sign, *(safe(words[name]) for name in ("title", "meaning", "mend")))
        console().print(table)
    if any(one.state == "fail" for one in found):
        raise typer.Exit(BAD)
