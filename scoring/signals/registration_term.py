"""域名只注册一年。The domain is registered for one year only, as crews buy them by the thousand.

Most honest small sites renew yearly too: little weight, and only in the first year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._hosting import age_days, registration, told_by

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

YEAR = 370


class RegistrationTerm:
    """Days from creation to expiry, while the domain is in its first year."""

    name = "registration_term"
    title = "域名仅注册一年"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a first term of a year."""
        found = registration(ctx)
        if isinstance(found, SignalResult):
            return found
        facts, where = found
        if not facts.registered:
            return MISS
        age = age_days(facts.created, case.now)
        if facts.created is None or facts.expires is None or age is None:
            return unknown("注册信息里没有注册或到期日期")
        term = age_days(facts.created, facts.expires)
        if term is None or term > YEAR or age > YEAR:
            return MISS
        quote = f"{facts.created:%Y-%m-%d} – {facts.expires:%Y-%m-%d}"
        return hit(f"域名只注册了一年（{quote}）", told_by(quote, f"{where}:expires"))
