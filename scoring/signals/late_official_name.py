"""自称政府部门，却在 2018 年规定之后才注册非政府域名。

A government body's site on a name that it may no longer register. 国办函〔2018〕55号: sites of government bodies use
.gov.cn and .政务 and no other ending. Older names live on, and institutions and associations are free: so only bodies
of government that sign as sponsor or fill the title count.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scoring.bodies import plain_name
from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._hosting import registration, told_by

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

RULE = datetime(2019, 6, 1, tzinfo=UTC)
"""The rule is of August 2018; names in use were to be given up within months."""


class LateOfficialName:
    """The claimed body against the day on which the name was registered."""

    name = "late_official_name"
    title = "政府部门新用非政府域名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - hosting is in the context
        """Hit for a body of government on a name of after the rule; a miss where nobody claims to be one."""
        body = "" if ctx.official else _claimed(ctx)
        if not body:
            return ctx.no_page() or MISS
        found = registration(ctx)
        if isinstance(found, SignalResult):
            return found
        facts, where = found
        if facts.created is None:
            return MISS if not facts.registered else unknown("注册信息里没有可用的注册日期")
        created = facts.created if facts.created.tzinfo else facts.created.replace(tzinfo=UTC)
        if created < RULE:
            return MISS
        text = f"自称“{body}”，域名却是{created:%Y-%m-%d}才注册的非政府域名（2018 年起政府网站只用 .gov.cn）"
        return hit(text, told_by(created.isoformat(), f"{where}:created"))


def _claimed(ctx: Context) -> str:
    """The body of government whose site it says it is; none where a private body runs it for that one."""
    run_by = (ctx.ref.body(c.value) for seen in ctx.pages for c in seen.bodies if c.kind in ("undertaker", "copyright"))
    if any(match is not None and match.kind == "private" for match in run_by):
        return ""
    for seen in ctx.pages:
        for claim in seen.bodies:
            match = ctx.ref.body(claim.value)
            if match is None or match.kind not in ("gov", "organ"):
                continue
            whole = claim.kind == "title" and plain_name(claim.value) == plain_name(seen.page.title)
            if claim.kind in ("host", "copyright") or whole:
                return claim.value
    return ""
