"""Sentences that several forms use, and the words of states, in Chinese."""

from __future__ import annotations

from datetime import datetime

from lookalike.evidence.documents.values import because
from lookalike.exchange.facts import SharedLead
from lookalike.review.verdicts import STATUSES
from spiders.clock import CHINA

KINDS = {"site": "仿冒站", "advert": "广告"}
MAIN_REASONS = 3


def china(at: datetime) -> str:
    """Day and minute in China, as a letter writes it."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


def standing(lead: SharedLead) -> str:
    """Where the review stands."""
    return STATUSES.get(lead.status, lead.status)


def whom(lead: SharedLead) -> str:
    """Whom it imitates."""
    if not lead.platform:
        return because("未认定具体的仿冒对象")
    return f"{lead.platform}（{lead.organ}）" if lead.organ else lead.platform


def main_reasons(lead: SharedLead, *, contacts: bool = False) -> str:
    """The weightiest reasons in one line; with ``contacts`` as the analyst sees them."""
    return "；".join((lead.reasons if contacts else lead.told)[:MAIN_REASONS]) or because("没有评分明细")


def registrar(lead: SharedLead) -> str:
    """Who registered the domain, or why that is not known."""
    fact = lead.registration
    if fact.value is not None and fact.value.registrar and not lead.rented:
        return fact.value.registrar
    return because(_why_unregistered(lead))


def registered_on(lead: SharedLead) -> str:
    """The day of registration, or why it is not known."""
    fact = lead.registration
    if fact.value is not None and fact.value.created is not None and not lead.rented:
        return fact.value.created.astimezone(CHINA).strftime("%Y-%m-%d")
    return because(_why_unregistered(lead))


def _why_unregistered(lead: SharedLead) -> str:
    if lead.unread:
        return lead.unread
    if not lead.is_name:
        return "站点在裸 IP 地址上，没有注册的域名"
    if lead.rented:
        return f"名称在 {lead.rented} 之下，不是单独注册的"
    return lead.registration.why or "登记信息中没有这一项"


def networks(lead: SharedLead) -> str:
    """Each address with the network that announces it."""
    if not lead.addresses:
        return because(lead.unread or lead.hosting.dns.why or "没有解析到地址")
    known = {n.address: n for n in lead.hosting.networks.value or ()}
    told = [
        f"{ip}（AS{known[ip].asn} {known[ip].name}）" if ip in known and known[ip].asn else ip for ip in lead.addresses
    ]
    return "；".join(told)
