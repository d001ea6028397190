"""From keys to pairs of leads with a weight: which keys are too common to say anything, and what the others add up to.

Near-linear: a key that more leads share than its cap makes no pairs, one that many share a star and not all pairs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from scoring.linking.types import HOSTING, THRESHOLD, TYPES, WITH_THEME, KeyType

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scoring.link import Key, LinkCase
    from scoring.result import Evidence

ALL_PAIRS = 12
"""Leads that share a strong key up to which all their pairs are made; beyond, each is tied to the first."""
OUTNUMBERED = 4
"""Leads to one honest site from which a key that ties by itself stands."""
POST_DOMAIN = 0.4
"""What one domain says of two adverts on it: a portal carries the posts of many."""
_Name = tuple[str, str]
"""Type and value of a key."""


class Tie(NamedTuple):
    """One key that two leads share; one object serves all pairs that it makes."""

    type: str
    value: str
    weight: float


class Pair(NamedTuple):
    """Two leads, ``a`` < ``b``, and all that ties them, the heaviest first."""

    a: int
    b: int
    ties: tuple[Tie, ...]
    weight: float

    @property
    def heaviest(self) -> float:
        """The weight of the heaviest tie alone."""
        return self.ties[0].weight


class Shared:
    """What cases share: the pairs, and who has which key."""

    def __init__(self, cases: Sequence[LinkCase], honest: Iterable[LinkCase]) -> None:
        """Work out all pairs of cases that share something uncommon; ``cases`` in ascending order of their ids."""
        place = {case.id: n for n, case in enumerate(cases)}
        count = len(cases)
        self._holders = _holders(cases, honest)
        ties: dict[int, tuple[Tie, ...]] = {}  # by one number a pair: half the memory and time of pairs of numbers
        for (kind, value), found in self._holders.items():
            spec = TYPES[kind]
            weight, made = _tied(spec, found, self._owners(kind, value))
            tie = Tie(kind, value, weight)
            for one, other in made:
                if one != other:
                    a, b = place[one], place[other]
                    pair = a * count + b if a < b else b * count + a
                    ties[pair] = (*ties.get(pair, ()), tie)
        made_pairs = (_pair(cases[n // count], cases[n % count], found) for n, found in ties.items())
        self.pairs = tuple(pair for pair in made_pairs if pair is not None)

    def holders(self, tie: Tie) -> set[int]:
        """All that have a key, or are what it points at."""
        return self._holders.get((tie.type, tie.value), {}).keys() | self._owners(tie.type, tie.value).keys()

    def evidence(self, tie: Tie, a: int, b: int) -> tuple[Evidence, ...]:
        """Where the key was seen at ``a`` and at ``b``."""
        found, owners = self._holders.get((tie.type, tie.value), {}), self._owners(tie.type, tie.value)
        return tuple(key.evidence for case in (a, b) if (key := found.get(case) or owners.get(case)) is not None)

    def _owners(self, kind: str, value: str) -> Mapping[int, Key]:
        return self._holders.get(("domain", value), {}) if TYPES[kind].role == "target" else {}


def _holders(cases: Sequence[LinkCase], honest: Iterable[LinkCase]) -> dict[_Name, dict[int, Key]]:
    """Who has which key, common ones left out: that honest sites have a key is the best sign that strangers share it.

    What honest sites point at is no such sign: warnings name fakes.
    """
    theirs = Counter((k.type, k.value) for case in honest for k in case.keys if TYPES[k.type].role != "target")
    holders: dict[_Name, dict[int, Key]] = defaultdict(dict)
    for case in cases:
        for key in case.keys:
            kind = "advert_link" if key.type == "link" and case.kind == "advert" else key.type
            if TYPES[kind].role != "target" or not theirs["domain", key.value]:
                holders[kind, key.value].setdefault(case.id, key)
    common = frozenset(name for name in theirs if _is_common(name, theirs[name], len(holders.get(name, ()))))
    for name in common:
        holders.pop(name, None)
    _drop_spoilt_sketches(cases, common, holders)
    return holders


def _is_common(name: _Name, honest: int, leads: int) -> bool:
    """Whether honest sites spoil a key. One of them may be a missed fake: so a strong key stands against few."""
    spec = TYPES[name[0]]
    strong = spec.role == "shared" and spec.weight >= THRESHOLD
    return leads < OUTNUMBERED * honest if strong else True


def _drop_spoilt_sketches(
    cases: Sequence[LinkCase], common: frozenset[_Name], holders: Mapping[_Name, dict[int, Key]]
) -> None:
    """A page that is common by one part of its sketch links by none of the others."""
    sketched = {kind for kind, spec in TYPES.items() if spec.sketched}
    spoilt = common | {name for name, found in holders.items() if len(found) > TYPES[name[0]].cap}
    for case in cases:
        mine = [(key.type, key.value) for key in case.keys if key.type in sketched]
        for kind in {kind for kind, _ in mine if any(n[0] == kind and n in spoilt for n in mine)}:
            for name in mine:
                if name[0] == kind and name not in spoilt:
                    holders[name].pop(case.id, None)


def _tied(
    spec: KeyType, found: Mapping[int, Key], owners: Mapping[int, Key]
) -> tuple[float, Iterable[tuple[int, int]]]:
    """Pairs that one key makes, and the weight of each; none where more share it than may."""
    if len(found) > spec.cap or len(owners) > ALL_PAIRS:
        return 0.0, ()
    if owners:
        return spec.weight, ((source, owner) for source in found for owner in owners)
    weight = spec.meeting if spec.role == "target" else spec.weight
    return weight, _couples(list(found), weight) if weight else ()


def _couples(ids: Sequence[int], weight: float) -> Iterator[tuple[int, int]]:
    if len(ids) > ALL_PAIRS and weight >= THRESHOLD:
        yield from ((ids[0], other) for other in ids[1:])
        return
    yield from ((a, b) for n, a in enumerate(ids) for b in ids[n + 1 :])


def _pair(one: LinkCase, other: LinkCase, found: Sequence[Tie]) -> Pair | None:
    """The pair with its ties, one a type and value (of a sketch one in all); None where nothing is left."""
    if len(found) > 1:
        best: dict[_Name, Tie] = {}
        for tie in sorted(found, key=_heavy_first):
            best.setdefault((tie.type, "" if TYPES[tie.type].sketched else tie.value), tie)
        found = tuple(best.values())
    if "advert" in (one.kind, other.kind) and _places(one) & _places(other):
        kept = (tie for tie in found if TYPES[tie.type].family not in HOSTING)
        found = sorted((t._replace(weight=POST_DOMAIN) if t.type == "domain" else t for t in kept), key=_heavy_first)
    if not found:
        return None
    if one.theme and one.theme == other.theme and any(TYPES[t.type].family in WITH_THEME for t in found):
        found = sorted([*found, Tie("theme", one.theme, TYPES["theme"].weight)], key=_heavy_first)
    return Pair(one.id, other.id, tuple(found), _weight(found))


def _heavy_first(tie: Tie) -> tuple[float, str, str]:
    return -tie.weight, tie.type, tie.value


def _weight(ties: Iterable[Tie]) -> float:
    """Sum over families of the heaviest tie."""
    best: dict[str, float] = {}
    for tie in ties:
        best.setdefault(TYPES[tie.type].family, tie.weight)
    return round(sum(best.values()), 4)


def _places(case: LinkCase) -> frozenset[str]:
    return frozenset(key.value for key in case.keys if key.type == "domain")
