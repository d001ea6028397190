"""A STIX 2.1 bundle: what was seen, the indicator that follows from it, the crew behind it, who says so.

No contacts and no registrants: those go with the evidence pack. Nothing that a person has cleared goes out.
"""

from __future__ import annotations

from typing import Any

from lookalike.errors import UsageError
from lookalike.exchange import ids
from lookalike.exchange.facts import Crew, Share, SharedLead, zulu
from lookalike.exchange.words import KINDS, main_reasons, standing, whom
from spiders.warc_record import plain_url

try:
    import stix2  # type: ignore[import-untyped]
    from stix2 import TLP_AMBER, TLP_GREEN, TLP_RED, TLP_WHITE
except ModuleNotFoundError:  # the extra is optional
    stix2 = None

Stix = Any
"""An object of the library, which has no types of its own."""


def render(share: Share) -> bytes:
    """The bundle as JSON. UsageError when the library is missing."""
    if stix2 is None:
        raise UsageError("--form stix: needs a library; install it: pip install 'lookalike[exchange]'")
    objects = bundle_objects(share)
    name = ids.named(share.unit, "bundle", *(o["id"] for o in objects))
    bundle = stix2.v21.Bundle(id=f"bundle--{name}", objects=objects)
    return (str(bundle.serialize(pretty=True, ensure_ascii=False)) + "\n").encode()


def bundle_objects(share: Share) -> list[Stix]:
    """Everything in one order, each object once."""
    maker = _Maker(share)
    found: dict[str, Stix] = {o["id"]: o for o in maker.head()}
    for crew in share.crews:
        found.setdefault(maker.crew(crew)["id"], maker.crew(crew))
    for lead in share.leads:
        for made in maker.lead(lead):
            found.setdefault(made["id"], made)
    return list(found.values())


class _Maker:
    """Objects with the marks that all of them bear."""

    def __init__(self, share: Share) -> None:
        self._share = share
        self._tlp = {"white": TLP_WHITE, "green": TLP_GREEN, "amber": TLP_AMBER, "red": TLP_RED}[share.tlp]
        self._crews = {crew.id: crew for crew in share.crews}
        self._identity = f"identity--{ids.named(share.unit, 'identity')}" if share.unit else None

    def head(self) -> list[Stix]:
        """The mark, and the unit where it is configured."""
        if self._identity is None:
            return [self._tlp]
        # a fixed time: the unit is the same one whenever it shares
        since = "2026-01-01T00:00:00.000Z"
        unit = stix2.v21.Identity(
            id=self._identity, name=self._share.unit, identity_class="organization", created=since, modified=since
        )
        return [self._tlp, unit]

    def crew(self, crew: Crew) -> Stix:
        """An intrusion set: its people are not known, its work is."""
        changed = max(crew.last_seen, crew.found_at)
        return stix2.v21.IntrusionSet(
            id=f"intrusion-set--{ids.of_crew(self._share.unit, crew, 'intrusion-set')}",
            name=crew.id,
            description="；".join(crew.why),
            first_seen=zulu(crew.first_seen),
            last_seen=zulu(max(crew.last_seen, crew.first_seen)),
            **self._common(crew.found_at, changed),
        )

    def lead(self, lead: SharedLead) -> list[Stix]:
        """Observables, what was observed, the indicator, its sighting, and the crew that it indicates."""
        seen = self._observables(lead)
        if not seen:
            return []
        observed = self._observed(lead, seen)
        indicator = self._indicator(lead)
        told = [*seen, observed, indicator, self._sighting(lead, indicator, observed)]
        told.append(self._relation(lead, indicator, "based-on", observed["id"]))
        if crew := self._crews.get(lead.campaign):
            target = f"intrusion-set--{ids.of_crew(self._share.unit, crew, 'intrusion-set')}"
            told.append(self._relation(lead, indicator, "indicates", target))
        return told

    def _common(self, created: Any, modified: Any) -> dict[str, Any]:
        told: dict[str, Any] = {"created": zulu(created), "modified": zulu(max(created, modified))}
        told["object_marking_refs"] = [self._tlp]
        if self._identity:
            told["created_by_ref"] = self._identity
        return told

    def _observables(self, lead: SharedLead) -> list[Stix]:
        """Ids of these follow from their values by the standard itself (2.9): the same ones for everybody."""
        addresses = [_address(ip) for ip in lead.addresses]
        found = list(addresses)
        if lead.is_name:
            refs = {"resolves_to_refs": [a["id"] for a in addresses]} if addresses else {}
            found.append(stix2.v21.DomainName(value=lead.host, **refs))
        if lead.url:
            found.append(stix2.v21.URL(value=plain_url(lead.url)))
        return found

    def _observed(self, lead: SharedLead, seen: list[Stix]) -> Stix:
        return stix2.v21.ObservedData(
            id=f"observed-data--{ids.of_lead(self._share.unit, lead, 'observed-data')}",
            first_observed=zulu(lead.first_seen),
            last_observed=zulu(max(lead.first_seen, lead.last_seen)),
            number_observed=max(1, len(lead.sightings)),
            object_refs=[o["id"] for o in seen],
            **self._common(lead.first_seen, lead.changed_at),
        )

    def _indicator(self, lead: SharedLead) -> Stix:
        described = f"{KINDS[lead.kind]}；仿冒：{whom(lead)}；研判：{standing(lead)}；{main_reasons(lead)}"
        return stix2.v21.Indicator(
            id=f"indicator--{ids.of_lead(self._share.unit, lead, 'indicator')}",
            name=f"{KINDS[lead.kind]} {lead.host or lead.url}",
            description=described,
            indicator_types=["malicious-activity" if lead.guilty else "unknown"],
            pattern=pattern(lead),
            pattern_type="stix",
            pattern_version="2.1",
            valid_from=zulu(lead.first_seen),
            confidence=max(0, min(100, round(lead.score))),
            labels=_labels(lead),
            **self._common(lead.first_seen, lead.changed_at),
        )

    def _sighting(self, lead: SharedLead, indicator: Stix, observed: Stix) -> Stix:
        where = {"where_sighted_refs": [self._identity]} if self._identity else {}
        sources = sorted({s["source"] for s in lead.sightings})
        return stix2.v21.Sighting(
            id=f"sighting--{ids.of_lead(self._share.unit, lead, 'sighting')}",
            sighting_of_ref=indicator["id"],
            observed_data_refs=[observed["id"]],
            first_seen=zulu(lead.first_seen),
            last_seen=zulu(max(lead.first_seen, lead.last_seen)),
            count=max(1, len(lead.sightings)),
            description="、".join(sources) or "访问站点",
            **where,
            **self._common(lead.first_seen, lead.changed_at),
        )

    def _relation(self, lead: SharedLead, source: Stix, kind: str, target: str) -> Stix:
        return stix2.v21.Relationship(
            id=f"relationship--{ids.of_lead(self._share.unit, lead, kind, target)}",
            source_ref=source["id"],
            relationship_type=kind,
            target_ref=target,
            **self._common(lead.first_seen, lead.changed_at),
        )


def pattern(lead: SharedLead) -> str:
    """The name where a resolver may refuse it, else the one address: what stands beside it may be honest."""
    if not lead.block.name:
        return f"[url:value = '{_quoted(plain_url(lead.url))}']"
    name = _quoted(lead.block.name)
    below = f" OR domain-name:value LIKE '%.{name}'" if lead.block.below else ""
    return f"[domain-name:value = '{name}'{below}]"


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _labels(lead: SharedLead) -> list[str]:
    told = [f"kind:{lead.kind}", f"band:{lead.band}", f"review:{lead.status}"]
    return [*told, f"impersonates:{lead.impersonates}"] if lead.impersonates else told


def _address(ip: str) -> Stix:
    return stix2.v21.IPv6Address(value=ip) if ":" in ip else stix2.v21.IPv4Address(value=ip)
