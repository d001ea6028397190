"""自称官方机构，域名却在境外注册商。The site poses as a public body of this country; its registrar is a foreign one.

A name that is filed here must be with a registrar that the ministry licenses. Crews use the same domestic registrars
as everybody else, and then this says nothing: little weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._hosting import registration, told_by

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class Registrar:
    """The registrar by WHOIS or RDAP against those of this country."""

    name = "registrar"
    title = "境外注册商"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a foreign registrar of a site that claims to be official."""
        found = registration(ctx)
        if isinstance(found, SignalResult):
            return found
        told = [
            (f.value.registrar, w) for f, w in ((case.hosting.whois, "whois"), (case.hosting.rdap, "rdap")) if f.value
        ]
        name, where = next(((n.strip(), w) for n, w in told if n.strip()), ("", ""))
        if not found[0].registered:
            return MISS
        if not name:
            return unknown("注册信息没有写注册商")
        if not ctx.claims_official or _domestic(name, ctx):
            return MISS
        return hit(f"自称官方，域名却注册在境外注册商（{name}）", told_by(name, f"{where}:registrar"))


def _domestic(name: str, ctx: Context) -> bool:
    plain = name.lower()
    return not name.isascii() or any(part in plain for part in ctx.ref.seeds.services.domestic_registrars)
