"""Which platform a suspect name means: everything in it that points at one, added up.

For naming, never for guilt: a name without a finding is never asked about.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import ahocorasick

from scoring.domains import is_ip, split
from scoring.name_meant_written import LOCAL, NOBODY, SPELLED, WrittenPointers
from scoring.name_offices import Offices
from scoring.name_spelled import spelled, spelled_text
from scoring.name_suspect import Pointing, Suspect
from scoring.skeleton import skeleton
from scoring.syllables import segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.name_slips import LabelHit
    from seeds.model import Lexicon, Platform

MISPRINT, HOST, OWN_LABEL, SHORT_LABEL, DOMAIN = 9.0, 3.0, 2.0, 1.0, 1.0
"""A printed misprint; a whole genuine host; the label of a platform's own before the domain, and one too short to
stand alone (``cx``); the domain, which platforms of one organ share.
"""
KEYWORD, INITIALS = 1.5, 0.6
"""A keyword; the share of initials."""
SISTER = 5.0
"""A whole host beside the core: more than the domain that it shares with a platform of the core."""
_OWN_LEAST = 3
GENERIC = 0.4
"""A keyword that says what everybody's query does (zscx, certquery)."""
SHORT, ANYWHERE = 4, 5
"""Letters from which a label points by itself; from which a word counts inside a longer run of letters."""
PORTAL = 0.3
"""What is left of a ministry's own portal where certificates or queries are spoken of."""
_MARKS = frozenset({"gov", "zhengfu", "zwfw"})
"""Keywords that say that a public body is meant, and not which."""


class Pointers:
    """What points at each platform, by letters and by Chinese words; built once from the seeds."""

    def __init__(self, platforms: Iterable[Platform], lexicon: Lexicon) -> None:
        rows = sorted(platforms, key=lambda p: (p.group != "core", p.id))
        self._rows = {p.id: p for p in rows if p.group == "core"}
        self._order = [p.id for p in sorted(self._rows.values(), key=lambda p: (p.kind != "web", p.id))]
        self._portals = frozenset(p.id for p in self._rows.values() if _portal(p))
        self._letters: dict[str, dict[str, float]] = defaultdict(dict)
        self._own: dict[str, set[str]] = defaultdict(set)
        self._domain: dict[str, set[str]] = defaultdict(set)
        self._hosts: dict[str, set[str]] = defaultdict(set)
        self._sisters: dict[str, str] = {}
        """Hosts of rows beside the core, with the row."""
        self._kin: dict[str, frozenset[str]] = {}
        self._said_anyway = frozenset(t.text for t in lexicon.groups.get("pinyin", ()) if t.cls == "query")
        places = tuple(lexicon.words("places"))
        for platform in rows:
            organs = {platform.organ, *platform.organ_aliases}
            kin = (p.id for p in self._rows.values() if organs & {p.organ, *p.organ_aliases})
            self._kin[platform.id] = frozenset(kin)
        for platform in self._rows.values():
            self._enter_addresses(platform)
        for platform in self._rows.values():
            self._enter_words(platform, places)
        self._offices = Offices(rows, lexicon)
        for platform in rows:
            if platform.id not in self._rows:
                self._enter_organ(platform, places)
                self._enter_others_hosts(platform)
        self._automaton: Any = ahocorasick.Automaton()
        for text in self._letters:
            self._automaton.add_word(text, text)
        self._automaton.add_word("\0", "")  # an automaton without words cannot be searched
        self._automaton.make_automaton()
        self._written = WrittenPointers(rows, lexicon)

    def _enter_addresses(self, platform: Platform) -> None:
        for address in platform.addresses:
            if is_ip(address.host):
                continue
            sub, label, _ = split(address.host)
            self._hosts[address.host.removeprefix("www.")].add(platform.id)
            self._domain[skeleton(label.replace("-", ""))] |= {platform.id, *self._kin[platform.id]}
            for own in sub.split("."):
                if own not in ("", "www"):
                    self._own[skeleton(own)].add(platform.id)

    def _enter_words(self, platform: Platform, places: tuple[str, ...]) -> None:
        for keyword in platform.keywords:
            text = keyword.replace("-", "").lower()
            if platform.id != NOBODY or text not in _MARKS:
                self._letter(text, platform.id, self._worth(text, platform.id))
        for one in spelled(platform, places):
            if platform.id != NOBODY:
                self._letter(one.letters, platform.id, SPELLED[one.kind] * (INITIALS if one.short else 1.0))
            elif one.kind == "organ":
                self._letter(one.letters, NOBODY, LOCAL)

    def _enter_organ(self, platform: Platform, places: tuple[str, ...]) -> None:
        """A row beside the core: whose organ has a platform in the core is meant by it only where letters say so."""
        known = set(self._letters)
        for organ in (platform.organ, *platform.organ_aliases):
            for one in spelled_text(organ, "organ", places):
                if one.letters not in known:
                    self._letter(one.letters, platform.id, SPELLED["organ"] * (INITIALS if one.short else 1.0))

    def _enter_others_hosts(self, platform: Platform) -> None:
        """Hosts of a row beside the core, and its own label where no core platform stands below the same."""
        for address in platform.addresses:
            if is_ip(address.host):
                continue
            sub, label, _ = split(address.host)
            for own in sub.removeprefix("www").split("."):
                if len(own) >= SHORT and own.isalpha() and segment(own) is None and own not in self._letters:
                    self._letter(own, platform.id, SISTER if len(own) > SHORT else KEYWORD)
            host = address.host.removeprefix("www.")
            if host not in self._hosts:
                self._sisters.setdefault(host, platform.id)
            squeezed = label.replace("-", "")
            shared = label == "www" or skeleton(squeezed) in self._domain
            if not shared and len(squeezed) >= _OWN_LEAST and segment(squeezed) is None:
                self._letter(squeezed, platform.id, KEYWORD)

    def _worth(self, keyword: str, platform: str) -> float:
        if platform == NOBODY:
            return LOCAL
        if keyword in self._said_anyway:
            return GENERIC
        return SPELLED["organ"] if len(self._domain.get(skeleton(keyword), ())) > 1 else KEYWORD

    def _letter(self, text: str, platform: str, points: float) -> None:
        held = self._letters[text]
        held[platform] = max(points, held.get(platform, 0.0))

    def meant(self, name: Suspect) -> Pointing | None:
        """Whom the name means; None where nothing points at anybody."""
        points: dict[str, float] = defaultdict(float)
        for platform, worth in self._pointing(name):
            points[platform] += worth
        self._own_labels(name, points)
        self._ministries(name, points)
        if not points:
            somebody = {"body", "label", "gov", "state"} & name.classes
            return Pointing(NOBODY, clear=False) if somebody and NOBODY in self._rows else None
        if NOBODY in self._rows and max(points.values()) <= GENERIC:
            return Pointing(NOBODY, clear=False)
        if {"query", "topic", "paper"} & name.classes:
            for platform in self._portals & points.keys():
                points[platform] *= PORTAL
        ranked = sorted(points, key=lambda p: (-round(points[p], 6), self._place(p)))
        second = points[ranked[1]] if len(ranked) > 1 else 0.0
        return Pointing(ranked[0], clear=points[ranked[0]] >= second + SHORT_LABEL / 2)

    def _ministries(self, name: Suspect, points: dict[str, float]) -> None:
        """A local office is its ministry's platform where its place or a trade is told, and no row of its own is spoken
        of; else it is an organ at large.
        """
        placed = name.there or "topic" in name.classes
        if any(points.get(row, 0.0) > INITIALS for row in self._offices.rows):
            return
        inside = self._texts(name)
        offices = [word for word in name.words if not any(word in text and word != text for text in inside)]
        answering = tuple(self._offices.answering(offices, placed=placed))
        if placed and not answering:
            answering = tuple(self._offices.answering_written(name.shown))
        for platform, worth in answering:
            points[platform] += worth
        if answering and NOBODY in points:
            points[NOBODY] *= PORTAL

    def _place(self, platform: str) -> int:
        return self._order.index(platform) if platform in self._rows else len(self._order)

    def _own_labels(self, name: Suspect, points: dict[str, float]) -> None:
        """``zlaq`` before anything means the platform at zlaq; ``cx`` only beside what points at the same platform."""
        for token in _tokens(name.letters):
            for platform in self._own.get(skeleton(token), ()):
                if len(token) >= SHORT and token not in self._said_anyway:
                    points[platform] += OWN_LABEL
                elif points.get(platform, 0.0) > GENERIC:
                    points[platform] += SHORT_LABEL

    def _pointing(self, name: Suspect) -> Iterator[tuple[str, float]]:
        if name.misprint:
            yield name.misprint, MISPRINT
        for hit in name.hits:
            yield from self._by_hit(hit)
        tokens = _tokens(name.letters)
        for text in sorted(self._texts(name)):
            yield from self._letters[text].items()
        for label in name.letters.split("."):
            branch = self._offices.branch(label.replace("-", ""))
            if branch is not None:
                yield branch
        for token in tokens | {label.replace("-", "") for label in name.letters.split(".")}:
            yield from ((platform, DOMAIN) for platform in sorted(self._domain.get(skeleton(token), ())))
        yield from self._written.pointing(name.shown)

    def _by_hit(self, hit: LabelHit) -> Iterator[tuple[str, float]]:
        """A whole host points at whoever lives there, a domain at all who live below it, an office's row at its kin."""
        genuine = hit.genuine.removeprefix("www.")
        if hit.whole:
            yield from ((platform, HOST * hit.strength) for platform in sorted(self._hosts.get(genuine, ())))
            if genuine in self._sisters:
                yield self._sisters[genuine], SISTER * hit.strength
        below = self._domain.get(skeleton(split(genuine)[1].replace("-", "")), ())
        for platform in sorted(below or self._kin.get(hit.platform) or {hit.platform}):
            yield platform, DOMAIN * hit.strength

    def _texts(self, name: Suspect) -> frozenset[str]:
        """The words of rows in a name: in its labels, and in the words that were read there."""
        apart = _tokens(name.letters) | name.words
        found = {text for label in name.letters.split(".") for text in self._words_in(label.replace("-", ""), apart)}
        for word in name.words:
            if not any(word in text for text in found):
                found.update(self._words_in(word, apart))
        return frozenset(found)

    def _words_in(self, run: str, apart: frozenset[str]) -> Iterator[str]:
        """The words of rows in a label, none inside another; short ones only where they stand apart or at an end."""
        found: list[tuple[int, int, str]] = []
        for last, text in self._automaton.iter(run):
            start, end = last + 1 - len(text), last + 1
            ending = start == 0 or end == len(run)
            if text and (len(text) >= ANYWHERE or text in apart or (len(text) >= SHORT and ending)):
                found.append((start, end, text))
        for start, end, text in found:
            if not any(s <= start and end <= e and e - s > end - start for s, e, _ in found):
                yield text


def _tokens(name: str) -> frozenset[str]:
    """What dots and hyphens part."""
    return frozenset(name.replace("-", ".").split("."))


def _portal(platform: Platform) -> bool:
    """Whether a row is the general site of its organ, which answers for no certificates."""
    return not platform.subjects and platform.name in (platform.organ, *platform.organ_aliases)
