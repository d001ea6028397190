"""Where the documents of a pack come in: a package of its own fills folders from facts, and may be absent."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lookalike.evidence.facts import Json, LeadFacts, PackFacts, ReceiptFacts, unknown

_HOME = "lookalike.evidence.documents"


def documents(facts: PackFacts, folder: Path) -> None:
    """Letter, list of leads, record of extraction, fixed list, report: into ``data/01_documents``."""
    if write := _offered("documents"):
        write(facts, folder)


def receipt(facts: ReceiptFacts, folder: Path) -> None:
    """交接单/回执, beside the zip whose hashes it prints."""
    if write := _offered("receipt"):
        write(facts, folder)


def legal(facts: LeadFacts) -> Json:
    """What ``lead.json`` says of ``offences``, ``thresholds`` and ``jurisdiction``; empty where nobody tells."""
    told = _offered("legal")
    return dict(told(facts)) if told else {}


def posing() -> frozenset[str]:
    """Signals of the score that say that a site poses as a public body."""
    told = _offered("posing")
    return frozenset(told()) if told else frozenset()


def printing(wanted: bool) -> Json:
    """What prints PDFs, or the reason why there are none."""
    if not wanted:
        return unknown("按设置不生成 PDF（pdf = false）")
    told = _offered("printing")
    return dict(told()) if told else unknown("程序不含文书部分")


def _offered(name: str) -> Callable[..., Any] | None:
    return getattr(import_module(_HOME), name, None) if find_spec(_HOME) else None
