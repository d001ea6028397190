"""Whose a domain is, as far as anything shows: by its name, else by its age and the place of the page on it.

Pages are hidden on honest sites that were broken into, so what nothing shows to be the crew's own is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from lookalike.exchange.facts import SharedLead
from scoring.domains import is_gov_label, registrable_domain
from scoring.reference import Reference
from scoring.screen import Screener
from scoring.sitekey import is_shared
from seeds.model import Seeds

YOUNG = timedelta(days=2 * 365)
"""A domain registered this shortly before it was first seen was registered for it; fakes are weeks old."""
OLD = timedelta(days=5 * 365)
_FOREIGN = re.compile(r"(?:.*\.)?(?:gov|mil|(?:gov|gob|gouv|govt|mil|edu|ac)\.[a-z]{2})", re.ASCII)
"""Public bodies and universities of any country; the public suffix list lacks some (``gov.ru``)."""
_OWN_LABELS = ("www.", "m.", "wap.")


@dataclass(frozen=True, slots=True)
class Rules:
    """What names are held against."""

    seeds: Seeds
    reference: Reference
    screener: Screener

    @classmethod
    def of(cls, seeds: Seeds) -> Rules:
        """The rules of these seeds."""
        reference = Reference(seeds)
        return cls(seeds, reference, Screener(reference.names, seeds.known_names, fast=False))


@dataclass(frozen=True, slots=True)
class Ownership:
    """Whether a domain is the crew's own, and by what."""

    owned: bool
    why: str
    protected: bool = False
    """Whether it is a public body's, a genuine platform's, or well known."""


def protected(lead: SharedLead, rules: Rules) -> str:
    """Why the host is nobody's to block or to shut down, whatever was decided; empty: it is not of this kind."""
    if not lead.host:
        return ""
    if is_gov_label(lead.host) or rules.reference.official_host(lead.host) or _genuine(lead, rules):
        return "政府域名或正版平台自己的域名，不得屏蔽；疑遭入侵的请通报主管单位"
    if not lead.is_name:
        return ""
    if _FOREIGN.fullmatch(lead.host):
        return "政府、军队或学校的域名，不得屏蔽；疑遭入侵的请通报其主管单位"
    parents = {lead.host[i + 1 :] for i, c in enumerate(lead.host) if c == "."} | {lead.host}
    archived = parents & rules.seeds.services.archives
    known = lead.registrable in rules.seeds.known_names and not lead.rented and not shared(lead, rules)
    return "知名网站或存档服务的域名，不得屏蔽" if archived or known else ""


def shared(lead: SharedLead, rules: Rules) -> bool:
    """Whether strangers have pages of their own on the host."""
    return bool(lead.scope) or is_shared(lead.host, rules.seeds.shared_hosts)


def owner(lead: SharedLead, rules: Rules) -> Ownership:
    """By its name or its age; a name that says nothing and stands for years may be anybody's."""
    if lead.rented:
        return Ownership(False, f"{lead.rented} 之下的名称人人可得，域名不归仿冒者")
    if hit := rules.screener.judge(lead.registrable):
        return Ownership(True, f"域名本身仿冒：{hit.text}")
    if why := _doubt(lead, rules):
        return Ownership(False, why)
    created = lead.registration.value.created if lead.registration.value else None
    return Ownership(True, f"域名 {created:%Y-%m-%d} 才注册，仿冒页面就在根目录")


def _doubt(lead: SharedLead, rules: Rules) -> str:
    """Why the age of a domain whose name says nothing does not make it the crew's; empty: it does."""
    if is_old(lead):
        return "域名注册多年而名称不仿冒，疑为被入侵的正规网站，请通报其主办单位"
    folder, _, _ = path_of(lead).rpartition("/")
    if folder.strip("/"):
        return f"仿冒页面在 {folder}/ 之下，没有依据认定整个域名归仿冒者所有"
    created = lead.registration.value.created if lead.registration.value else None
    if created is None:
        return "不知道域名何时注册，没有依据认定整个域名归仿冒者所有"
    if lead.first_seen - created > YOUNG:
        return f"域名 {created:%Y-%m-%d} 注册，没有依据认定整个域名归仿冒者所有"
    front = lead.host == lead.registrable or lead.host in {f"{label}{lead.registrable}" for label in _OWN_LABELS}
    if not front and rules.screener.judge(lead.host) is None:
        return "站点在域名下的一个子域名上，没有依据认定整个域名归仿冒者所有"
    return ""


def _genuine(lead: SharedLead, rules: Rules) -> bool:
    hosts = {a.host for p in rules.seeds.platforms for a in p.addresses}
    domains = {registrable_domain(host) for host in hosts} - {""}
    return lead.host in hosts or lead.registrable in domains


def is_old(lead: SharedLead) -> bool:
    """Whether the domain had stood for years when it was first seen."""
    found = lead.registration.value
    return found is not None and found.created is not None and lead.first_seen - found.created >= OLD


def path_of(lead: SharedLead) -> str:
    """The path of its address; of one that no reader understands something that is no front page."""
    try:
        return urlsplit(lead.url).path
    except ValueError:
        return "/?/"
