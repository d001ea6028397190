"""院校域名。Counter-evidence: the host stands under .edu.cn or .ac.cn, where only schools and institutes register.

No proof of innocence: their hosts are hacked too, and then a path of theirs carries the fake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.domains import split
from scoring.lookups import shows_certificate
from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

RESERVED = frozenset({"edu.cn", "ac.cn"})


class EduLabel:
    """The suffixes that CERNET and the Academy of Sciences give to schools and institutes."""

    name = "edu_label"
    title = "院校域名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for the label boundary; a miss where a page shows somebody's certificate, as on a hacked host."""
        if split(ctx.host)[2] not in RESERVED or any(shows_certificate(seen) for seen in ctx.pages):
            return MISS
        return hit("域名在院校专用后缀之下", Evidence(ctx.host, case.url, "host"))
