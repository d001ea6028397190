"""注册人信息被隐藏。The registrant is hidden by a privacy service.

GDPR hides most registrants of foreign endings; Chinese public bodies are never hidden: little weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._hosting import registration, told_by

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class RegistrationPrivacy:
    """What WHOIS or RDAP says of the registrant, where the site claims to be official."""

    name = "registration_privacy"
    title = "隐藏注册人"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - hosting is in the context
        """Hit for a hidden registrant of a site that poses as a public body."""
        found = registration(ctx)
        if isinstance(found, SignalResult):
            return found
        facts, where = found
        if facts.privacy is None:
            return unknown("注册信息没有说明注册人是否隐藏")
        if not facts.privacy or not ctx.poses:
            return MISS
        quote = facts.registrant or "REDACTED FOR PRIVACY"
        return hit("自称官方，却隐藏注册人信息", told_by(quote, f"{where}:registrant"))
