"""The offices of places: whose row they are, and which ministry's platform answers for what they issue.

``sczjt`` is 四川省住建厅, which has a row; ``gsyjglt`` has none, its certificates are the ministry's. For naming alone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from scoring.name_places import written_places
from scoring.spelling import spell, syllables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seeds.model import Lexicon, Platform

BRANCH = 2.8
"""The office of a place that has a row of its own."""
ANSWERS, FIRST = 2.2, 0.6
"""The ministry of an office whose place has no row: each platform that answers for certificates, and the one that does
for the most of them besides.
"""
_RANKS = "局厅委"
_DIVISIONS = "省市"
_LEAST, _STEM_LEAST = 3, 2
"""Characters of an office's name without its place, and of what offices of one ministry share."""
_HEADS = ("中华人民共和国", "国家")
_TAILS = ("总局", "部", "局", "厅", "委")


class Offices:
    """Whose the offices are that names speak of; built once from the seeds."""

    def __init__(self, platforms: Iterable[Platform], lexicon: Lexicon) -> None:
        rows = tuple(platforms)
        places = tuple(lexicon.words("places"))
        forms = tuple(_forms(lexicon))
        self._branches: dict[str, list[tuple[str, tuple[str, float]]]] = defaultdict(list)
        for (place, office), found in _branches(rows, places):
            self._branches[place].append((office, found))
        self._beginnings = dict(_beginnings(rows, lexicon, places, forms))
        self.rows = frozenset(row.id for row in rows if any(row.organ.startswith(place) for place in places))
        """Rows of a place's own."""
        self._longest = max(map(len, self._beginnings), default=0)
        ministries = tuple(_ministries(rows))
        organs = tuple(dict.fromkeys((*lexicon.words("organs"), *_aliases_at_large(rows))))
        self.letters: dict[str, tuple[tuple[str, float], ...]] = {}
        """An office's letters to the platforms of its ministry and what it says of them."""
        self.national: frozenset[str] = frozenset()
        """Letters that are the ministry's own, of no place."""
        self.written: dict[str, tuple[tuple[str, float], ...]] = {}
        """The same by an office's name in characters."""
        own: set[str] = set()
        for stem, letters, text in (*_spelled(organs), *((stem, form, "") for stem, form in forms)):
            answering = tuple(_answering(stem, ministries))
            if answering:
                self.letters.setdefault(letters, answering)
                if text.endswith("部"):
                    own.add(letters)
                elif text:
                    self.written.setdefault(text, answering)
        self.national = frozenset(own)

    def branch(self, run: str) -> tuple[str, float] | None:
        """The row of a place and its office, in either order, whatever else the run says."""
        for size in range(min(len(run), self._longest), _LEAST, -1):
            if run[:size] in self._beginnings:
                return self._beginnings[run[:size]]
        for place in self._branches:
            before, stands, behind = run.partition(place)
            for office, found in self._branches[place] if stands else ():
                if any(side.startswith(office) or side.endswith(office) for side in (before, behind)):
                    return found
        return None

    def answering_written(self, shown: str) -> Iterator[tuple[str, float]]:
        """The same for the longest office whose name stands in a name in characters."""
        named = max((text for text in self.written if text in shown), key=len, default="")
        yield from self.written.get(named, ())

    def answering(self, words: Iterable[str], *, placed: bool) -> Iterator[tuple[str, float]]:
        """The platforms that answer for the certificates of the offices among these words: of a ministry's own name
        always, of a local office where its place or a trade is told.
        """
        for word in sorted(words):
            if placed or word in self.national:
                yield from self.letters.get(word, ())


def _forms(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Stems of offices with letters that are no spelling of a listed organ."""
    for term in lexicon.groups.get("name_parts", ()):
        stem, _, letters = term.text.partition(" ")
        if term.cls == "office" and letters:
            yield stem, letters


def _aliases_at_large(rows: Iterable[Platform]) -> Iterator[str]:
    return (name for row in rows if row.kind == "body" for name in row.organ_aliases)


def _spelled(organs: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Offices and ministries: stem, letters, name."""
    for organ in organs:
        said = syllables(organ)
        if organ[-1:] in (*_RANKS, "部") and len(said) == len(organ) >= _LEAST:
            for letters in ("".join(said), "".join(s[0] for s in said)):
                yield _stem(organ), letters, organ


def _stem(organ: str) -> str:
    for head in _HEADS:
        organ = organ.removeprefix(head)
    tail = next((tail for tail in _TAILS if organ.endswith(tail)), "")
    return organ.removesuffix(tail)


def _ministries(rows: Iterable[Platform]) -> Iterator[tuple[Platform, frozenset[str]]]:
    """Core platforms on the web that answer for certificates, with the stems of their organs, those first that answer
    for the most.
    """
    answering = [row for row in rows if row.group == "core" and row.kind == "web" and row.subjects]
    for row in sorted(answering, key=lambda r: (-len(r.subjects), r.id)):
        names = [row.organ, *row.organ_aliases]
        yield row, frozenset(_stem(name) for name in names if name.endswith(("部", "总局")))


def _answering(stem: str, ministries: Iterable[tuple[Platform, frozenset[str]]]) -> Iterator[tuple[str, float]]:
    if len(stem) >= _STEM_LEAST:
        found = [row.id for row, stems in ministries if any(one.startswith(stem) for one in stems)]
        yield from ((pid, ANSWERS + (FIRST if pid == found[0] else 0)) for pid in found)


def _office_of(row: Platform, places: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Place, syllables and stem of every name of a row's organ that is a place's office."""
    for organ in (row.organ, *row.organ_aliases):
        place = next((p for p in places if organ.startswith(p)), "")
        at = len(place) + (organ[len(place) : len(place) + 1] in _DIVISIONS)
        said = syllables(organ)[at:] if place and organ[-1:] in _RANKS else ()
        if len(said) >= _LEAST:
            yield place, tuple(said), _stem(organ[at:])


def _branches(rows: Iterable[Platform], places: Iterable[str]) -> Iterator[tuple[tuple[str, str], tuple[str, float]]]:
    """Place and office in letters (in full, in initials, without its rank), with the row and what it says; the longest
    offices first.
    """
    found: dict[tuple[str, str], tuple[str, float]] = {}
    for row in rows:
        for place, said, _ in _office_of(row, places):
            for form in ("".join(said), "".join(s[0] for s in said)):
                found.setdefault((spell(place), form), (row.id, BRANCH))
            if row.group != "core":  # whose rows spell it themselves
                found.setdefault((spell(place), "".join(said[:-1])), (row.id, BRANCH))
    return iter(sorted(found.items(), key=lambda item: (-len(item[0][1]), item)))


def _beginnings(
    rows: Iterable[Platform], lexicon: Lexicon, places: Iterable[str], forms: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, tuple[str, float]]]:
    """What a label begins with that speaks of a place's office: the place as written or by initials, 省 or none, and
    the office; two places of the same initials are told apart by the lexicon, else they say neither.
    """
    written: dict[str, set[str]] = defaultdict(set)
    for place, letters in written_places(lexicon):
        written[place].add(letters)
    listed = {letters for found in written.values() for letters in found}
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for place, said, stem in _office_of(row, places):
            short = "".join(s[0] for s in syllables(place))
            own = written[place] | ({short} if short not in listed else set())
            offices = {"".join(said), "".join(s[0] for s in said), *(form for of, form in forms if of in stem)}
            heads = {f"{one}{rank}" for one in own for rank in ("", "s")} | {spell(place) + "s"}
            if spell(place) not in listed:
                heads.add(spell(place))
            for head in heads:
                for office in offices:
                    found[head + office].add(row.id)
    return ((form, (min(ids), BRANCH)) for form, ids in found.items() if len(ids) == 1)
