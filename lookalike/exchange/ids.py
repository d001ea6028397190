"""Ids that follow from what they name: the same lead shared twice is the same object for whoever receives it."""

from __future__ import annotations

import uuid

from lookalike.exchange.facts import Crew, SharedLead

_SPACE = uuid.UUID("8b6c9c64-3f43-5a0e-9a4d-6f1f6f0f6d51")


def named(*parts: str) -> uuid.UUID:
    """UUIDv5 (RFC 9562, 5.5) of parts that no other choice of parts gives."""
    return uuid.uuid5(_SPACE, "".join(f"{len(part)}:{part}" for part in parts))


def of_lead(unit: str, lead: SharedLead, what: str, *more: str) -> uuid.UUID:
    """Of one object about a lead; numbers are a unit's own, so its name and the host go in."""
    return named(unit, what, str(lead.id), lead.host, *more)


def of_crew(unit: str, crew: Crew, what: str, *more: str) -> uuid.UUID:
    """Of one object about a campaign; ``C-0001`` is everybody's first one, so the time it was found goes in."""
    return named(unit, what, crew.id, crew.found_at.isoformat(), *more)
