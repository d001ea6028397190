"""A campaign as a picture: leads in the middle, contacts on the left, hosts and other keys on the right.

Layered, with few crossings (barycentres, Sugiyama et al. 1981), and the same for the same campaign: no clock, no
randomness. Says what it had to leave out; the table beside it tells every link in words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Literal

from scoring.linking.types import TYPES

Shape = Literal["lead", "contact", "host", "key"]
LEADS, KEYS = 36, 36
"""Nodes of either sort that are drawn at most."""
ROW, HIGH = 34, 24
"""From one node to the next, and how high a node is."""
WIDTHS = (250, 330, 270)
GAP = 110
"""Between two columns."""
MARGIN = 8
SWEEPS = 6
_CONTACTS = frozenset({"contact", "analytics", "registrant"})
"""Families that tell of people: on the left."""
HOSTS = frozenset({"domain", "redirect", "qr", "advert_link", "link", "cert_name"})
"""Types whose value is a place."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One key that two leads share."""

    a: int
    b: int
    type: str
    value: str
    weight: float


@dataclass(frozen=True, slots=True)
class Node:
    """One box; ``x`` and ``y`` are its upper left corner."""

    shape: Shape
    x: int
    y: int
    width: int
    lead: int | None
    """Number of the lead; None: a key."""
    type: str
    """Type of the key, as ``linking.types``; empty for a lead."""
    value: str
    leads: int
    """Leads that the key ties, drawn or not."""

    @property
    def middle(self) -> int:
        """Height at which lines meet it."""
        return self.y + HIGH // 2


@dataclass(frozen=True, slots=True)
class Edge:
    """A line from a lead to a key that it has."""

    path: str
    """Of SVG."""
    lead: int
    type: str
    value: str
    strong: bool
    """Whether the key ties by itself."""


@dataclass(frozen=True, slots=True)
class Graph:
    """What is drawn, and how much is not."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int
    more_leads: int
    more_keys: int


@dataclass(slots=True)
class _Key:
    shape: Shape
    type: str
    value: str
    left: bool
    weight: float
    leads: set[int]
    types: dict[int, str]
    drawn: set[int] = field(default_factory=set)


def draw(scores: Mapping[int, float], ties: Iterable[Tie], total: int) -> Graph:
    """The picture of a campaign of ``total`` leads; ``scores`` of those that may be drawn, ``ties`` among them.

    Of too many leads those with the most keys are drawn, of equal ones those with the highest score; of too many keys
    those that tie the most leads.
    """
    keys = _keys(ties)
    degree: dict[int, int] = defaultdict(int)
    for key in keys.values():
        for lead in key.leads:
            degree[lead] += 1
    leads = sorted(scores, key=lambda lead: (-degree[lead], -scores[lead], lead))[:LEADS]
    drawn = set(leads)
    for key in keys.values():
        key.drawn = key.leads & drawn
    having = (key for key in keys.values() if key.drawn)
    shown = sorted(having, key=lambda key: (-len(key.drawn), -key.weight, key.type, key.value))[:KEYS]
    leads.sort(key=lambda lead: (-scores[lead], lead))
    left, middle, right = _ordered(leads, shown)
    height = max(len(left), len(middle), len(right), 1) * ROW + 2 * MARGIN
    nodes = [
        *(_node(key, 0, place, len(left), height) for place, key in enumerate(left)),
        *(_lead(lead, place, len(middle), height) for place, lead in enumerate(middle)),
        *(_node(key, 2, place, len(right), height) for place, key in enumerate(right)),
    ]
    width = 2 * MARGIN + sum(WIDTHS) + 2 * GAP
    return Graph(tuple(nodes), _edges(nodes, shown), width, height, max(total - len(leads), 0), len(keys) - len(shown))


def _keys(ties: Iterable[Tie]) -> dict[tuple[str, str], _Key]:
    """Keys with the leads that have them; a place is one node, whatever leads to it."""
    found: dict[tuple[str, str], _Key] = {}
    for tie in ties:
        spec, place = TYPES.get(tie.type), tie.type in HOSTS
        family = spec.family if spec else tie.type
        shape: Shape = "host" if place else "contact" if family in _CONTACTS else "key"
        name = ("", tie.value) if place else (tie.type, tie.value)
        left = shape == "contact"
        key = found.setdefault(name, _Key(shape, tie.type, tie.value, left, tie.weight, set(), {}))
        key.weight = max(key.weight, tie.weight)
        for lead in (tie.a, tie.b):
            key.leads.add(lead)
            key.types.setdefault(lead, tie.type)
    return found


def _ordered(leads: Sequence[int], keys: Sequence[_Key]) -> tuple[list[_Key], list[int], list[_Key]]:
    """Each column in an order in which few lines cross: by the mean place of what a node is tied to."""
    middle = list(leads)
    sides = [[key for key in keys if key.left], [key for key in keys if not key.left]]
    for _ in range(SWEEPS):
        at = {lead: place / max(len(middle), 1) for place, lead in enumerate(middle)}
        for side in sides:
            side.sort(key=lambda key: (_mean(at[lead] for lead in key.drawn), key.type, key.value))
        pulls: dict[int, list[float]] = defaultdict(list)
        for side in sides:
            for place, key in enumerate(side):
                for lead in key.drawn:
                    pulls[lead].append(place / len(side))
        middle.sort(key=lambda lead: (_mean(pulls[lead]), lead))
    return sides[0], middle, sides[1]


def _mean(values: Iterable[float]) -> float:
    """Rounded, so that the order does not hang on the last bit."""
    found = list(values)
    return round(fmean(found), 9) if found else 1.0


def _node(key: _Key, column: int, place: int, of: int, height: int) -> Node:
    return Node(key.shape, _x(column), _y(place, of, height), WIDTHS[column], None, key.type, key.value, len(key.leads))


def _lead(lead: int, place: int, of: int, height: int) -> Node:
    return Node("lead", _x(1), _y(place, of, height), WIDTHS[1], lead, "", "", 0)


def _x(column: int) -> int:
    return MARGIN + sum(WIDTHS[:column]) + column * GAP


def _y(place: int, of: int, height: int) -> int:
    """The nodes of a column stand evenly over its whole height."""
    room = height - 2 * MARGIN
    return MARGIN + int((place + 0.5) * room / of) - HIGH // 2


def _edges(nodes: Sequence[Node], keys: Sequence[_Key]) -> tuple[Edge, ...]:
    leads = {node.lead: node for node in nodes if node.lead is not None}
    boxes = {(node.shape, node.type, node.value): node for node in nodes if node.lead is None}
    found = []
    for key in keys:
        box = boxes[key.shape, key.type, key.value]
        for lead in sorted(key.drawn):
            type_ = key.types[lead]
            strong = type_ in TYPES and TYPES[type_].weight >= 1.0
            found.append(Edge(_path(leads[lead], box), lead, type_, key.value, strong))
    return tuple(found)


def _path(lead: Node, key: Node) -> str:
    """A line that leaves and enters level."""
    on_left = key.x < lead.x
    start = lead.x if on_left else lead.x + lead.width
    end = key.x + key.width if on_left else key.x
    half = (start + end) // 2
    return f"M{start} {lead.middle}C{half} {lead.middle} {half} {key.middle} {end} {key.middle}"
