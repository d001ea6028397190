"""自称政府部门，域名却由个人或公司注册。

The site claims to be a public body; its name is registered to a person or a company. What a registrant writes is
claimed, not proven: a public body's name there clears nobody. But nobody pretends to be less than he is. Vendors
register names for small bureaus at times: not enough by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._hosting import registration, told_by

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

_PERSON = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_BODY_END = re.compile(r"(?:局|厅|部|委|办|院|会|站|所|处|校|馆|社|中心|政府|总队|大队|协会)$")
_COMPANY = re.compile(r"公司|工作室|经营部|商行|服务部|网络部|科技|网络$|店$|厂$")


class RegistrantMismatch:
    """The registrant by WHOIS or RDAP against the bodies that the pages claim to be."""

    name = "registrant_mismatch"
    title = "注册人与自称不符"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - hosting is in the context
        """Hit for a person (1.0) or a company (0.8) behind a public body's claim; *unknown* where it is hidden."""
        found = registration(ctx)
        if isinstance(found, SignalResult):
            return found
        name, where = _registrant(ctx)
        if not found[0].registered:
            return MISS
        if not name or name.isascii():
            return unknown("注册信息没有写注册人，或已隐藏")
        who = mismatch(ctx)
        if not who:
            return MISS
        text = f"自称官方，域名注册人却是{who}（{name}）"
        return hit(text, told_by(name, f"{where}:registrant"), strength=1.0 if who == "个人" else 0.8)


def mismatch(ctx: Context) -> str:
    """What the registrant of a site that passes for a public body is, if no such body; empty where nothing is wrong."""
    if ctx.official or not (ctx.claims_official or ctx.passes_for_body):
        return ""
    name, _ = _registrant(ctx)
    if _COMPANY.search(name):
        return "公司"
    return "个人" if _PERSON.fullmatch(name) and not _BODY_END.search(name) else ""


def _registrant(ctx: Context) -> tuple[str, str]:
    hosting = ctx.case.hosting
    facts = ((hosting.whois.value, "whois"), (hosting.rdap.value, "rdap"))
    told = ((value.registrant.strip(), where) for value, where in facts if value and not value.privacy)
    return next((t for t in told if t[0]), ("", ""))
