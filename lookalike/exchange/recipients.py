"""To whom a notice would go, and why: from the registration, the networks, and the places where a lead was seen.

A suggestion: who signs decides. Nobody is named without a fact behind it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lookalike.errors import UsageError
from lookalike.evidence.documents.values import because
from lookalike.exchange.facts import SharedLead
from lookalike.exchange.words import china, registrar
from scoring.domains import registrable_domain
from seeds.model import Seeds, Services, Source

Kind = Literal["registrar", "host", "platform"]


@dataclass(frozen=True, slots=True)
class Recipient:
    """One office, and the leads that are its business."""

    key: str
    """What groups leads: a registrar's name, a network, a platform's domain; empty: not known."""
    name: str
    """As the notice is headed; empty: not known."""
    reason: str
    leads: tuple[int, ...] = ()


def recipients(kind: Kind, leads: Sequence[SharedLead], seeds: Seeds) -> list[Recipient]:
    """Who is suggested for which leads; a lead may be the business of several. Those that nobody is known for: last."""
    one: dict[Kind, Callable[[SharedLead], Iterator[Recipient]]] = {
        "registrar": _registrar,
        "host": lambda lead: _host(lead, seeds.services),
        "platform": lambda lead: _platform(lead, seeds.sources),
    }
    found: dict[str, Recipient] = {}
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for lead in leads:
        for told in one[kind](lead):
            found.setdefault(told.key, told)
            numbers[told.key].append(lead.id)
    order = sorted(found, key=lambda key: (not key, numbers[key], key))
    return [replace(found[key], leads=tuple(numbers[key])) for key in order]


def choose(kind: Kind, found: Sequence[Recipient], to: str) -> Recipient:
    """The one whom ``to`` means, else the only one there is; under another name it keeps the suggestion's reason.

    Raises UsageError, naming each with its leads, where that leaves several, or none.
    """
    named = [r for r in found if r.key and to and to in (r.key, r.name)]
    if named:
        return named[0]
    if len(found) == 1 and (to or found[0].name):
        only = found[0]
        suggested = f"；系统建议的受文单位是{only.name}" if only.name and to else ""
        return replace(only, name=to or only.name, reason=f"{only.reason}{suggested}")
    listed = "; ".join(f"{r.key or r.reason} ({', '.join(map(str, r.leads))})" for r in found)
    if len(found) == 1:
        raise UsageError(f"--form notice-{kind}: nobody is known to write to: {listed}; name the office with --to")
    raise UsageError(
        f"--form notice-{kind}: these leads are the business of several: {listed}; one notice goes to one office: "
        "choose one with --to, or fewer leads"
    )


def _registrar(lead: SharedLead) -> Iterator[Recipient]:
    fact = lead.registration
    if fact.value is None or not fact.value.registrar or lead.rented:
        yield Recipient("", "", registrar(lead))
        return
    name = fact.value.registrar
    when = f"，{china(fact.observed_at)}" if fact.observed_at else ""
    yield Recipient(name, name, f"域名登记信息所载的注册商（来源 {fact.origin or '登记信息'}{when}）")


def _host(lead: SharedLead, services: Services) -> Iterator[Recipient]:
    if lead.rented:
        why = f"站点用的是 {lead.rented} 之下任何人都能开通的名称，由该托管平台提供"
        yield Recipient(lead.rented, f"{lead.rented} 托管平台的运营者", why)
        return
    known = {n.address: n for n in lead.hosting.networks.value or ()}
    told = set[str]()
    for ip in lead.addresses:
        network = known.get(ip)
        key = f"AS{network.asn}" if network is not None and network.asn else ""
        if network is not None and key and key not in told:
            told.add(key)
            yield Recipient(key, f"{network.name}（{key}）", _announced(ip, network.name, services, lead))
    if not told:
        yield Recipient("", "", because(lead.unread or lead.hosting.networks.why or "离线网络表中没有站点的地址"))


def _announced(ip: str, name: str, services: Services, lead: SharedLead) -> str:
    fact = lead.hosting.networks
    when = f"，{china(fact.observed_at)}" if fact.observed_at else ""
    said = f"站点地址 {ip} 由该网络宣告（来源 {fact.origin or '离线网络表'}{when}）"
    if any(part in name.lower() for part in services.delivery_networks):
        return f"{said}；这是内容分发网络，源站在其后，请一并要求提供源站地址"
    return said


def _platform(lead: SharedLead, sources: Sequence[Source]) -> Iterator[Recipient]:
    """Where it was shown to people; of an advert on somebody's site that site itself."""
    any_shown = False
    if lead.is_name and not lead.owned and (lead.kind == "advert" or lead.scope or lead.rented):
        any_shown = True
        name = lead.rented or lead.host
        yield Recipient(name, f"{name} 的运营者", "页面就登载在该网站上")
    for key, names in _shown_by(lead, sources).items():
        any_shown = True
        yield Recipient(key, f"{key} 的运营者", f"线索由其{'、'.join(names)}展示给用户")
    if not any_shown:
        yield Recipient("", "", because("没有在搜索引擎、社交或分类信息平台上见到"))


def _shown_by(lead: SharedLead, sources: Sequence[Source]) -> dict[str, list[str]]:
    """Domains of the platforms on which it was seen, each with the names of its services."""
    found: dict[str, list[str]] = {}
    for sighting in lead.sightings:
        if (source := source_of(sighting["source"], sources)) is not None:
            names = found.setdefault(registrable_domain(source.host) or source.host, [])
            if source.name not in names:
                names.append(source.name)
    return found


def source_of(wanted: str, sources: Sequence[Source]) -> Source | None:
    """The search page behind a sighting; an interface (``baidu_api``) stands for its page. None: no such platform."""
    plain = wanted.partition(":")[0].removesuffix("_api")
    return next((s for s in sources if s.id == plain and s.kind == "search" and s.host), None)
