"""域名伪装 .gov.cn 后缀。The name wears gov.cn without standing under it at a label boundary (zhagov.cn, gov-cn.com).

Private portals of a place are sometimes called so; a hit needs company to convict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.signals._names import by_rules

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.result import SignalResult

RULES = frozenset({"gov_affix"})


class NameFakeGov:
    """Rule ``gov_affix``."""

    name = "name_fake_gov"
    title = "域名伪装政府后缀"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - the host is in the context
        """The strongest finding of this rule."""
        return by_rules(ctx, RULES)
