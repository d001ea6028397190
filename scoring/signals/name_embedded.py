"""域名里嵌着官方域名，或就是文件误印的域名。The name carries a genuine host name, or is a printed misprint of one.

Nobody honest needs it; archives and translation proxies do it too, and are cleared by ``archive_frame``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.signals._names import by_rules

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.result import SignalResult

RULES = frozenset({"embedded_host", "erratum"})


class NameEmbedded:
    """Rules ``embedded_host`` and ``erratum``."""

    name = "name_embedded"
    title = "域名嵌入官方域名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - the host is in the context
        """The strongest finding of these rules."""
        return by_rules(ctx, RULES)
