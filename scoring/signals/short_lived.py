"""用完就扔的域名：新注册、只一年、同时上证书，或已被暂停。

A throw-away name: new, for one year, in use at once, or taken away. One fake of a city's government was closed 96
days after its name was bought. New honest sites look alike: only for sites that claim or offer something. Whether a
site comes and goes is not seen here: a case holds one visit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._hosting import age_days, registration, told_by

if TYPE_CHECKING:
    from datetime import datetime

    from scoring.case import Case, RegistrationFacts
    from scoring.context import Context

YOUNG, TERM, AT_ONCE, YEAR = 120, 370, 30, 400
_TAKEN = ("clienthold", "serverhold", "pendingdelete", "redemptionperiod")


class ShortLived:
    """Registration, its statuses and the certificate's first day together."""

    name = "short_lived"
    title = "短命域名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Full for a name on hold in its first year; 0.6 for new, one year, certificate within thirty days."""
        found = registration(ctx)
        if isinstance(found, SignalResult):
            return found
        facts, where = found
        age = age_days(facts.created, case.now)
        if age is None:
            return MISS if not facts.registered else unknown("注册信息里没有可用的注册日期")
        taken = _taken(facts)
        if taken and age <= YEAR:
            text = f"域名注册才{age:.0f}天就已被暂停或进入删除期（{taken}）"
            return hit(text, told_by(taken, f"{where}:status"))
        term = age_days(facts.created, facts.expires) if facts.expires else None
        if age > YOUNG or term is None or term > TERM or not (ctx.poses or ctx.offering):
            return MISS
        return _with_certificate(case, facts.created, age)


def _with_certificate(case: Case, created: datetime | None, age: float) -> SignalResult:
    tls = case.hosting.tls
    if not tls.known:
        return unknown("没有证书信息，也没有以往访问记录，无法判断是否用完就扔")
    first = tls.value.not_before if tls.value else None
    days = age_days(created, first) if first else None
    if first is None or days is None or days > AT_ONCE:
        return MISS
    text = f"域名注册{age:.0f}天、只注册一年，注册后{days:.0f}天即签发证书上线"
    return hit(text, told_by(first.isoformat(), "tls:not_before"), strength=0.6)


def _taken(facts: RegistrationFacts) -> str:
    for status in facts.statuses:
        if status.split(" ", 1)[0].replace("_", "").lower().startswith(_TAKEN):
            return status.split(" ", 1)[0]
    return ""
