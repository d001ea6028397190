"""在 .gov.cn 之下（按标签边界）。Counter-evidence: the host stands under gov.cn at a label boundary.

No proof of innocence: hacked hosts stand there too. They are a matter of paths, never a fake host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class GovLabel:
    """The reserved suffixes of public bodies."""

    name = "gov_label"
    title = "政府域名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a label boundary, not for names that only end so."""
        if not ctx.gov or ctx.home is not None:
            return MISS
        return hit("域名在政府专用后缀之下", Evidence(ctx.host, case.url, "host"))
