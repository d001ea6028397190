"""One MISP event with an object for every lead, as its JSON is imported by hand; nothing is pushed anywhere.

Marked for detection is only what a person confirmed and a resolver may refuse, and the exact address of what was
confirmed. Addresses of servers never are: strangers share them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lookalike.exchange import ids
from lookalike.exchange.facts import Share, SharedLead
from lookalike.exchange.words import KINDS, main_reasons, registrar, standing, whom
from spiders.clock import CHINA
from spiders.warc_record import plain_url

Json = dict[str, Any]
_DOMAIN_IP = {
    "name": "domain-ip",
    "meta-category": "network",
    "template_uuid": "43b3b146-77eb-4931-b4cc-b66c60f28734",
    "template_version": "11",
}
"""The template of MISP's own collection that holds a name, its addresses and when they were seen."""
_LEVELS = {"high": "1", "medium": "2", "low": "3"}
_TLP = {"white": "tlp:clear", "green": "tlp:green", "amber": "tlp:amber", "red": "tlp:red"}
_ONGOING, _COMPLETE = "1", "2"
_OWN_ORGANISATION = "0"


def render(share: Share) -> bytes:
    """The event as JSON."""
    return (json.dumps({"Event": event(share)}, ensure_ascii=False, indent=1) + "\n").encode()


def event(share: Share) -> Json:
    """The event; the same choice of leads is the same event."""
    chosen = [str(ids.of_lead(share.unit, lead, "lead")) for lead in share.leads]
    changed = int(max(lead.changed_at for lead in share.leads).timestamp())
    bands = [_LEVELS[lead.band] for lead in share.leads]
    told: Json = {
        "uuid": str(ids.named(share.unit, "event", *chosen)),
        "info": f"仿冒政府查询网站及售证广告线索 {len(share.leads)} 条",
        "date": share.at.astimezone(CHINA).strftime("%Y-%m-%d"),
        "timestamp": str(changed),
        "threat_level_id": min(bands),
        "analysis": _COMPLETE if all(lead.guilty for lead in share.leads) else _ONGOING,
        "distribution": _OWN_ORGANISATION,
        "published": False,
        "Tag": [{"name": _TLP[share.tlp]}, {"name": 'rsit:fraud="masquerade"'}],
        "Attribute": [a for lead in share.leads for a in _links(share, lead)],
        "Object": [o for lead in share.leads if (o := _object(share, lead))],
    }
    if share.unit:
        told["Orgc"] = {"name": share.unit, "uuid": str(ids.named(share.unit, "identity"))}
    return told


def _links(share: Share, lead: SharedLead) -> Iterator[Json]:
    """The address itself, and of an advert without any what its text says."""
    if lead.url:
        yield _attribute(share, lead, "url", plain_url(lead.url), to_ids=lead.guilty, comment=_comment(lead))
    else:
        yield _attribute(share, lead, "text", main_reasons(lead), category="Other", comment=_comment(lead))


def _object(share: Share, lead: SharedLead) -> Json | None:
    if not lead.addresses and not lead.is_name:
        return None
    held: list[Json] = []
    if lead.is_name:
        whole = lead.host == lead.registrable
        mine = lead.block.name == lead.host or (lead.block.below and bool(lead.block.name))
        held.append(_held(share, lead, "domain" if whole else "hostname", lead.host, to_ids=mine))
        if lead.block.below and not whole:
            held.append(_held(share, lead, "domain", lead.block.name, to_ids=True))
    held += [_held(share, lead, "ip", ip, kind="ip-dst") for ip in lead.addresses]
    held.append(_held(share, lead, "first-seen", lead.first_seen.isoformat(), kind="datetime"))
    held.append(_held(share, lead, "last-seen", lead.last_seen.isoformat(), kind="datetime"))
    found = lead.registration.value
    if lead.is_name and not lead.rented and found and found.created:
        held.append(_held(share, lead, "registration-date", found.created.isoformat(), kind="datetime"))
    return _DOMAIN_IP | {
        "uuid": str(ids.of_lead(share.unit, lead, "object")),
        "description": "A name, and the addresses it led to",
        "comment": _comment(lead),
        "timestamp": str(int(lead.changed_at.timestamp())),
        "Attribute": held,
    }


def _held(
    share: Share, lead: SharedLead, relation: str, value: str, *, kind: str | None = None, to_ids: bool = False
) -> Json:
    category = "Other" if kind == "datetime" else "Network activity"
    made = _attribute(share, lead, kind or relation, value, to_ids=to_ids, category=category, role=relation)
    return made | {"object_relation": relation}


def _attribute(
    share: Share,
    lead: SharedLead,
    kind: str,
    value: str,
    *,
    to_ids: bool = False,
    category: str = "Network activity",
    comment: str = "",
    role: str = "",
) -> Json:
    return {
        "uuid": str(ids.of_lead(share.unit, lead, "attribute", role, kind, value)),
        "type": kind,
        "category": category,
        "value": value,
        "to_ids": to_ids,
        "comment": comment,
        "timestamp": str(int(lead.changed_at.timestamp())),
        "first_seen": lead.first_seen.isoformat(),
        "last_seen": max(lead.first_seen, lead.last_seen).isoformat(),
        "disable_correlation": kind == "datetime",
    }


def _comment(lead: SharedLead) -> str:
    told = f"线索 {lead.id}，{KINDS[lead.kind]}，评分 {lead.score:.1f}，研判：{standing(lead)}，仿冒：{whom(lead)}"
    told += f"，注册商：{registrar(lead)}" if lead.is_name else ""
    return f"{told}。{main_reasons(lead)}"
