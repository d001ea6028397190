"""TLS 证书刚签发不足一个月。The certificate was issued within thirty days.

Free certificates are renewed every sixty days: little weight, and only together with a claim to be official.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit, unknown
from scoring.signals._hosting import age_days

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

YOUNG = 30


class YoungCertificate:
    """Days since ``not_before`` at the case's time."""

    name = "young_certificate"
    title = "TLS 证书新签发"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit up to thirty days, for sites that pose as official."""
        fact = case.hosting.tls
        if ctx.official or not ctx.host:
            return MISS
        if not fact.known:
            return unknown(f"TLS 证书未取得{f'（{fact.why}）' if fact.why else ''}")
        tls = fact.value
        if tls is None or tls.not_before is None or not ctx.poses:
            return MISS
        days = age_days(tls.not_before, case.now)
        if days is None or days > YOUNG:
            return MISS
        return hit(
            f"TLS 证书{days:.0f}天前才签发（{tls.issuer}）",
            Evidence(tls.not_before.isoformat(), where="tls:not_before"),
        )
