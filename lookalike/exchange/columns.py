"""The columns of the list of leads, as CSV and XLSX write it; a cell is one line of text, cut where a program would."""

from __future__ import annotations

from collections.abc import Callable

from lookalike.evidence.documents.values import LONGEST_CELL, because
from lookalike.evidence.documents.words import word
from lookalike.exchange.clean import cut
from lookalike.exchange.facts import Share, SharedLead
from lookalike.exchange.words import (
    KINDS,
    china,
    main_reasons,
    networks,
    registered_on,
    registrar,
    standing,
    whom,
)
from lookalike.review.reasons import reasons
from scoring.domains import unicode_host

_CONTACTS = 50
_Cell = Callable[[SharedLead, Callable[[str], str]], str]

COLUMNS: tuple[tuple[str, int, _Cell], ...] = (
    ("编号", 7, lambda lead, _: str(lead.id)),
    ("类型", 8, lambda lead, _: KINDS[lead.kind]),
    ("主机名", 30, lambda lead, shown: shown(lead.host) or because("线索没有站点")),
    ("中文域名", 22, lambda lead, shown: shown(_chinese(lead))),
    ("网址", 42, lambda lead, shown: shown(lead.url) or because("线索没有站点")),
    ("评分", 7, lambda lead, _: f"{lead.score:.1f}"),
    ("等级", 6, lambda lead, _: word("bands", lead.band)),
    ("仿冒对象", 28, lambda lead, _: whom(lead)),
    ("研判", 8, lambda lead, _: standing(lead)),
    ("研判理由", 20, lambda lead, _: _reason(lead)),
    ("团伙", 9, lambda lead, _: lead.campaign),
    ("现状", 10, lambda lead, _: word("life", lead.life)),
    ("首次发现", 17, lambda lead, _: china(lead.first_seen)),
    ("最近发现", 17, lambda lead, _: china(lead.last_seen)),
    ("服务器地址", 34, lambda lead, _: networks(lead)),
    ("注册商", 24, lambda lead, _: registrar(lead)),
    ("注册日期", 12, lambda lead, _: registered_on(lead)),
    ("主要依据", 60, lambda lead, _: main_reasons(lead, contacts=True)),
    ("联系方式", 30, lambda lead, _: _contacts(lead)),
    ("发现次数", 9, lambda lead, _: str(len(lead.sightings))),
    ("发现渠道", 20, lambda lead, _: "、".join(sorted({s["source"] for s in lead.sightings}))),
)
"""Heading, width in characters, and what stands there."""


def heading() -> list[str]:
    """The first line."""
    return [name for name, _, _ in COLUMNS]


def rows(share: Share) -> list[list[str]]:
    """A line for every lead."""
    return [[cut(cell(lead, share.shown), LONGEST_CELL) for _, _, cell in COLUMNS] for lead in share.leads]


def _chinese(lead: SharedLead) -> str:
    told = unicode_host(lead.host) if lead.is_name else ""
    return told if told != lead.host else ""


def _reason(lead: SharedLead) -> str:
    if lead.decided is None:
        return ""
    return reasons().get(lead.decided.verdict, {}).get(lead.decided.reason, lead.decided.reason)


def _contacts(lead: SharedLead) -> str:
    told = "；".join(f"{word('contacts', c['type'])} {c['value']}" for c in lead.contacts[:_CONTACTS])
    more = len(lead.contacts) - _CONTACTS
    return f"{told}；另有 {more} 个" if more > 0 else told
