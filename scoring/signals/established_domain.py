"""域名注册已满五年。Counter-evidence: the domain has been registered for five years or more.

A lapsed name that was bought keeps its age only by transfer: so this clears little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._hosting import age_days, registration, told_by
from scoring.signals.registrant_mismatch import mismatch

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

OLD = 5 * 365


class EstablishedDomain:
    """Age of the registrable domain at the case's time."""

    name = "established_domain"
    title = "域名注册多年"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit from five years on; not for a public body's page on a name that a person or a company holds."""
        found = registration(ctx)
        if isinstance(found, SignalResult):
            return found
        facts, where = found
        days = age_days(facts.created, case.now)
        if facts.created is None or days is None:
            return unknown("注册信息里没有可用的注册日期")
        if days < OLD or mismatch(ctx):
            return MISS
        return hit(f"域名已注册{days / 365:.0f}年", told_by(facts.created.isoformat(), f"{where}:created"))
