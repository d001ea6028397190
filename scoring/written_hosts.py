"""Hosts as people write them: labels with dots that may be blanks, full-width marks or words.

Says which labels make one host; whether an address is meant at all is for ``scoring.written_addresses``.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from scoring.domains import is_listed, normalise_host, registrable_domain

_ENDINGS = tomllib.loads(files("scoring").joinpath("written_hosts.toml").read_text(encoding="utf-8"))
COMMON = frozenset(_ENDINGS["common"])
"""Endings that people know, and write with blanks or words for dots."""
FILE_ENDINGS = frozenset(_ENDINGS["files"])
"""Endings of files: a name with one of them is an address only where the text says so."""
WHOLE_DOT = "."
_SPACED_HYPHEN = re.compile(r" [-—–] ")
_GLUED = re.compile(
    r"(com|cn|net|org|top|vip|xyz|cc)(?=(?:[Qq][Qq]|[Vv][Xx]|[Ww][Xx]|[Tt][Ee][Ll]|[A-Z])|[0-9]{5})[A-Za-z0-9_-]+\Z"
)
"""A contact written right behind an address: ``a.comQQ12345``."""
_WWW = frozenset({"www", "wap", "m"})


@dataclass(frozen=True, slots=True)
class Label:
    """One label, and the dot before it as it is written (empty for the first)."""

    text: str
    dot: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Host:
    """Labels that make one host, and where they stand."""

    name: str
    start: int
    end: int
    plain: bool
    """Whether all its dots are dots."""


def split_labels(written: str, dots: re.Pattern[str]) -> list[Label]:
    """``www . abc 点 com`` as labels; ``dots`` has one group."""
    labels: list[Label] = []
    at, dot = 0, ""
    for place, part in enumerate(dots.split(written)):
        if place % 2:
            dot = part
        else:
            labels.append(Label(_SPACED_HYPHEN.sub("-", part), dot, at, at + len(part)))
        at += len(part)
    return labels


def hosts(labels: list[Label]) -> list[Host]:
    """The hosts in a row of labels: one, unless a full stop or a blank parts what is complete by itself.

    ``www。abc。com`` is one, ``a.com。www.b.com`` are two: where true dots are used, another mark ends the sentence.
    """
    parts: list[list[Label]] = []
    for label in labels:
        if not parts or label.dot != WHOLE_DOT:
            parts.append([])
        parts[-1].append(label)
    if not any(map(_complete, parts)):
        return _one(labels)
    return [host for part in parts if len(part) > 1 for host in _one(part)]


def _one(labels: list[Label]) -> list[Host]:
    """The longest beginning that can be a host; where dots are no dots, the longest that can be registered."""
    plain = all(label.dot == WHOLE_DOT for label in labels[1:])
    known = None if plain else next((n for n in range(len(labels), 1, -1) if _complete(labels[:n])), None)
    for size in range(known or len(labels), 1, -1):
        taken = _unglued(labels[:size])
        name = ".".join(label.text for label in taken)
        if _normal(name):
            return [Host(name, taken[0].start, taken[-1].end, plain)]
    return []


def _unglued(labels: list[Label]) -> list[Label]:
    last = labels[-1]
    match = _GLUED.match(last.text)
    if match is None or is_listed(".".join(label.text for label in labels).lower()):
        return labels
    return [*labels[:-1], Label(match[1], last.dot, last.start, last.start + len(match[1]))]


def _complete(labels: list[Label]) -> bool:
    """Whether labels are a name that somebody can have registered, or an address of four numbers."""
    if len(labels) < 2:
        return False
    name = _normal(".".join(label.text for label in labels))
    if not name or name[-1].isdigit():
        return bool(name) and len(labels) == 4
    domain = registrable_domain(name) if is_listed(name) else ""
    return bool(domain) and domain.partition(".")[0] not in _WWW


def _normal(name: str) -> str:
    try:
        return normalise_host(name)
    except ValueError:
        return ""
