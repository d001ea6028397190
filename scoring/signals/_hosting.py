"""Registration facts as the signals read them: WHOIS first, RDAP where WHOIS is silent."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, unknown

if TYPE_CHECKING:
    from datetime import datetime

    from scoring.case import RegistrationFacts
    from scoring.context import Context


@lru_cache(maxsize=1)
def registration(ctx: Context) -> tuple[RegistrationFacts, str] | SignalResult:
    """The registration with who told it; a miss where the site has no registration of its own; else unknown."""
    if not ctx.host or ctx.bare_ip or ctx.free_suffix:
        return MISS
    hosting = ctx.case.hosting
    told = [(f.value, where) for f, where in ((hosting.whois, "whois"), (hosting.rdap, "rdap")) if f.known and f.value]
    dated = [t for t in told if t[0].created is not None]
    if dated:
        return dated[0]
    if told:
        return told[0]
    why = hosting.whois.why or hosting.rdap.why
    return unknown(f"域名注册信息未取得{f'（{why}）' if why else ''}")


def age_days(created: datetime | None, now: datetime) -> float | None:
    """Days since registration; None when there is no date or it lies in the future."""
    if created is None:
        return None
    if created.tzinfo is None and now.tzinfo is not None:
        created = created.replace(tzinfo=now.tzinfo)
    days = (now - created).total_seconds() / 86400
    return days if days >= 0 else None


def told_by(value: object, where: str) -> Evidence:
    """Evidence of a hosting fact."""
    return Evidence(str(value), where=where)
