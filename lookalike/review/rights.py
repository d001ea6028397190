"""Who may do what. Three kinds of administrators are kept apart: who manages accounts judges nothing, who judges
manages no accounts and changes no rules, and who audits only reads the trail (GB/T 22239-2019, 8.1.5).
"""

from __future__ import annotations

from typing import Literal, get_args

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review.people import folded
from lookalike.store import people

Role = Literal["viewer", "analyst", "lead", "rules", "admin", "auditor"]
Right = Literal[
    "leads.read",
    "leads.judge",
    "leads.export",
    "packs.make",
    "exports.read",
    "stats.make",
    "handover.approve",
    "handover.give",
    "handover.answer",
    "rules.change",
    "runs.read",
    "runs.control",
    "people.manage",
    "tokens.manage",
    "audit.read",
]
ROLES: dict[Role, str] = {
    "viewer": "查看员",
    "analyst": "研判员",
    "lead": "审核员",
    "rules": "规则员",
    "admin": "系统管理员",
    "auditor": "审计员",
}
_ANALYST: frozenset[Right] = frozenset(
    {"leads.read", "leads.judge", "leads.export", "packs.make", "handover.answer", "runs.read"}
)
RIGHTS: dict[Role, frozenset[Right]] = {
    "viewer": frozenset({"leads.read", "runs.read"}),
    "analyst": _ANALYST,
    "lead": _ANALYST | {"exports.read", "stats.make", "handover.approve", "handover.give"},
    "rules": frozenset({"leads.read", "runs.read", "rules.change"}),
    "admin": frozenset({"leads.read", "runs.read", "runs.control", "people.manage", "tokens.manage"}),
    "auditor": frozenset({"audit.read", "exports.read"}),
}
APART: tuple[Right, ...] = ("leads.judge", "rules.change", "people.manage", "audit.read")
"""Of these no role has two."""
SECOND_FACTOR: frozenset[Role] = frozenset({"lead", "admin"})
"""Roles that need a second factor: they approve, or they make accounts."""


class NotAllowedError(UsageError):
    """Somebody may not do that."""


def may(role: str, right: Right) -> bool:
    """Whether a role has a right; an unknown role has none."""
    return any(right in rights for known, rights in RIGHTS.items() if known == role)


def check(session: Session, who: str, right: Right) -> None:
    """Raises NotAllowedError where ``who`` names an account that is closed, or whose role lacks the right.

    A name without an account is a user of this machine, who works on the command line: the system's own rights hold.
    """
    person = people.by_folded(session, folded(who))
    if person is None:
        return
    if person.disabled_at is not None:
        raise NotAllowedError(f"{person.name}: this account is closed")
    if not may(person.role, right):
        able = ", ".join(role for role in get_args(Role) if may(role, right))
        raise NotAllowedError(f"{person.name}: the role {person.role} does not include {right}; these do: {able}")
