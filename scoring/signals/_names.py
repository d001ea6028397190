"""Shared by the name signals: turns the strongest finding of some rules into a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from scoring.context import Context


def by_rules(ctx: Context, rules: frozenset[str]) -> SignalResult:
    """A hit for the strongest finding among ``rules``."""
    best = next((f for f in ctx.findings if f.rule in rules), None)
    if best is None:
        return MISS
    evidence = Evidence(ctx.host, ctx.case.url, "host")
    return hit(best.text, evidence, strength=best.strength, platform=best.platform)
