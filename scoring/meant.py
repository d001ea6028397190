"""Which of several platforms a site imitates, where an organ, a number or a phrase belongs to more than one.

For naming, never for guilt: nothing here says that a site imitates anybody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from scoring.domains import split
from scoring.lookups import best_form, shows_certificate
from scoring.once import once
from scoring.reference import NAME_GROUP, SUBJECT_GROUP
from scoring.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.context import Context
    from scoring.seen import Seen, Text
    from scoring.text import Match

IN_TITLE, ELSEWHERE, GENERIC = 3.0, 1.5, 0.5
"""A platform's name in the title, in a heading or logo; a phrase that is a name only sometimes is worth half."""


ANSWERS = 0.4
"""Strength of a form from which it looks certificates up."""
MANY, LONG = 3, 4
ACCOUNT_WORDS = {"wechat": "公众号", "miniprogram": "小程序"}
NEAR = 8
"""Characters between an account's name and the word for what it is."""
_CUT = re.compile(r"[.-]")


class Meant:
    """What the address, the pages and their certificates point at; worked out when it is first asked for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._ref = ctx.ref

    @once
    def affinity(self) -> dict[str, float]:
        """How much points at each platform."""
        points: dict[str, float] = defaultdict(float)
        for platform, weight in self._pointers():
            points[platform] += weight
        return points

    def choose(self, platforms: Iterable[str], at: Seen | None = None) -> str | None:
        """Which of these platforms a person would say is meant.

        The one that most points at: by address, copied text, name, marks of its pages, and the certificates that
        are looked up. A page that looks certificates up (``at``, else any page of the site) does not mean the organ's
        portal, whatever it is titled; one that does not, means it before query sites that nothing points at. Among
        equals web platforms before accounts, then the order of the reference.
        """
        order = list(self._ref.platforms)
        answers = self._ctx.answers if at is None else answers_for_papers(at)

        def rank(pid: str) -> tuple[bool, float, bool, bool, int]:
            portal = self._ref.portal(pid)
            pointed = self.affinity.get(pid, 0.0)
            account = self._ref.platforms[pid].kind != "web"
            return answers and portal, -pointed, account, not answers and not portal, order.index(pid)

        return min((pid for pid in platforms if pid in self._ref.platforms), key=rank, default=None)

    @once
    def many(self) -> bool:
        """Whether the pages pass for three organs at once, or carry the numbers of two: no platform's copy then."""
        organs: set[str] = set()
        for seen in self._ctx.pages:
            names = [match.name for claim in seen.bodies if (match := self._ref.body(claim.value)) and match.platforms]
            logos = [image.alt for image in seen.page.images[:8] if 3 <= len(image.alt) <= 20]
            names += [match.name for alt in logos if (match := self._ref.body(alt)) and match.kind == "organ"]
            organs.update(self._organ_of(name) for name in names)
        return len(organs - {""}) >= MANY or len(self._owners_of_numbers()) > 1

    def _owners_of_numbers(self) -> set[str]:
        """The organs whose filing numbers and site codes the pages carry."""
        ref = self._ref
        organs: set[str] = set()
        for seen in self._ctx.pages:
            told = seen.claims
            for claims, table in ((told.icp, ref.icp), (told.police, ref.police), (told.site_codes, ref.site_codes)):
                organs.update(ref.platforms[table[c.value][0]].organ for c in claims if c.value in table)
        return organs

    def _organ_of(self, name: str) -> str:
        match = self._ref.body(name)
        first = next((p for p in (match.platforms if match else ()) if p in self._ref.platforms), "")
        return self._ref.platforms[first].organ if first else ""

    def siblings(self, platform: str) -> tuple[str, ...]:
        """The platform and the others of its organ, as one name in an address may mean any of them."""
        row = self._ref.platforms.get(platform)
        match = self._ref.body(row.organ) if row else None
        others = match.platforms if match else ()
        return (platform, *(p for p in others if p != platform and self._ref.platforms[p].group == "core"))

    @once
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
        return min(points, key=lambda p: (-points[p], p)) if points else self._spelled()

    def _spelled(self) -> str | None:
        """The platform whose certificates the address spells in pinyin; the one that the name means before others."""
        spelling = [f for f in self._ctx.findings if f.rule == "pinyin"]
        if not spelling:
            return None
        letters = self._ctx.host.replace("-", "")
        meant = {f.platform for f in spelling}
        order = sorted(self._ref.platforms.values(), key=lambda p: p.id not in meant)
        spelled = (p.id for p in order if any(len(w) >= LONG and spell(w) in letters for w in p.subjects))
        return next(spelled, None)

    def subjects_of(self, seen: Seen) -> frozenset[str]:
        """The platforms whose certificates the title and first headings of a page name."""
        head = "\n".join((seen.page.title, *seen.page.headings[:2]))
        found = [m for m in self._ref.terms.find(head) if m.group.startswith(SUBJECT_GROUP)]
        return frozenset(m.group.removeprefix(SUBJECT_GROUP) for m in _outermost(found))

    def _pointers(self) -> Iterator[tuple[str, float]]:
        yield from self._by_host()
        for _, baseline, alike, _ in self._ctx.likeness:
            yield baseline.platform, 3 * alike
        for seen in self._ctx.pages:
            yield from self._by_page(seen)
        for text in self._ctx.texts:
            yield from self._by_mention(text)
        if self.subject is not None:
            yield self.subject, 1.0

    def _by_mention(self, text: Text) -> Iterator[tuple[str, float]]:
        """Names in the text; an account is meant where the word for such accounts stands beside its name."""
        for group, matches in text.matches.items():
            if not group.startswith(NAME_GROUP):
                continue
            yield group[1:], 0.5
            word = ACCOUNT_WORDS.get(self._ref.platforms[group[1:]].kind, "")
            if word and any(word in text.text[max(0, m.start - NEAR) : m.end + NEAR] for m in matches):
                yield group[1:], 2.5

    def _by_host(self) -> Iterator[tuple[str, float]]:
        """What the address points at: a misprint at the platform that was meant, a label of its own host at that one.

        ``mem`` alone may mean any platform of the ministry; ``cx`` beside it means the query.
        """
        tokens = frozenset(_CUT.split(self._ctx.host.removeprefix("www.")))
        for finding in self._ctx.findings:
            if not finding.platform:
                continue
            named = self.siblings(finding.platform)
            if finding.rule == "erratum" or len(named) == 1:
                yield finding.platform, 3 * finding.strength
            else:
                yield finding.platform, (2 if finding.clear else 0.5) * finding.strength
            for platform in named:
                if any(_alike(label, token) for label in self._labels(platform) for token in tokens):
                    yield platform, 2 * finding.strength

    def _labels(self, platform: str) -> Iterator[str]:
        for address in self._ref.platforms[platform].addresses:
            yield from (label for label in split(address.host)[0].split(".") if label not in ("", "www"))

    def _by_page(self, seen: Seen) -> Iterator[tuple[str, float]]:
        for where, name in seen.names:
            yield name.platform, (IN_TITLE if where == "title" else ELSEWHERE) * (GENERIC if name.generic else 1.0)
        for match in seen.generations:
            yield match.platform, 0.7 * len(match.marks) + len(match.paths)


def answers_for_papers(seen: Seen) -> bool:
    """Whether a page looks certificates up or shows one."""
    return best_form(seen)[0] >= ANSWERS or bool(shows_certificate(seen))


def _alike(label: str, token: str) -> bool:
    """The label itself, the label with a slip, or at the end of a token that has no hyphens (``memcx``)."""
    if label == token:
        return True
    return len(label) >= LONG and OSA.distance(label, token, score_cutoff=1) <= 1


def _outermost(found: list[Match]) -> list[Match]:
    """The matches that do not lie inside a longer one, in the order of the text."""
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (m.start, -m.end)):
        if not kept or match.end > kept[-1].end or (match.start, match.end) == (kept[-1].start, kept[-1].end):
            kept.append(match)
    return kept
