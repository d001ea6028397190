"""Shared by the claim signals: whether the site may be judged at all, and values that belong to somebody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scoring.claims import Claim
    from scoring.context import Context
    from scoring.seen import Seen


def cannot_judge(ctx: Context) -> SignalResult | None:
    """A result when claims cannot be held against the address: no page, genuine home, or no known address."""
    return ctx.unjudgeable


def borrowed(
    ctx: Context,
    pick: Callable[[Seen], tuple[Claim, ...]],
    owners: Mapping[str, tuple[str, ...]],
    what: str,
    *,
    unlisted: bool = True,
) -> SignalResult:
    """A hit when a value on a page belongs to a registered platform that lives elsewhere.

    A value that is in no table is *unknown*: it may be the site's own or anybody's; ``unlisted=False`` makes it a miss.
    """
    cannot = cannot_judge(ctx)
    if cannot is not None:
        return cannot
    strangers: list[str] = []
    for seen in ctx.pages:
        for claim in pick(seen):
            ids = owners.get(claim.value)
            platform = ctx.choose(ids) if ids else None
            if platform is None:
                strangers.append(claim.value)
                continue
            whose = ctx.ref.platforms[platform]
            text = f"页面使用的{what}{claim.value}属于{whose.organ}（{whose.name}），该平台不在此地址"
            return hit(text, seen.evidence(claim.quote, claim.where), platform=platform)
    if strangers and unlisted:
        return unknown(f"{what}{strangers[0]}不在已登记的平台之列，归属未核")
    return MISS
