"""域名里同时出现机构、业务、查询等两类拼音词。Two classes of words meet in the name: agency, topic, query, gov.

Schools and question banks spell topics too; one class alone is never a finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.signals._names import by_rules

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.result import SignalResult

RULES = frozenset({"pinyin"})


class NamePinyin:
    """Rule ``pinyin``."""

    name = "name_pinyin"
    title = "域名拼音组合"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - the host is in the context
        """The strongest finding of this rule."""
        return by_rules(ctx, RULES)
