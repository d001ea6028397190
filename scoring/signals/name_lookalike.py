"""域名与官方域名只差一两处。The name differs from a genuine one by a slip, a bit, a look-alike letter or script.

Short genuine labels have honest neighbours; the name index gives those little strength.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.signals._names import by_rules

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.result import SignalResult

RULES = frozenset({"typo", "bitsquat", "homoglyph", "punycode"})


class NameLookalike:
    """Rules ``typo``, ``bitsquat``, ``homoglyph`` and ``punycode``."""

    name = "name_lookalike"
    title = "域名形近官方域名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - the host is in the context
        """The strongest finding of these rules."""
        return by_rules(ctx, RULES)
