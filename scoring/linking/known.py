"""What ties nobody to anybody: the tables of ``known.toml``, and what the genuine pages themselves carry."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from scoring.contacts import contacts

if TYPE_CHECKING:
    from scoring.reference import Reference


LONG = 8
"""Digits from which a number names one holder in both services."""


@dataclass(frozen=True, slots=True)
class Known:
    """The tables; see the comments in the file."""

    popular: frozenset[str]
    name_servers: frozenset[str]
    name_server_stems: tuple[str, ...]
    favicons: frozenset[int]
    hidden: tuple[str, ...]
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Genuine:
    """Keys that the genuine pages carry, and that every copy of them carries too."""

    contacts: frozenset[str]
    favicons: frozenset[int]


@lru_cache(maxsize=1)
def known() -> Known:
    """The shipped tables."""
    table = tomllib.loads(files("scoring.linking").joinpath("known.toml").read_text(encoding="utf-8"))
    return Known(
        frozenset(table["popular"]),
        frozenset(table["name_servers"]),
        tuple(table["name_server_stems"]),
        frozenset(table["favicons"]),
        tuple(table["hidden"]),
        tuple(table["organisations"]),
    )


@lru_cache(maxsize=4)
def genuine(ref: Reference) -> Genuine:
    """What the baselines of a reference carry."""
    said = (plain_contact(c.type, c.value) for b in ref.baselines for c in contacts(b.page.text))
    icons = (b.favicon_mmh3 for b in ref.baselines if b.favicon_mmh3 is not None)
    return Genuine(frozenset(said), known().favicons | frozenset(icons))


def plain_contact(kind: str, value: str) -> str:
    """One spelling of a contact: without an account's dashes, and a number alike under every label.

    WeChat accounts were long opened with a QQ number, and adverts give one number for both.
    """
    if len(value) == 11 and value.isdigit() and value[0] == "1":
        return f"phone:{value}"
    if kind in ("qq", "wechat") and value.isdigit() and len(value) >= LONG:
        return f"number:{value}"
    return f"{kind}:{value.replace('_', '').replace('-', '') if kind == 'wechat' else value}"
