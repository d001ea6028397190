"""Which leads may go out in which form. Whoever is accused before strangers was confirmed by a person first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from lookalike.errors import UsageError
from lookalike.exchange.facts import SharedLead

Form = Literal[
    "stix",
    "misp",
    "rpz",
    "hosts",
    "csv",
    "xlsx",
    "notice-registrar",
    "notice-host",
    "notice-platform",
    "12377",
]
BLOCKS: frozenset[Form] = frozenset({"rpz", "hosts"})
CONFIRMED: frozenset[Form] = BLOCKS | {"notice-registrar", "notice-host", "notice-platform", "12377"}
"""Forms that accuse, or that cut somebody off."""
_CLEARED = {"false_positive": "已判为误报", "duplicate": "与别的线索重复"}
_SHOWN = 20


def require_confirmed(form: Form, leads: Sequence[SharedLead]) -> None:
    """UsageError with the numbers of those that nobody has confirmed, where the form needs it."""
    waiting = [lead.id for lead in leads if not lead.guilty] if form in CONFIRMED else []
    if waiting:
        listed = ", ".join(map(str, waiting[:_SHOWN])) + (" …" if len(waiting) > _SHOWN else "")
        raise UsageError(
            f"--form {form}: only leads that a person has confirmed may go out so; not confirmed: {listed}; "
            "confirm them first (lookalike verdict ID confirm), or leave them out"
        )


def left_out(form: Form, lead: SharedLead) -> str:
    """Why this lead does not go out in this form; empty: it does."""
    if form in {"stix", "misp"}:
        return _CLEARED.get(lead.status, "") or ("" if lead.url or form == "misp" else "广告没有站点")
    if form in BLOCKS:
        return "" if lead.block.name else lead.block.why
    if form == "notice-registrar":
        return _not_for_registrar(lead)
    if form == "notice-host":
        return _not_for_host(lead)
    return ""


def _not_for_registrar(lead: SharedLead) -> str:
    return "" if lead.owned else lead.owner_why


def _not_for_host(lead: SharedLead) -> str:
    if lead.protected:
        return lead.owner_why
    if not lead.host:
        return "广告没有站点，请用 notice-platform"
    others = lead.kind == "advert" and lead.is_name and not lead.owned and not lead.rented
    return "页面登载在别人的平台上，请用 notice-platform" if others or lead.scope else ""
