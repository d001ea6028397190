"""What a lead is found and counted by beside its words: signals that fired, filing number, country, contacts, hosts.

Marks stand in the searched text and in the index as words that nobody can type, so that a contact or a host is found
by itself and not wherever its letters stand. Decides nothing about leads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lookalike.store.search_text import FIELD_END, MAX_WORD, Term, folded

CONTACTS = ("wechat", "qq", "phone", "email", "telegram")
"""Kinds of contacts as rows of leads name them."""
MOST = 60
"""Contacts of one lead that are marked; the first ones that were found."""
_ENDS = 10
_BEGIN, _IS, _GAP = "\ue000", "\ue001", "\ue002"
"""Private characters: no text that is searched holds them, and SQLite's tokeniser takes them for letters."""
_BETWEEN = re.compile(r"[\W_]+")
STOLEN, UNSIGNED = "stolen_icp", "unsigned_query"
FILINGS = ("stolen", "missing", "unknown")
NOWHERE = "unknown"
"""The region of a site whose server's country is not known."""
_COUNTRY = re.compile(r"[A-Za-z]{2}")


def mark(name: str, value: str) -> str:
    """One mark; case, width and signs between letters make no difference."""
    return f"{_BEGIN}{name}{_IS}{_GAP.join(part for part in _BETWEEN.split(folded(value)) if part)}"


def wanted(name: str, value: str, *, begins: bool = False) -> Term | None:
    """The term that finds a mark, or those that begin so; None where nothing of ``value`` can be found."""
    word = mark(name, value)
    if word.endswith(_IS):
        return None
    open_end = begins and len(word) < MAX_WORD
    return Term(f" {word}{'' if begins else ' '}", ((word[:MAX_WORD], open_end),), exact=len(word) < MAX_WORD)


def fired(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Signals that spoke for or against, sorted."""
    return sorted({str(row["signal"]) for row in rows if row.get("points") and row.get("signal") != "prior"})


def filing(signals: Iterable[str]) -> str:
    """What is known of the site's filing number (备案): stolen, missing, or unknown."""
    found = set(signals)
    return "stolen" if STOLEN in found else "missing" if UNSIGNED in found else "unknown"


def regions(stored: str | None) -> tuple[str, ...]:
    """``Visit.region`` as values: the countries, in capitals, or ``NOWHERE``."""
    return tuple((stored or "").split()) or (NOWHERE,)


def region_asked(value: str) -> str:
    """A region as it is asked for: a country's two letters in capitals, or ``NOWHERE``; empty where it is neither."""
    if _COUNTRY.fullmatch(value):
        return value.upper()
    return NOWHERE if value.lower() == NOWHERE else ""


def line(marks: Iterable[str]) -> str:
    """Marks as a line of the searched text."""
    found = " ".join(dict.fromkeys(marks))
    return f" {found} {FIELD_END}" if found else ""


def of_lead(
    rows: Iterable[Mapping[str, Any]],
    contacts: Iterable[Mapping[str, Any]],
    hosts: Iterable[str],
    region: str | None = None,
) -> Iterator[str]:
    """The marks of one lead; a host by each of its parts up to the end."""
    signals = fired(rows)
    yield from (mark("signal", signal) for signal in signals)
    yield mark("icp", filing(signals))
    yield from (mark("region", country) for country in regions(region))
    for contact in list(contacts)[:MOST]:
        word = mark(str(contact.get("type", "")), str(contact.get("value", ""))[:100])
        if not word.endswith(_IS):
            yield word
    for host in dict.fromkeys(hosts):
        parts = [part for part in _BETWEEN.split(folded(host)) if part]
        yield from (f"{_BEGIN}host{_IS}{_GAP.join(parts[at:])}" for at in range(min(len(parts), _ENDS)))


def counted(rows: Iterable[Mapping[str, Any]], region: str | None = None) -> str:
    """``Lead.marks``: signals, filing number and countries, as they are counted."""
    signals = fired(rows)
    said = [f"icp={filing(signals)}", *(f"region={country}" for country in regions(region))]
    return " ".join([*said, *(f"signal={signal}" for signal in signals)])
