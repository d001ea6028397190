"""What a host name imitates, by its letters alone: rules, strength, and the platform meant.

A name is a hit where two independent classes of words meet, or for one strong form. Never fetches, never
looks anything up; a name that says nothing may still be a fake.
"""

from __future__ import annotations

import math
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
from scoring.name_finding import SAME_LOOK, NameFinding, label_finding
from scoring.name_labels import Labels
from scoring.name_meant import Pointers, Suspect
from scoring.name_words import Vocabulary, Word
from scoring.skeleton import flatten
from scoring.text import TermSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.name_slips import LabelHit
    from seeds.model import Lexicon, Platform

__all__ = [
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
_GOV_INSIDE = re.compile(r"(?:^|[.-])(?P<head>[a-z0-9-]*?)gov[.-]?cn(?:[.-]|$)")
_WORN_SUFFIX = re.compile(r"[.-](?:com|net|org)[.-]?cn$")
_SUFFIX = Word("cn", "suffix", 0.5)
_NAMES_OF_BODIES = ("label", "body", "alias")
_CLOSED = frozenset({"gov", "go", "gob", "gouv", "govt", "gub", "mil"})
_CN = frozenset({"cn", "com.cn", "net.cn", "org.cn"})
_CLASS_NAMES = {
    "body": "机构名",
    "label": "官方标签",
    "suffix": "冒充的后缀",
    "alias": "平台名",
    "gov": "政府标记",
    "topic": "证书业务词",
    "query": "查询词",
}
_U_CLASSES = {"organs": "body", "gov_markers": "gov", "topics": "topic", "products": "topic", "query": "query"}


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
        names = {p.id: tuple(n for n in (p.name, *p.aliases) if len(n) >= 3) for p in rows}
        self._platform_names = TermSet(names)
        self._chinese = TermSet({group: lexicon.words(group) for group in _U_CLASSES})
        words = (word for group in _U_CLASSES for word in lexicon.words(group))
        self._terms = (*(name for named in names.values() for name in named), *words)
        self._remembered = lru_cache(maxsize=4096)(self._judge)

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
    def terms(self) -> tuple[str, ...]:
        """Names and words in characters, of which a name in characters must hold some to be a hit by them."""
        return self._terms

    def written(self, shown: str) -> bool:
        """Whether a name in characters holds what could make it a hit: a platform's name, or words of two classes."""
        return (
            bool(self._platform_names.find(shown)) or len({_U_CLASSES[m.group] for m in self._chinese.find(shown)}) > 1
        )

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
        if is_ip(name) or self.is_genuine(name):
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
        label, suffix, front = _site(flat)
        shown = unicode_host(name)
        words = [word for run in _RUNS.findall(front) for word in self._words.read(run)]
        suspect = Suspect(
            letters=front,
            shown="" if shown.isascii() else shown,
            hits=tuple(self._hits(flat, label, suffix, front)),
            misprint=found["erratum"].platform if "erratum" in found else None,
            classes=self._classes(words, shown) | ({"gov"} if "gov_affix" in found else set()),
            words=frozenset(word.text for word in words),
        )
        pointing = self._pointers.meant(suspect)
        if pointing is not None:
            found = {rule: replace(f, platform=pointing.platform, clear=pointing.clear) for rule, f in found.items()}
        return tuple(sorted(found.values(), key=lambda f: (f.rule != "erratum", -f.strength, f.rule)))

    def _classes(self, words: Iterable[Word], shown: str) -> frozenset[str]:
        """The classes of all words in a name, in letters or in characters."""
        written = {_U_CLASSES[m.group] for m in self._chinese.find(shown)} if not shown.isascii() else set()
        return frozenset({word.cls for word in words} | written)

    def _hits(self, flat: str, label: str, suffix: str, front: str) -> Iterable[LabelHit]:
        if not _closed(suffix):
            found = (self._labels.alike(label, suffix), self._labels.whole(flat), self._labels.embedded(flat, front))
        else:
            found = (None, None, self._labels.embedded(flat, front))
        return (hit for hit in found if hit is not None)

    def _findings(self, name: str) -> Iterable[NameFinding]:
        yield from self._erratum(name)
        encoded = "xn--" in name
        flat = ".".join(flatten(label) for label in name.split(".")) if encoded else name
        yield from self._ascii(flat, "punycode" if encoded else "")
        if encoded:
            yield from self._u_label(unicode_host(name))
        plain = self._plain(flat)
        if plain != flat:
            yield from self._ascii(plain, "homoglyph")

    def _plain(self, flat: str) -> str:
        """The letters that digits and look-alike labels stand for."""
        return _LONE_DIGIT.sub(lambda m: m.group().translate(_LEET), self._labels.unmasked(flat))

    def _ascii(self, flat: str, disguise: str) -> Iterable[NameFinding]:
        label, suffix, front = _site(flat)
        if disguise and self.is_genuine(flat):
            platform, genuine = self._labels.owner(flat) or (None, flat)
            yield NameFinding(disguise, 1.0, platform, genuine, SAME_LOOK[disguise].format(genuine=flat))
            return
        for hit in self._hits(flat, label, suffix, front):
            yield label_finding(hit, disguise)
        if "gov" in flat:
            yield from self._gov_affix(flat, label, suffix)
        told = self._words.classes(front)
        if told > 1 or (told and _WORN_SUFFIX.search(front)):
            yield from self._two_classes(front, label)

    def _gov_affix(self, flat: str, label: str, suffix: str) -> Iterable[NameFinding]:
        """``gov.cn`` glued, hyphenated or in the middle; ``gov`` as the end of a label under a Chinese suffix."""
        inside = _GOV_INSIDE.search(flat)
        if inside is not None:
            head = inside["head"]
            strength = 0.7 if head and not head.endswith("-") else 0.85
            matched = inside.group().strip(".-")
            text = f"域名里含“{matched}”，却不在 .gov.cn 之下"
        elif suffix in _CN and label.endswith("gov"):
            strength, matched = 0.6, f"{label}.{suffix}"
            text = f"“{matched}”仿冒 .gov.cn 后缀"
        else:
            return
        yield NameFinding("gov_affix", strength, None, matched, text)

    def _erratum(self, name: str) -> Iterable[NameFinding]:
        for printed in (name, registrable_domain(name)):
            if printed in self._errata:
                text = f"{printed} 是文件里的误印域名，官方并未使用；谁注册谁可疑"
                yield NameFinding("erratum", 0.9, self._errata[printed], printed, text)
                return

    def _two_classes(self, front: str, label: str) -> Iterable[NameFinding]:
        words: dict[str, Word] = {}
        for run in _RUNS.findall(front):
            for word in self._words.read(run):
                known = words.get(word.cls)
                if known is None or known.weight < word.weight:
                    words[word.cls] = word
        if _WORN_SUFFIX.search(front) and not words.keys().isdisjoint(_NAMES_OF_BODIES):
            words["suffix"] = _SUFFIX
        words = {cls: word for cls, word in words.items() if not word.paired or _in_company(word, words)}
        if len(words) < 2 or (words.keys() == {"label", "body"} and not _in_company(words["label"], words)):
            return
        strength = 1.0 - math.prod(1.0 - w.weight for w in words.values())
        if not any(w.text in label.replace("-", "") for w in words.values()):
            strength *= 0.8
        said = "、".join(f"{_CLASS_NAMES[w.cls]} {w.text}" for w in words.values())
        matched = "+".join(w.text for w in words.values())
        yield NameFinding("pinyin", round(strength, 3), None, matched, f"域名里同时出现{said}")

    def _u_label(self, shown: str) -> Iterable[NameFinding]:
        if shown.isascii():
            return
        for match in self._platform_names.find(shown):
            text = f"中文域名直接用官方平台名称“{match.term}”"
            yield NameFinding("u_label", 0.8, match.group, match.quote, text)
            return
        classes = {_U_CLASSES[m.group]: m for m in self._chinese.find(shown)}
        if len(classes) >= 2:
            said = "、".join(f"{_CLASS_NAMES[c]}“{m.term}”" for c, m in classes.items())
            matched = "+".join(m.term for m in classes.values())
            yield NameFinding("u_label", 0.7, None, matched, f"中文域名里同时出现{said}")


def _in_company(word: Word, words: dict[str, Word]) -> bool:
    """Whether a word of the same platform stands beside it in another class."""
    return any(other.platforms & word.platforms for cls, other in words.items() if cls != word.cls)


def _site(flat: str) -> tuple[str, str, str]:
    """The label that somebody chose, the public suffix behind it (private ones too), and all before the suffix."""
    shared = private_suffix(flat)
    if shared and flat != shared:
        front = flat[: -len(shared) - 1]
        return front.rsplit(".", 1)[-1], shared, front
    sub, label, suffix = split(flat)
    return label, suffix, f"{sub}.{label}".strip(".")


def _closed(suffix: str) -> bool:
    """Whether only public bodies can register there: ``gov``, ``gov.uk``, ``go.jp``, ``mil`` …"""
    return suffix.split(".", 1)[0] in _CLOSED
