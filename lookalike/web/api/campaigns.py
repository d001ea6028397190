"""Crews as programs read them; of very large ones the first members and links, and how many there are."""

from __future__ import annotations

from lookalike.errors import UsageError
from lookalike.store import campaign_views, programs
from lookalike.store.campaigns import campaign_name, number_of
from lookalike.store.engine import reading
from lookalike.web.api.points import Asked
from lookalike.web.api.problems import Refusal
from lookalike.web.api.shapes import CampaignFile, CampaignLine, Campaigns, Contact, Link, Tie
from spiders.clock import CHINA

HOSTS, CONTACTS, LINKS = 500, 200, 2000


def campaigns(asked: Asked) -> Campaigns:
    """One page of the crews that stand."""
    with reading(asked.desk.factory) as session:
        rows, following = programs.campaigns(session, asked.query.after, asked.query.limit)
    items = tuple(
        CampaignLine(
            id=campaign_name(row.id),
            leads=len(row.members),
            found_at=row.made_at.astimezone(CHINA),
            changed_at=row.changed_at.astimezone(CHINA),
        )
        for row in rows
    )
    return Campaigns(items=items, next=following)


def campaign(asked: Asked) -> CampaignFile:
    """One crew."""
    try:
        number = number_of(asked.path["campaign_id"][:20])
    except UsageError as error:
        raise Refusal("not_found") from error
    with reading(asked.desk.factory) as session:
        found = campaign_views.show(session, number) if 0 < number < 2**31 else None
        if found is None:
            raise Refusal("not_found")
        total = programs.links_total(session, number)
    plain = ("id", "leads", "impersonates", "first_seen", "last_seen", "found_at", "ended_at")
    return CampaignFile(
        **{name: found[name] for name in plain},
        hosts=tuple(found["hosts"][:HOSTS]),
        contacts=tuple(Contact(**contact) for contact in found["contacts"][:CONTACTS]),
        why=tuple(Tie(**tie) for tie in found["why"]),
        members=tuple(member["id"] for member in found["members"]),
        links=tuple(
            Link(**{name: link[name] for name in ("a", "b", "type", "value", "weight", "reason")})
            for link in found["links"][:LINKS]
        ),
        links_total=total,
    )
