"""Shared by the name signals: turns the strongest finding of some rules into a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from scoring.context import Context


def by_rules(ctx: Context, rules: frozenset[str]) -> SignalResult:
    """A hit for the strongest finding among ``rules``."""
    found = [f for f in ctx.findings if f.rule in rules]
    if not found:
        return MISS
    # A printed misprint says which platform was meant; an embedded host may be shared by several.
    best = next((f for f in found if f.rule == "erratum"), found[0])
    evidence = Evidence(ctx.host, ctx.case.url, "host")
    meant = ctx.choose(ctx.meant.siblings(best.platform)) if best.platform else None
    return hit(best.text, evidence, strength=max(f.strength for f in found), platform=meant)
