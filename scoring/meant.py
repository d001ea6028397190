"""Which of several platforms a site imitates, where an organ, a number or a phrase belongs to more than one.

For naming, never for guilt: nothing here says that a site imitates anybody.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from scoring.reference import NAME_GROUP, SUBJECT_GROUP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.context import Context
    from scoring.seen import Seen
    from scoring.text import Match

IN_TITLE, ELSEWHERE, GENERIC = 3.0, 1.5, 0.5
"""A platform's name in the title, in a heading or logo; a phrase that is a name only sometimes is worth half."""


class Meant:
    """What the address, the pages and their certificates point at; worked out when it is first asked for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._ref = ctx.ref

    @cached_property
    def affinity(self) -> dict[str, float]:
        """How much points at each platform."""
        points: dict[str, float] = defaultdict(float)
        for platform, weight in self._pointers():
            points[platform] += weight
        return points

    def choose(self, platforms: Iterable[str]) -> str | None:
        """Which of these platforms a person would say is meant.

        The one that most points at: by address, copied text, name, marks of its pages, and the certificates that
        are looked up. A page that looks certificates up does not mean the organ's portal, whatever it is titled; a
        page that does not, means it before query sites that nothing points at. Among equals web platforms before
        accounts, then the order of the reference.
        """
        order = list(self._ref.platforms)
        answers = self._ctx.answers

        def rank(pid: str) -> tuple[bool, float, bool, bool, int]:
            portal = self._ref.portal(pid)
            account = self._ref.platforms[pid].kind != "web"
            return (
                answers and portal,
                -self.affinity.get(pid, 0.0),
                account,
                not portal and not answers,
                order.index(pid),
            )

        return min((pid for pid in platforms if pid in self._ref.platforms), key=rank, default=None)

    @cached_property
    def subject(self) -> str | None:
        """The platform that answers for the certificates that the pages are about.

        A word inside a longer one of another platform (特种作业 in 建筑施工特种作业) is about the other's.
        """
        points: dict[str, float] = defaultdict(float)
        for seen in (*self._ctx.pages, *self._ctx.pictured):
            found = [m for group, ms in seen.text.matches.items() if group.startswith(SUBJECT_GROUP) for m in ms]
            terms: dict[str, list[str]] = defaultdict(list)
            for match in _outermost(found):
                terms[match.group.removeprefix(SUBJECT_GROUP)].append(match.term)
            for platform, said in terms.items():
                points[platform] += len(set(said)) + 0.1 * len(said)
        return min(points, key=lambda p: (-points[p], p)) if points else None

    def _pointers(self) -> Iterator[tuple[str, float]]:
        for finding in self._ctx.findings:
            if finding.platform:
                yield finding.platform, 2 * finding.strength
        for _, baseline, alike, _ in self._ctx.likeness:
            yield baseline.platform, 3 * alike
        for seen in self._ctx.pages:
            yield from self._by_page(seen)
        for text in self._ctx.texts:
            for group in text.matches:
                if group.startswith(NAME_GROUP):
                    yield group[1:], 0.5
        if self.subject is not None:
            yield self.subject, 1.0

    def _by_page(self, seen: Seen) -> Iterator[tuple[str, float]]:
        for where, name in seen.names:
            yield name.platform, (IN_TITLE if where == "title" else ELSEWHERE) * (GENERIC if name.generic else 1.0)
        for match in seen.generations:
            yield match.platform, 0.7 * len(match.marks) + len(match.paths)


def _outermost(found: list[Match]) -> list[Match]:
    """The matches that do not lie inside a longer one, in the order of the text."""
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (m.start, -m.end)):
        if not kept or match.end > kept[-1].end or (match.start, match.end) == (kept[-1].start, kept[-1].end):
            kept.append(match)
    return kept
