"""Reason codes of verdicts, from ``reasons.toml``: confirmed leads and false positives need one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from lookalike.errors import UsageError

NOTED = "other"
"""The code that needs a note."""


@lru_cache(maxsize=1)
def reasons() -> Mapping[str, Mapping[str, str]]:
    """Chinese words by verdict and code."""
    return tomllib.loads(files("lookalike.review").joinpath("reasons.toml").read_text(encoding="utf-8"))


def check_reason(verdict: str, reason: str, note: str) -> None:
    """UsageError when the verdict needs a reason that is missing or unknown, or has one that it cannot have."""
    known = reasons().get(verdict)
    if known is None:
        if reason:
            raise UsageError(f"--reason {reason}: a verdict of this kind takes no reason; leave it out")
        return
    listed = ", ".join(f"{code} {words}" for code, words in known.items())
    if not reason:
        raise UsageError(f"--reason is missing; expected one of: {listed}")
    if reason not in known:
        raise UsageError(f"--reason {reason}: expected one of: {listed}")
    if reason == NOTED and not note.strip():
        raise UsageError("--reason other: needs a --note that says what it is")
