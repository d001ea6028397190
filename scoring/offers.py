"""Offers of certificates in a text: what is asserted, and what is only quoted, denied, asked or warned of.

A slogan is quoted when words of warning, report or denial stand in its sentence; the same words far away
do not clear it, since sellers warn of each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import re2

from scoring.contacts import contacts, disguised
from scoring.distance import distance
from scoring.offer_facets import Facet, Facets, facets_in
from scoring.once import once
from scoring.sentences import Sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scoring.text import Match

_PAPER = "(?:操作证|资格证|毕业证|学位证|职称证|许可证|上岗证|文凭|学历证|学历|学位|成绩单|证件|证书)"
_MAKE = "(?:伪造|变造|仿制|制作|定做|代做|操办|做|办|代办|办理|买|购买|出售|定制)"
FORGED = (
    rf"{_MAKE}[^，。；\n]{{0,6}}(?:假的?|高仿)[^，。；\n]{{0,6}}(?:证|文凭|学历|学位|印章|公章)|"
    rf"(?:伪造|定做|代做|操办|制作)[^，。；\n]{{0,12}}{_PAPER}|{_PAPER}[^，。；\n]{{0,3}}(?:假的|制作)|"
    rf"办(?:[^学事公班案\s，。；][^，。；\n]{{0,4}})?{_PAPER}|做证(?:办理|制作|书)|{_PAPER}(?:制作)?做证|假证件?(?:制作|办理|代办)|(?:做|办|买)假证|"
    rf"(?:代办|操办|快速办)[^，。；\n]{{0,8}}{_PAPER}"
)
"""Phrases of making papers, as RE2 reads them."""
_FORGE = re2.compile(FORGED)
_FREE = re.compile(
    r"(?:不用|无需|不必|无须|免去|没去|不|免)(?:本人|您|再)?(?:参加|去)?(?:到场|上课|考场|考核)|"
    r"(?<![\d十])[一二两三四五六七八九半\d](?:个?工作日|天|小时)[^，。；\n\d]{0,3}(?:下证|拿证|出证|取证)"
)
"""Besides the lexicon's slogans: what the buyer is spared, however it is put, and papers within days."""
SPARED_WORDS = ("到场", "上课", "考场", "考核", "下证", "拿证", "出证", "取证")
"""One of them ends all that ``_FREE`` finds."""
FREE_WEIGHT = 0.7
MENTION = 0.5
"""A forgery that is only named (假证) is talked about more often than offered; offers have a verb."""
MAX_FORGED = 50
CORE = frozenset(
    {
        "spared",
        "visible",
        "after",
        "insider",
        "deal",
        "proxy",
        "forge",
        "fake_check",
        "renew",
        "pricelist",
        "papers",
        "any_paper",
    }
)
"""Facets of which an offer has two; the others are said of anything that is for sale."""
GUILTY = frozenset({"spared", "after", "insider", "proxy", "forge", "fake_check", "renew", "any_paper"})
"""Facets that neither schools nor employers have."""
CRIMES = frozenset({"proxy", "fake_check"})
CRIME, LOOSE = 0.9, 0.8
"""What the topic is at least, beside these or any other guilty facet."""
REACHES = frozenset({"reach", "solicit"})
NOWHERE = 0.6
"""What is left where a text tells nobody how to buy."""
LOOSELY, ELSE = 0.5, 0.3
"""Below this topic another thing is for sale; what is left of slogans then."""
INNOCENT = 0.2
"""What is left where none of these stands, and the text hires or teaches."""
TEACHES = 1.0
"""Sum of the weights of words of schools from which a text teaches."""
PRIVATE = frozenset({"wechat", "qq", "telegram", "phone"})
CONTACT, HIDDEN = 0.5, 0.8
"""Weight of a private contact beside facets, and of one that is spelled so that no filter reads it."""
SINGLE = 0.75
"""What is left where only one facet is the trade's own."""
TOLD = 0.9
"""Share of an offer that is taken off when the text around it is surely a warning, a report or a question."""
ALONE = 1.5
"""Weight of a facet that needs no other: to sit for somebody, to forge, to run a false query."""
FROM, FULL = 1.2, 1.6
"""Sum of weights from which facets say something together, and how much further they say all."""


@dataclass(frozen=True)
class Offers:
    """Offers of one text."""

    slogans: tuple[Match, ...] = ()
    """Asserted, one a term, heaviest first."""
    weights: tuple[float, ...] = ()
    """The weights of ``slogans``, then of ``spared``."""
    spared: tuple[str, ...] = ()
    """Asserted phrases of what the buyer need not do, beside the slogans."""
    quoted: tuple[Match, ...] = ()
    """Slogans that are quoted, denied or asked about."""
    forgery: tuple[str, ...] = ()
    """Asserted phrases that offer to make or buy a paper."""
    promises: tuple[Match, ...] = ()
    """Asserted promises that a query site will show it."""
    facets: tuple[Facet, ...] = ()
    """What is said around the paper, asserted places only."""
    topic: float = 0.0
    """How sure it is that papers of the trade are talked about."""
    distance: float = 0.0
    """How sure it is that all of this is told of others."""
    cues: tuple[str, ...] = ()
    """The words that say so."""
    contact: float = 0.0
    """Weight of the text's private contact, where one of ``CORE`` is said."""
    honest_trade: bool = False
    """Whether the text hires, or teaches by several words of schools."""

    @once
    def pattern(self) -> float:
        """What the facets say together, in [0, 1]; little where only one of them is the trade's own."""
        core = [f for f in self.facets if f.name in CORE]
        if not core:
            return 0.0
        total = sum(f.weight for f in self.facets) + self.contact
        several = len(core) > 1 or core[0].weight >= ALONE
        sure = min(1.0, max(0.0, (total - FROM) / FULL)) * (1.0 if several else SINGLE)
        guilty = {f.name for f in core} & GUILTY
        if self.honest_trade and not guilty - {"after"}:  # who works or teaches is paid afterwards, too
            sure *= INNOCENT
        if not self.contact and not any(f.name in REACHES for f in self.facets):
            sure *= NOWHERE
        # A crime says what it is about; a card that is only called 证 is one where its seller spares the exam.
        about = max(self.topic, CRIME if guilty & CRIMES else LOOSE if guilty and self.topic >= LOOSELY else 0.0)
        return about * sure

    @property
    def own(self) -> float:
        """What is left of an offer when it is told of others."""
        return 1 - TOLD * self.distance

    @once
    def strength(self) -> float:
        """How sure it is that certificates are offered without learning, in [0, 1]: hints add up as if independent."""
        doubt = 1.0
        for weight in self.weights:
            doubt *= 1 - 0.7 * weight * weight
        for _ in self.forgery[:3]:
            doubt *= 0.5
        about = ELSE if 0 < self.topic < LOOSELY else 1.0
        return 1 - (1 - (1 - doubt) * self.own * about) * (1 - self.pattern * self.own)


def offers_in(
    text: str,
    matches: Mapping[str, list[Match]],
    weights: Mapping[tuple[str, str], float],
    *,
    forges: bool = True,
    spares: bool = True,
) -> Offers:
    """Sort what ``text`` offers into asserted and quoted; ``weights`` by group and term, as the lexicon has them.

    ``forges=False``, ``spares=False``: nothing that fits ``FORGED`` and none of ``SPARED_WORDS`` stands in the text, as
    somebody has found already.
    """
    slogans, promises = matches.get("slogans", []), matches.get("promises", [])
    forged = list(_FORGE.finditer(text[:50_000]))[:MAX_FORGED] if forges and _may_forge(text) else []
    free = list(islice(_free(text[:100_000]), MAX_FORGED)) if spares else []
    # By themselves facets say something only where one of them is the trade's own.
    told_of = facets_in(text) if slogans or forged or free else facets_in(text, CORE)
    if not slogans and not promises and not forged and not free and not told_of.found:
        return Offers(topic=told_of.topic)
    told = {at for m in slogans for at in range(m.start, m.end)}
    # A word of distance that overlaps a slogan is an accident of two words meeting (伪造假 holds 造假).
    distance = [m for g in ("quoting", "distance") for m in matches.get(g, ()) if m.start not in told]
    sentences = Sentences(text, distance)
    asserted: dict[str, Match] = {}
    quoted: list[Match] = []
    for match in slogans:
        if sentences.quotes(match.start, match.end):
            quoted.append(match)
        else:
            asserted.setdefault(match.term, match)
    ranked = sorted(asserted.values(), key=lambda m: (-weights.get((m.group, m.term), 1.0), m.start))
    spared = tuple(dict.fromkeys(m.group() for m in free if m.start() not in told and not sentences.quotes(*m.span())))
    facets = _asserted(told_of, sentences)
    forgery = tuple(dict.fromkeys(m.group() for m in forged if not sentences.quotes(*m.span())))
    core = any(facet.name in CORE for facet in facets)
    # Who speaks is asked where something is offered, and how he is reached where the trade's own words stand.
    far, cues = _distance(text, facets, ranked, forged) if core or ranked or spared or forgery else (0.0, ())
    private = [c for c in contacts(text) if c.type in PRIVATE] if core else []
    taught = {m.term for m in matches.get("school", ())}
    known = tuple(weights.get((m.group, m.term), 1.0) * (MENTION if m.term.startswith("假") else 1.0) for m in ranked)
    return Offers(
        slogans=tuple(ranked),
        weights=known + (FREE_WEIGHT,) * min(2, len(spared)),
        spared=spared,
        quoted=tuple(quoted),
        forgery=forgery,
        promises=tuple({m.term: m for m in promises if not sentences.quotes(m.start, m.end)}.values()),
        facets=facets,
        topic=told_of.topic,
        distance=far,
        cues=cues,
        contact=max((HIDDEN if disguised(contact) else CONTACT for contact in private), default=0.0),
        honest_trade=told_of.hires or sum(weights.get(("school", w), 1.0) for w in taught) >= TEACHES,
    )


def _distance(
    text: str, facets: Iterable[Facet], slogans: Iterable[Match], forged: Iterable[Any]
) -> tuple[float, tuple[str, ...]]:
    spots = [spot for facet in facets for spot in facet.spots]
    starts = [s.start for s in spots] + [m.start for m in slogans] + [m.start() for m in forged]
    ends = [s.end for s in spots] + [m.end for m in slogans] + [m.end() for m in forged]
    if not starts:
        return 0.0, ()
    return distance(text, min(starts), max(ends), solicits=any(f.name == "reach" for f in facets))


def _asserted(facets: Facets, sentences: Sentences) -> tuple[Facet, ...]:
    kept = []
    for facet in facets.found:
        spots = tuple(s for s in facet.spots if not sentences.quotes(s.start, s.end))
        if spots:
            kept.append(replace(facet, spots=spots))
    return tuple(kept)


def _may_forge(text: str) -> bool:
    return any(word in text for word in ("证", "文凭", "学历", "学位", "公章"))


def _free(text: str) -> Iterator[re.Match[str]]:
    """All that ``_FREE`` finds, which never goes beyond a line: only lines that hold one of its words are read."""
    ends: dict[int, int] = {}
    for word in SPARED_WORDS:
        at = text.find(word)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            ends[text.rfind("\n", 0, at) + 1] = end
            at = text.find(word, end)
    for start in sorted(ends):
        yield from _FREE.finditer(text, start, ends[start])
