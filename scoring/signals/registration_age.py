"""域名新注册：半年内为强，一年内为弱。The domain was registered within half a year, or a year.

New honest sites are registered every day: never enough by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._hosting import age_days, registration, told_by

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

YOUNG, YEAR = 180, 365


class RegistrationAge:
    """Age of the registrable domain at the case's time."""

    name = "registration_age"
    title = "域名新注册"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Full strength up to 180 days, 0.5 up to a year."""
        found = registration(ctx)
        if isinstance(found, SignalResult):
            return found
        facts, where = found
        if not facts.registered:
            return MISS
        days = age_days(facts.created, case.now)
        if facts.created is None or days is None:
            return unknown("注册信息里没有可用的注册日期")
        if days > YEAR:
            return MISS
        text = f"域名{facts.created:%Y-%m-%d}才注册，距今{days:.0f}天"
        return hit(text, told_by(facts.created.isoformat(), f"{where}:created"), strength=1.0 if days <= YOUNG else 0.5)
