"""Where a platform showed a lead: the rows of its notice, of its own services only."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from lookalike.exchange.facts import Share
from lookalike.exchange.masking import masked
from lookalike.exchange.words import china


class Shown(NamedTuple):
    """One place in one list of results."""

    lead: int
    service: str
    query: str
    place: str
    url: str
    title: str
    at: str


def rows_for(share: Share) -> list[Shown]:
    """By lead, then time; what says the same twice stands once, with its newest time."""
    found: dict[tuple[str, ...], Shown] = {}
    for lead in share.leads:
        values = [c["value"] for c in lead.contacts]
        for seen in lead.sightings:
            service = share.services.get(seen["source"].partition(":")[0].removesuffix("_api"))
            if service is None:
                continue
            place = f"{'付费推广' if seen['paid'] else '自然结果'}第 {seen['position']} 位"
            key = (str(lead.id), service, seen["query"], "付费" if seen["paid"] else "自然")
            at = china(datetime.fromisoformat(seen["seen_at"]))
            title = masked(seen["title"] or "", values)
            row = Shown(lead.id, service, masked(seen["query"], values), place, seen["url"], title, at)
            if key not in found or found[key].at <= at:
                found[key] = row
    return sorted(found.values(), key=lambda row: (row.lead, not row.place.startswith("付费"), row.service, row.query))
