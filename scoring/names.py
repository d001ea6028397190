"""What a host name imitates, by its letters alone: rules, strength, and the platform meant.

A name is a hit where two independent classes of words meet, or for one strong form. Never fetches, never
looks anything up; a name that says nothing may still be a fake.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from scoring.domains import (
    is_gov_label,
    is_ip,
    normalise_host,
    private_suffix,
    registrable_domain,
    split,
    unicode_host,
)
from scoring.name_classes import WORN_SUFFIX, two_classes
from scoring.name_disguised import Disguised
from scoring.name_entries import parts
from scoring.name_finding import SAME_LOOK, NameFinding, label_finding
from scoring.name_gov import gov_affix, national_team
from scoring.name_labels import Labels
from scoring.name_meant import Pointers
from scoring.name_meant_written import NOBODY
from scoring.name_site import TRANSLATED, closed, site, translated
from scoring.name_slipped import Slipped
from scoring.name_suspect import Suspect
from scoring.name_whole import WholeNames
from scoring.name_words import Vocabulary
from scoring.name_written import Written
from scoring.skeleton import flatten
from seeds.model import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.name_slips import LabelHit
    from scoring.name_word import Word
    from seeds.model import Platform, Term

__all__ = [
    "TRANSLATED",
    "NameFinding",
    "NameIndex",
    "is_gov_label",
    "normalise_host",
    "private_suffix",
    "registrable_domain",
    "unicode_host",
]


_RUNS = re.compile(r"[a-z]+|[0-9]+")
_LONE_DIGIT = re.compile(r"(?<![0-9])[0134578](?![0-9])")
_LEET = str.maketrans("0134578", "oieastb")
_RESERVED = frozenset({"edu.cn", "xn--zfr164b"})
"""Suffixes that the registry gives to schools (CERNET) and to public bodies (.政务) alone, after a check."""


def name_index(platforms: Iterable[Platform], lexicon: Lexicon) -> NameIndex:
    """The index of these rows and words: the same one for equal ones, as building it takes long."""
    return _index(tuple(platforms), tuple(lexicon.groups.items()), lexicon.templates)


@lru_cache(maxsize=2)
def _index(
    platforms: tuple[Platform, ...], groups: tuple[tuple[str, tuple[Term, ...]], ...], templates: tuple[str, ...]
) -> NameIndex:
    return NameIndex(platforms, Lexicon(dict(groups), templates))


class NameIndex:
    """Everything that names are held against, built once from the seeds."""

    def __init__(self, platforms: Iterable[Platform], lexicon: Lexicon) -> None:
        rows = tuple(platforms)
        self._labels = Labels(rows)
        self._words = Vocabulary(rows, lexicon)
        self._pointers = Pointers(rows, lexicon)
        self._errata = {e.printed.lower(): p.id for p in rows for e in p.errata}
        self._errata |= {
            registrable_domain(host): pid for host, pid in self._errata.items() if registrable_domain(host)
        }
        self._written = Written(rows, lexicon)
        self._dress = frozenset(parts(lexicon, "dress"))
        self._whole = WholeNames(rows, self._words, self._dress)
        self._disguised = Disguised(self._words.spelt)
        self._slipped = Slipped(self._words.words.values(), self._words.places)
        self._remembered = lru_cache(maxsize=4096)(self._judge)
        self._hits = lru_cache(maxsize=64)(self._likenesses)

    def is_genuine(self, host: str) -> bool:
        """Whether a normalised host belongs to a registered platform or stands under gov.cn."""
        if is_gov_label(host) or host in self._labels.hosts:
            return True
        return registrable_domain(host) in self._labels.domains

    @property
    def labels(self) -> Labels:
        """What genuine hosts look like."""
        return self._labels

    @property
    def words(self) -> Vocabulary:
        """The words that names are built of."""
        return self._words

    @property
    def errata(self) -> frozenset[str]:
        """Misprinted hosts and their domains."""
        return frozenset(self._errata)

    @property
    def whole(self) -> WholeNames:
        """Names that are enough by themselves."""
        return self._whole

    @property
    def written(self) -> Written:
        """Names and words in characters."""
        return self._written

    def judge(self, host: str) -> tuple[NameFinding, ...]:
        """All that the name shows, strongest first; empty for genuine hosts, IPs and what is no host name.

        Takes what ``normalise_host`` takes. Never raises.
        """
        return self._remembered(host)

    def _judge(self, host: str) -> tuple[NameFinding, ...]:
        try:
            name = normalise_host(host)
        except ValueError:
            return ()
        name = translated(name)
        if is_ip(name) or self.is_genuine(name) or split(name)[2] in _RESERVED:
            return ()
        found: dict[str, NameFinding] = {}
        for finding in self._findings(name):
            known = found.get(finding.rule)
            if known is None or known.strength < finding.strength:
                found[finding.rule] = finding
        return self._agreed(name, found) if found else ()

    def _agreed(self, name: str, found: dict[str, NameFinding]) -> tuple[NameFinding, ...]:
        """All findings of one name say the same platform: the one that most in the name points at."""
        flat = ".".join(flatten(label) for label in name.split("."))
        if "homoglyph" in found or "pinyin" in found:
            flat = self._plain(flat)
        label, suffix, front = site(flat)
        shown = unicode_host(name)
        words = tuple(word for word in self._read(front) if word.text not in self._dress)
        suspect = Suspect(
            letters=front,
            shown="" if shown.isascii() else shown,
            hits=self._hits(flat, label, suffix, front),
            misprint=found["erratum"].platform if "erratum" in found else None,
            classes=self._classes(words, shown) | ({"gov"} if "gov_affix" in found else set()),
            words=frozenset(self._words.trades.get(word.text, word.text) for word in words),
            there=any(word.there for word in words),
        )
        pointing = self._pointers.meant(suspect)
        told = any(f.platform for f in found.values())
        if pointing is not None and (pointing.clear or pointing.platform != NOBODY or not told):
            found = {rule: replace(f, platform=pointing.platform, clear=pointing.clear) for rule, f in found.items()}
        return tuple(sorted(found.values(), key=lambda f: (f.rule != "erratum", -f.strength, f.rule)))

    def _classes(self, words: Iterable[Word], shown: str) -> frozenset[str]:
        """The classes of all words in a name, in letters or in characters."""
        return frozenset({word.cls for word in words}) | self._written.classes(shown)

    def _read(self, front: str) -> tuple[Word, ...]:
        """The words of a name: of its parts, and of its labels as if no hyphen cut them."""
        joined = (label.replace("-", "") for label in front.split(".") if "-" in label)
        runs = (*_RUNS.findall(front), *(run for label in joined for run in _RUNS.findall(label)))
        return tuple(word for run in runs for word in self._words.read(run))

    def _likenesses(self, flat: str, label: str, suffix: str, front: str) -> tuple[LabelHit, ...]:
        found: tuple[LabelHit | None, ...]
        if not closed(suffix):
            found = (
                self._labels.alike(label, suffix),
                self._labels.whole(flat),
                self._labels.inside.found(flat, front),
                self._labels.below(front),
            )
        else:
            found = (self._labels.inside.found(flat, front),)
        return tuple(hit for hit in found if hit is not None)

    def _findings(self, name: str) -> Iterable[NameFinding]:
        yield from self._erratum(name)
        encoded = "xn--" in name
        flat = ".".join(flatten(label) for label in name.split(".")) if encoded else name
        yield from self._ascii(flat, "punycode" if encoded else "")
        if encoded:
            shown = unicode_host(name)
            yield from (label_finding(hit, "punycode") for hit in self._labels.mixed(shown, flat))
            mixed = ".".join(label for label in site(flat)[2].split(".") if not label.isascii())
            written = self._written.finding(shown, self._read(mixed))
            if written is not None:
                yield written
        plain = self._plain(flat)
        if plain != flat:
            yield from self._ascii(plain, "homoglyph")
        if plain != flat or encoded:
            yield from self._in_disguise(site(plain)[2], unicode_host(name))

    def _in_disguise(self, front: str, shown: str) -> Iterable[NameFinding]:
        if self._words.names_sure(front):
            found = self._disguised.finding(self._read(front), shown)
            if found is not None:
                yield found

    def _plain(self, flat: str) -> str:
        """The letters that digits and look-alike labels stand for."""
        return self._disguised.plain(_LONE_DIGIT.sub(lambda m: m.group().translate(_LEET), self._labels.unmasked(flat)))

    def _ascii(self, flat: str, disguise: str) -> Iterable[NameFinding]:
        label, suffix, front = site(flat)
        if disguise and self.is_genuine(flat):
            platform, genuine = self._labels.inside.owner(flat) or (None, flat)
            yield NameFinding(disguise, 1.0, platform, genuine, SAME_LOOK[disguise].format(genuine=flat))
            return
        for hit in self._hits(flat, label, suffix, front):
            yield label_finding(hit, disguise)
        if "gov" in flat or "qov" in flat:
            yield from gov_affix(flat, label, suffix)
        yield from self._in_words(front, label, suffix)

    def _in_words(self, front: str, label: str, suffix: str) -> Iterable[NameFinding]:
        told = self._words.classes(front)
        worn = told and WORN_SUFFIX.search(front)
        read = self._read(front) if told > 1 or worn else ()
        found = two_classes(read, front, label) if read and not national_team(read, suffix) else None
        found = found or self._slipped.finding(front)
        if found is not None:
            yield found
        whole = self._whole.finding(front)
        if whole is None and self._words.names_office(front):
            whole = self._whole.office(front) or self._whole.dressed(front, suffix)
        if whole is not None:
            yield whole

    def _erratum(self, name: str) -> Iterable[NameFinding]:
        for printed in (name, registrable_domain(name)):
            if printed in self._errata:
                text = f"{printed} 是文件里的误印域名，官方并未使用；谁注册谁可疑"
                yield NameFinding("erratum", 0.9, self._errata[printed], printed, text)
                return
