"""中文域名使用官方平台名称或机构加业务词。A Chinese name says a platform's name, or organ and topic together.

Genuine bodies hold such names as well; they are then rows of the seeds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.signals._names import by_rules

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.result import SignalResult

RULES = frozenset({"u_label"})


class NameChinese:
    """Rule ``u_label``."""

    name = "name_chinese"
    title = "中文域名冒用名称"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - the host is in the context
        """The strongest finding of this rule."""
        return by_rules(ctx, RULES)
