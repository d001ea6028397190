"""公众号冒用官方名称。An account bears a genuine account's name, and the body behind it is not the genuine one.

Victims are told the account's name and find the false one first. The mark is the network's word, not the account's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.accounts import SAME, is_genuine, likeness, seen_account
from scoring.result import MISS, Evidence, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.accounts import Likeness, SeenAccount
    from scoring.case import Case
    from scoring.context import Context

NO_MARK = 0.9
"""A search may leave a mark out that the network shows."""


class AccountLookalike:
    """Accounts among the sightings against the genuine accounts."""

    name = "account_lookalike"
    title = "公众号冒用官方名称"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a genuine account's name without its body; *unknown* where the result did not tell the body."""
        answers = [_judge(account, ctx, s.url) for s in case.sightings if (account := seen_account(s)) is not None]
        order = {"hit": 2, "unknown": 1, "miss": 0}
        return max(answers, key=lambda a: (order[a.status], a.strength), default=MISS)


def _judge(account: SeenAccount, ctx: Context, url: str) -> SignalResult:
    like = likeness(account.name, ctx.ref.platforms.values())
    if like is None:
        return MISS
    if account.body is None:
        return unknown(f"公众号“{account.name}”与官方“{like.name}”同名或近似，但检索结果没有给出认证主体")
    if account.body and is_genuine(account.body, like.platform, ctx.ref):
        return MISS
    strength = like.strength * (1.0 if account.body else NO_MARK)
    mark = f"认证主体为“{account.body}”" if account.body else "没有认证主体"
    quote = " ".join(f"{account.name} {account.wechat_id} 认证：{account.body or '无'} {account.about}".split())[:200]
    return hit(
        f"公众号{_relation(like)}“{like.name}”（{_owner(like)}），却{mark}",
        Evidence(quote, url, "account search"),
        strength=round(strength, 3),
        platform=like.platform.id,
    )


def _relation(like: Likeness) -> str:
    return "与官方同名：" if like.strength == SAME else "名称近似官方"


def _owner(like: Likeness) -> str:
    body = next((a.body for a in like.platform.accounts if a.name == like.name and a.body), "")
    return f"应为{body or like.platform.organ}"
