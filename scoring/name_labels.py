"""Labels and hosts of genuine platforms, and names that differ from them by a slip or a glance.

Typing slips, letters that look alike, flipped bits, hosts put inside other names. Knows no words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ahocorasick
from rapidfuzz.distance import OSA

from scoring.domains import is_gov_label, is_ip, is_public_suffix, registrable_domain, split
from scoring.skeleton import skeleton
from scoring.syllables import segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seeds.model import Platform

_SQUEEZED_MIN = 8
_CN_SUFFIXES = frozenset({"cn", "com.cn", "net.cn", "org.cn"})
_TYPO_MIN = 4
_LONG = 6
_OTHERS_MIN = 7
_SQUEEZE = str.maketrans("", "", ".-_")
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Protected:
    """One label that somebody owns under one suffix."""

    label: str
    suffix: str
    host: str
    platform: str
    gov: bool


@dataclass(frozen=True, slots=True)
class LabelHit:
    """``rule``, strength, platform, what matched, and the genuine host that it stands for."""

    rule: str
    strength: float
    platform: str
    matched: str
    genuine: str


class Labels:
    """What genuine hosts look like, arranged for look-up by form and by length."""

    def __init__(self, platforms: Iterable[Platform]) -> None:
        self.hosts: dict[str, str] = {}
        self.domains: dict[str, str] = {}
        self.squeezed: dict[str, tuple[str, str]] = {}
        self.dotted: dict[str, tuple[str, str]] = {}
        self.heads: dict[str, tuple[str, str]] = {}
        self._forms: Any = ahocorasick.Automaton()
        self._outlines: dict[str, tuple[str, str]] = {}
        self._whole: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self._by_length: dict[int, list[Protected]] = defaultdict(list)
        self._by_skeleton: dict[str, list[Protected]] = defaultdict(list)
        rows = [
            (address.host.lower(), platform)
            for platform in sorted(platforms, key=lambda p: p.group != "core")
            for address in platform.addresses
            if not is_ip(address.host) and "." in address.host
        ]
        for host, platform in rows:
            self._add_host(host, platform)
        for host, platform in rows:
            self._add_domain(host, platform)
        self._arrange()

    def _add_host(self, host: str, platform: Platform) -> None:
        sub, label, suffix = split(host)
        bare = host.removeprefix("www.")
        self.hosts.setdefault(host, platform.id)
        self._add_form(bare, platform.id, bare)
        if platform.group == "core" and label:
            self._outlines.setdefault(skeleton(bare), (platform.id, bare))
            if is_gov_label(host) or len(bare) - len(suffix) > _LONG:
                self._whole[len(bare)].append((bare, platform.id))
            head = _NOT_A_NAME.sub(".", f"{sub}.{label}".removeprefix("www."))
            if "." in head and len(head) >= _LONG:
                self.heads.setdefault(head, (platform.id, bare))
            self._protect(Protected(label, suffix, bare, platform.id, is_gov_label(host)), _TYPO_MIN)
        elif label and not is_gov_label(host) and segment(label) is None:
            self._protect(Protected(label, suffix, bare, platform.id, gov=False), _OTHERS_MIN)

    def _add_domain(self, host: str, platform: Platform) -> None:
        domain = registrable_domain(host)
        if domain:
            self._add_form(domain, platform.id, host)
            if not is_gov_label(host):
                self.domains.setdefault(domain, platform.id)

    def _add_form(self, form: str, platform: str, genuine: str) -> None:
        if is_public_suffix(form):
            return
        self.dotted.setdefault(form, (platform, genuine))
        squeezed = _NOT_A_NAME.sub("", form)
        if len(squeezed) >= _SQUEEZED_MIN:
            self.squeezed.setdefault(squeezed, (platform, genuine))

    def _protect(self, one: Protected, least: int) -> None:
        if len(one.label) >= max(least, _LONG if one.gov else 0) and one not in self._by_length[len(one.label)]:
            self._by_length[len(one.label)].append(one)
            self._by_skeleton[skeleton(one.label)].append(one)

    def _arrange(self) -> None:
        """One pass over a squeezed host says whether any form can be in it at all."""
        for form in (*self.dotted, *self.heads):
            self._forms.add_word(_NOT_A_NAME.sub("", form), form)
        if len(self._forms):
            self._forms.make_automaton()

    def embedded(self, host: str) -> LabelHit | None:
        """A genuine host put inside the name: as labels, with hyphens for dots, or without either."""
        squeezed = host.translate(_SQUEEZE)
        if not len(self._forms) or next(self._forms.iter(squeezed), None) is None:
            return None
        parts = f".{host.replace('-', '.').replace('_', '.')}."
        for form, (platform, genuine) in self.dotted.items():
            if f".{form.replace('-', '.')}." in parts:
                return LabelHit("embedded_host", 1.0, platform, form, genuine)
        for form, (platform, genuine) in self.squeezed.items():
            at = squeezed.find(form)
            if at >= 0 and _at_boundary(host, at):
                return LabelHit("embedded_host", 0.95, platform, form, genuine)
        for form, (platform, genuine) in self.heads.items():
            if f".{form}." in parts or f".{form.replace('.', '')}." in parts:
                return LabelHit("embedded_host", 0.8, platform, form, genuine)
        return None

    def whole(self, host: str) -> LabelHit | None:
        """The whole host as one slip or look-alike of a genuine one: ``cx.mem.qov.cn``, ``cx.memgov.cn``."""
        bare = host.removeprefix("www.")
        outline = self._outlines.get(skeleton(bare))
        if outline is not None and outline[1] != bare:
            return LabelHit("homoglyph", 0.9, outline[0], bare, outline[1])
        for size in (len(bare) - 1, len(bare), len(bare) + 1):
            for genuine, platform in self._whole.get(size, ()):
                if OSA.distance(bare, genuine, score_cutoff=1) == 1:
                    return LabelHit("typo", 0.9, platform, bare, genuine)
        return None

    def owner(self, host: str) -> tuple[str, str] | None:
        """Platform and genuine host behind a host that is registered, or None."""
        bare = host.removeprefix("www.")
        return self.dotted.get(bare) or self.dotted.get(registrable_domain(host))

    def alike(self, label: str, suffix: str) -> LabelHit | None:
        """The label beside the suffix, as a slip or a look-alike of a genuine one."""
        bare = label.removeprefix("www").strip("-") or label
        forms = {label, bare, bare.replace("-", "")}
        hits = [hit for form in forms for hit in self._near(form, label, suffix)]
        return max(hits, key=lambda h: h.strength, default=None)

    def _near(self, form: str, label: str, suffix: str) -> Iterable[LabelHit]:
        for one in self._by_skeleton.get(skeleton(form), ()):
            yield from _same_outline(one, form, label, suffix)
        for size in range(len(form) - 2, len(form) + 3):
            for one in self._by_length.get(size, ()):
                hit = _slip(one, form, suffix)
                if hit is not None:
                    yield hit


def _at_boundary(host: str, at: int) -> bool:
    """Whether character ``at`` of the squeezed host begins a part of the host, or follows www."""
    seen = 0
    for place, char in enumerate(host):
        if char in ".-_":
            continue
        if seen == at:
            head = host[:place]
            return not head or head[-1] in ".-_" or head.endswith("www")
        seen += 1
    return False


def _same_outline(one: Protected, form: str, label: str, suffix: str) -> Iterable[LabelHit]:
    if form != one.label:
        strong = len(one.label) >= _LONG or suffix == one.suffix or suffix in _CN_SUFFIXES
        yield LabelHit("homoglyph", 0.8 if strong else 0.4, one.platform, form, one.host)
    elif label != form:
        strong = suffix == one.suffix or len(one.label) >= _LONG
        yield LabelHit("typo", 0.8 if strong else 0.4, one.platform, label, one.host)
    elif suffix != one.suffix:
        strong = len(one.label) >= _LONG or suffix in _CN_SUFFIXES
        yield LabelHit("typo", 0.6 if strong else 0.2, one.platform, f"{form}.{suffix}", one.host)


def _slip(one: Protected, form: str, suffix: str) -> LabelHit | None:
    """One slip up to eight letters, two from nine; on short labels only under the same suffix."""
    size = len(one.label)
    allowed = 2 if size >= 9 else 1
    distance = OSA.distance(form, one.label, score_cutoff=allowed)
    if form == one.label.replace("-", "") != one.label:
        return LabelHit("typo", 0.7 if suffix == one.suffix else 0.4, one.platform, form, one.host)
    if not 0 < distance <= allowed or (size < _LONG and suffix != one.suffix):
        return None
    flipped = distance == 1 and len(form) == size and _one_bit(form, one.label)
    if size < _LONG and not flipped and len(form) == size and sorted(form) != sorted(one.label):
        return None  # another letter in a short label is another abbreviation: ccta is not cpta
    if size < _LONG and len(form) < size:
        return None
    strength = 0.75 if size >= _LONG else 0.6
    return LabelHit("bitsquat" if flipped else "typo", strength, one.platform, form, one.host)


def _one_bit(left: str, right: str) -> bool:
    differing = [ord(a) ^ ord(b) for a, b in zip(left, right, strict=True) if a != b]
    return len(differing) == 1 and differing[0].bit_count() == 1
