"""Values as documents print them: cleaned text, times of Beijing, and a reason wherever nothing is known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from spiders.clock import CHINA

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]")
LONGEST = 2000
"""Characters of one value in a document on paper; the whole stands in lead.json."""
LONGEST_CELL = 32_767
"""Characters that a cell of a workbook holds."""
TO_FILL = "（待填写）"
"""Where a person writes by hand."""


def clean(text: str) -> str:
    r"""Text for any export: what XML forbids, lone surrogates and what reorders a line become visible ``\uXXXX``.

    Line ends become ``\n``, as every reader of XML makes them.
    """
    shown = _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
    return shown.replace("\r\n", "\n").replace("\r", "\n")


def cut(text: str, most: int = LONGEST, pointer: str = "，全文见 lead.json") -> str:
    """Cleaned text of at most ``most`` characters; what is cut says so."""
    shown = clean(text)
    if len(shown) <= most:
        return shown
    mark = f"…（截断{pointer}）"
    return shown[: most - len(mark)] + mark


def because(why: str) -> str:
    """What stands where nothing is known."""
    return f"未获取（原因：{why}）"


def told(value: Any, why: str = "没有记录") -> str:
    """A value of a record, or the reason that the record gives; ``why`` where it gives none."""
    if isinstance(value, dict) and ("value" in value or "why" in value):
        return told(value.get("value"), bare(value.get("why") or why))
    if value is None or value in ("", [], {}):
        return because(why)
    if isinstance(value, (list, tuple)):
        return "\n".join(str(v) for v in value)
    return {"True": "是", "False": "否"}.get(str(value), str(value))


def bare(why: str) -> str:
    """A reason without the words around it."""
    return why.removeprefix("未获取（原因：").removesuffix("）") if why.startswith("未获取（原因：") else why


def beijing(at: datetime | str | None, why: str = "没有记录时间") -> str:
    """``2026-11-22 03:48:16（北京时间）``."""
    if not at:
        return because(why)
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{instant.astimezone(CHINA):%Y-%m-%d %H:%M:%S}（北京时间）"


def clock_time(at: datetime | str | None) -> str:
    """The same without the name of the zone, for columns whose head names it."""
    return beijing(at).removesuffix("（北京时间）")


def both_times(at: datetime | str | None) -> str:
    """Beijing's time and UTC."""
    if not at:
        return beijing(at)
    instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{beijing(instant)}；{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}（UTC）"


def listed(values: Iterable[str], most: int, pointer: str, why: str) -> str:
    """One a line, the first ``most`` of them, then how many more there are and where."""
    found = list(dict.fromkeys(values))
    if not found:
        return because(why)
    more = [f"……共 {len(found)} 项，其余见 {pointer}"] if len(found) > most else []
    return "\n".join([*found[:most], *more])
