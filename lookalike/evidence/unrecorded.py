"""Packs that lie in a folder and in no row: an export was killed between the two, or they come from another system.

Their numbers are not given again. Nothing is deleted here: somebody may have handed one over already.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from lookalike.store.engine import Factory, reading
from lookalike.store.models import Pack

SUFFIX = ".pack"


def unrecorded(factory: Factory, folder: Path) -> list[str]:
    """Names of such packs' folders, in order; a folder that is not there holds none."""
    lying = sorted(path.name for path in folder.glob(f"*{SUFFIX}") if path.is_dir()) if folder.is_dir() else []
    if not lying:
        return []
    with reading(factory) as session:
        known = {file.removesuffix(".zip") for file in session.scalars(select(Pack.file))}
    return [name for name in lying if name.removesuffix(SUFFIX) not in known]


def told(names: Sequence[str], folder: Path) -> str:
    """One line about them; empty where there are none."""
    if not names:
        return ""
    shown = "、".join(names[:3]) + ("…" if len(names) > 3 else "")
    why = "导出曾被中断，或来自其他系统；核实未移送后可删除"
    return f"{folder} 中有 {len(names)} 个没有入库记录的证据包（{shown}）：{why}"
