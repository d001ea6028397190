"""Which leads belong to one crew: typed keys become weighted links, links become campaigns. Pure, order-independent.

Campaigns are the trees of a maximum spanning forest grown from the heaviest link down (Kruskal): single linkage, under
three rules against its known fault, chaining (Jain and Dubes 1988). What many share links nothing (``linking.pairs``),
weak keys join what hangs together on average (UPGMA's criterion), and a large campaign needs two keys.
*Cannot-link* pairs (Wagstaff et al. 2001; Davidson and Ravi 2005) are never joined: the heaviest links are taken first,
so what is given up between the two is the weakest link of the heaviest path.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scoring.linking.pairs import Pair, Shared, Tie
from scoring.linking.types import THRESHOLD, TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.result import Evidence, Kind

Held = Literal["apart", "loose", "bridge"]
"""Why a link joins nothing: ``apart`` the sides hold leads that were told apart for ever; ``loose`` weak keys that the
rest of both sides do not bear out; ``bridge`` one key that few of a large campaign have."""

COHESION = 0.5
"""Mean weight between the members of two sides from which weak keys join them without more ado."""
LOOSE = 1
"""Joints below ``COHESION`` in one campaign, at most: a second crew seldom shares both address and name server."""
LARGE = 10
"""Members of both sides from which one key is not enough: among many leads chance finds one for any two crews."""
MOST = 24
"""Members of both sides together for which the same holds."""
SHARE = 0.25
"""Share of both sides that has the one key: then it is what the campaign is known by, however large it is."""


@dataclass(frozen=True, slots=True)
class Key:
    """One observed property of a lead; ``type`` is one of ``linking.types.TYPES``."""

    type: str
    value: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class LinkCase:
    """One lead, or one honest site, with its keys."""

    id: int
    kind: Kind
    keys: tuple[Key, ...]
    theme: str = ""
    """The organ whose platform is imitated; empty when it is none in particular."""


@dataclass(frozen=True, slots=True)
class Link:
    """One reason why two leads of a campaign belong together; ``a`` < ``b``."""

    a: int
    b: int
    type: str
    value: str
    weight: float
    reason: str
    """Chinese, one sentence."""
    evidence: tuple[Evidence, ...]
    """Where it was seen: at ``a``, then at ``b``."""


@dataclass(frozen=True, slots=True)
class HeldLink:
    """A link that was found and not followed."""

    a: int
    b: int
    weight: float
    why: Held
    ties: tuple[tuple[str, str], ...] = ()
    """Type and value of each key that ties them, the heaviest first."""


@dataclass(frozen=True, slots=True)
class Campaigns:
    """What linking gives."""

    groups: tuple[tuple[int, ...], ...]
    """Members in ascending order, two or more each; groups by their first member."""
    links: tuple[Link, ...]
    """All reasons within the groups, by pair, the heaviest first."""
    held: tuple[HeldLink, ...] = ()


def link(
    cases: Iterable[LinkCase],
    honest: Iterable[LinkCase] = (),
    apart: Iterable[tuple[int, int]] = (),
) -> Campaigns:
    """Campaigns of ``cases``. Keys that ``honest`` cases have too link nothing; ``apart`` never meet in a campaign."""
    shared = Shared(sorted(cases, key=lambda c: c.id), honest)
    forest = _Forest(shared, apart)
    tied = [pair for pair in shared.pairs if pair.weight >= THRESHOLD]
    for pair in sorted(tied, key=forest.order):
        forest.follow(pair)
    groups = forest.groups()
    at = {member: n for n, group in enumerate(groups) for member in group}
    inside = [p for p in tied if p.a in at and at[p.a] == at.get(p.b)]
    links = tuple(_link(shared, pair, tie) for pair in sorted(inside, key=lambda p: (p.a, p.b)) for tie in pair.ties)
    return Campaigns(groups, links, tuple(forest.held))


def _link(shared: Shared, pair: Pair, tie: Tie) -> Link:
    reason = TYPES[tie.type].reason.format(value=tie.value)
    evidence = shared.evidence(tie, pair.a, pair.b)
    return Link(pair.a, pair.b, tie.type, tie.value, tie.weight, reason, evidence)


class _Forest:
    """Union-find whose trees refuse to join where a rule speaks against it."""

    def __init__(self, shared: Shared, apart: Iterable[tuple[int, int]]) -> None:
        self.held: list[HeldLink] = []
        self._shared = shared
        self._sizes: dict[Tie, int] = {}
        self._root: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._loose: dict[int, int] = defaultdict(int)
        self._near: dict[int, list[Pair]] = defaultdict(list)
        self._apart: dict[int, set[int]] = defaultdict(set)
        for pair in shared.pairs:
            self._near[pair.a].append(pair)
            self._near[pair.b].append(pair)
        for a, b in apart:
            self._apart[a].add(b)
            self._apart[b].add(a)

    def order(self, pair: Pair) -> tuple[float, int, int, int]:
        """The heaviest first, and of those the ones by which most leads are known."""
        known = max(self._known(tie) for tie in pair.ties)
        return (-pair.weight, -known, pair.a, pair.b)

    def follow(self, pair: Pair) -> None:
        """Join both sides of a link, or note why not."""
        a, b = self._find(pair.a), self._find(pair.b)
        if a == b:
            return
        loose = self._loose[a] + self._loose[b] + self._is_loose(a, b, pair)
        why = self._against(a, b, pair, loose)
        if why is not None:
            ties = tuple((tie.type, tie.value) for tie in pair.ties)
            self.held.append(HeldLink(pair.a, pair.b, pair.weight, why, ties))
            return
        small, large = sorted((a, b), key=lambda r: (len(self._members[r]), r))
        for member in self._members[small]:
            self._root[member] = large
        self._members[large] += self._members.pop(small)
        self._apart[large] |= self._apart.pop(small, set())
        self._loose[large] = loose

    def groups(self) -> tuple[tuple[int, ...], ...]:
        return tuple(sorted(tuple(sorted(m)) for m in self._members.values() if len(m) > 1))

    def _find(self, case: int) -> int:
        if case not in self._root:
            self._root[case] = case
            self._members[case] = [case]
        return self._root[case]

    def _is_loose(self, a: int, b: int, pair: Pair) -> bool:
        if pair.heaviest >= THRESHOLD:
            return False
        weight = sum(p.weight for p in self._between(a, b))
        return weight < COHESION * len(self._members[a]) * len(self._members[b])

    def _against(self, a: int, b: int, pair: Pair, loose: int) -> Held | None:
        if self._told_apart(a, b) or self._told_apart(b, a):
            return "apart"
        if pair.heaviest < THRESHOLD and loose > LOOSE:
            return "loose"
        sizes = len(self._members[a]), len(self._members[b])
        if min(sizes) < LARGE and sum(sizes) <= MOST:
            return None
        known = any(self._share(tie, a) >= SHARE and self._share(tie, b) >= SHARE for tie in pair.ties)
        return None if known or pair.weight >= 2 * THRESHOLD else "bridge"

    def _known(self, tie: Tie) -> int:
        if tie not in self._sizes:
            self._sizes[tie] = len(self._shared.holders(tie))
        return self._sizes[tie]

    def _share(self, tie: Tie, root: int) -> float:
        """How many of a tree's members have a key."""
        having = sum(self._root.get(case) == root for case in self._shared.holders(tie))
        return having / len(self._members[root])

    def _told_apart(self, a: int, b: int) -> bool:
        """Whether a member of ``b`` must not meet one of ``a``; constraints are few, members may be many."""
        return any(self._root.get(other, other) == b for other in self._apart.get(a, ()))

    def _between(self, a: int, b: int) -> list[Pair]:
        """All pairs, too weak ones included, from one side to the other."""
        small, other = (a, b) if len(self._members[a]) <= len(self._members[b]) else (b, a)
        return [
            pair
            for member in self._members[small]
            for pair in self._near[member]
            if self._root.get(pair.b if pair.a == member else pair.a) == other
        ]
