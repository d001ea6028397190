"""Labels and hosts of genuine platforms, arranged to be found in names that look like them.

Whole hosts with a slip, labels with one. Knows no words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from scoring.domains import is_gov_label, is_ip, registrable_domain, split
from scoring.name_embedded import Embedded
from scoring.name_slips import LONG, LabelHit, Protected, disguised, same_outline, slip
from scoring.skeleton import CONFUSABLES, lookalikes, mixes_scripts, skeleton
from scoring.syllables import segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seeds.model import Platform

_TYPO_MIN = 4
_GOV_LEAST, _SUB_LEAST = 5, 4
"""Letters of a label before gov whose look-alikes are read as it, and of one below a domain that may have a slip."""
_BELOW = 0.7
_OTHERS_MIN = 6
_PARTS = re.compile(r"([.-])")


class Labels:
    """What genuine hosts look like, arranged for look-up by form and by length."""

    def __init__(self, platforms: Iterable[Platform]) -> None:
        self.hosts: dict[str, str] = {}
        self.domains: dict[str, str] = {}
        self.inside = Embedded()
        """Genuine hosts put inside other names."""
        self._worn: dict[str, str] = {}
        self._worn_before_gov: dict[str, str] = {}
        self._subs: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        """By a domain's label without hyphens, the labels below it: with the platform and the host."""
        self._above: dict[str, tuple[str, str, str]] = {}
        """By a label below a long one, that one, the platform and the host."""
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
        self.core = {registrable_domain(host) for host, p in rows if p.group == "core" and not is_gov_label(host)}
        """Domains of core platforms, below which their sister services stand as well."""
        self._cores = {split(host)[1].replace("-", "") for host, p in rows if p.group == "core"}
        for host, platform in rows:
            self._add_host(host, platform)
        for host, platform in rows:
            self._add_domain(host, platform)
            self._add_below(host, platform)
        self.inside.arrange()

    def _add_host(self, host: str, platform: Platform) -> None:
        sub, label, suffix = split(host)
        bare = host.removeprefix("www.")
        self.hosts.setdefault(host, platform.id)
        self.inside.add(bare, platform.id, bare)
        if platform.group == "core" and label:
            self._outlines.setdefault(skeleton(bare), (platform.id, bare))
            if is_gov_label(host) or len(bare) - len(suffix) > LONG:
                self._whole[len(bare)].append((bare, platform.id))
            self.inside.add_head([*sub.removeprefix("www").split("."), label], platform.id, bare)
            self._protect(Protected(label, suffix, bare, platform.id, is_gov_label(host)), _TYPO_MIN)
            for own in sorted({label, *sub.split(".")} - {"", "www"}):
                self._worn |= dict.fromkeys(lookalikes(own), own)
            self.inside.add_tail(label, "gov" if is_gov_label(host) else suffix.split(".", 1)[0], platform.id, bare)
        elif registrable_domain(host) in self.core:
            self.inside.add_head([*sub.removeprefix("www").split("."), label], platform.id, bare)
        elif label:
            self._add_other(sub.removeprefix("www"), label, suffix, bare, platform.id)

    def _add_other(self, sub: str, label: str, suffix: str, bare: str, platform: str) -> None:
        """A host of a row beside the core: its label may be a place or a word that many others use."""
        own = segment(label) is None
        if own or all(len(part) >= _TYPO_MIN - 1 for part in sub.split(".")):
            self.inside.add_head([*sub.split("."), label], platform, bare)
        if own and len(label) >= _TYPO_MIN:
            self._worn |= dict.fromkeys(lookalikes(label), label)
        if not is_gov_label(bare):
            if sub and own and len(bare) - len(suffix) > LONG:
                self._outlines.setdefault(skeleton(bare), (platform, bare))
                self._whole[len(bare)].append((bare, platform))
            if own:
                self._protect(Protected(label, suffix, bare, platform, gov=False, core=False), _OTHERS_MIN)
        elif label != "www":
            self.inside.add_before_gov(label, platform, bare)
            if len(label) >= _GOV_LEAST:
                self._worn_before_gov |= dict.fromkeys(lookalikes(label), label)

    @property
    def masks(self) -> frozenset[str]:
        """Parts of names that are read as a genuine label."""
        return frozenset((*self._worn, *self._worn_before_gov))

    @property
    def protected(self) -> tuple[str, ...]:
        """The labels that slips are looked for of, each once."""
        return tuple(dict.fromkeys(one.label for ones in self._by_length.values() for one in ones))

    @property
    def wholes(self) -> tuple[str, ...]:
        """The hosts that slips of a whole host are looked for of."""
        hosts = [host for ones in self._whole.values() for host, _ in ones]
        return tuple(dict.fromkeys([*hosts, *(host for _, host in self._outlines.values())]))

    @property
    def squeezed_forms(self) -> frozenset[str]:
        """What a name without its separators must hold for a genuine host to be put inside it."""
        return self.inside.squeezed_forms

    def unmasked(self, host: str) -> str:
        """The host with the parts that look like a genuine label as that label (``zlag-``, ``cx-mern``)."""
        parts = _PARTS.split(host)
        worn = self._worn if "gov" not in parts else {**self._worn_before_gov, **self._worn}
        if worn.keys().isdisjoint(parts):
            return host
        return "".join(worn.get(part, part) for part in parts)

    def _add_domain(self, host: str, platform: Platform) -> None:
        domain = registrable_domain(host)
        if domain:
            self.inside.add(domain, platform.id, host)
            if not is_gov_label(host):
                self.domains.setdefault(domain, platform.id)

    def _add_below(self, host: str, platform: Platform) -> None:
        """A host below a domain whose label is one of the core's."""
        sub, label, _ = split(host)
        squeezed = label.replace("-", "")
        if squeezed not in self._cores or len(squeezed) < _SUB_LEAST:
            return
        for own in sub.removeprefix("www").split("."):
            if len(own) >= _SUB_LEAST and own != squeezed:
                self._subs[squeezed].setdefault(own, (platform.id, host))
                if len(squeezed) >= LONG:
                    self._above.setdefault(own, (squeezed, platform.id, host))

    def _protect(self, one: Protected, least: int) -> None:
        if len(one.label) >= max(least, LONG if one.gov else 0) and one not in self._by_length[len(one.label)]:
            self._by_length[len(one.label)].append(one)
            self._by_skeleton[skeleton(one.label)].append(one)

    def whole(self, host: str) -> LabelHit | None:
        """The whole host as one slip or look-alike of a genuine one: ``cx.mem.qov.cn``, ``cx.memgov.cn``."""
        bare = host.removeprefix("www.")
        outline = self._outlines.get(skeleton(bare))
        if outline is not None and outline[1] != bare:
            return LabelHit("homoglyph", 0.9, outline[0], bare, outline[1], whole=True)
        for size in (len(bare) - 1, len(bare), len(bare) + 1):
            for genuine, platform in self._whole.get(size, ()):
                if OSA.distance(bare, genuine, score_cutoff=1) == 1:
                    return LabelHit("typo", 0.9, platform, bare, genuine, whole=True)
        return None

    def below(self, front: str) -> LabelHit | None:
        """A domain's own label, and beside it with one slip a label that stands below it, or the other way about:
        ``zlq-mohurd``, ``zlaq-mohrud``.
        """
        parts = frozenset(front.replace("-", ".").split("."))
        for sub in self._above.keys() & parts:
            label, platform, host = self._above[sub]
            if any(OSA.distance(part, label, score_cutoff=1) == 1 for part in parts):
                return LabelHit("typo", _BELOW, platform, front, host, whole=True)
        for label in self._subs.keys() & {*parts, *(p.replace("-", "") for p in front.split("."))}:
            for sub, (platform, host) in self._subs[label].items():
                for part in parts - self._subs[label].keys():
                    if len(part) >= _SUB_LEAST - 1 and OSA.distance(part, sub, score_cutoff=1) == 1:
                        return LabelHit("typo", _BELOW, platform, front, host, whole=True)
        return None

    @property
    def domains_with_hosts(self) -> frozenset[str]:
        """Labels of domains below which ``below`` looks for slips, and those above which it does."""
        return frozenset((*self._subs, *self._above))

    def mixed(self, shown: str, flat: str) -> Iterable[LabelHit]:
        """Labels that are a genuine one but for letters of another script among Latin ones (``cpтa``), or for odd Latin
        ones (``chsı``).
        """
        for label, form in zip(shown.split("."), flat.split("."), strict=False):
            if label != form and (mixes_scripts(label) or any(c in CONFUSABLES for c in label)):
                yield from (disguised(one, form) for one in self._by_length.get(len(form), ()) if one.label == form)

    def alike(self, label: str, suffix: str) -> LabelHit | None:
        """The label beside the suffix, as a slip or a look-alike of a genuine one."""
        bare = label.removeprefix("www").strip("-") or label
        forms = {label, bare, bare.replace("-", "")}
        hits = [hit for form in forms for hit in self._near(form, label, suffix)]
        return max(hits, key=lambda h: h.strength, default=None)

    def _near(self, form: str, label: str, suffix: str) -> Iterable[LabelHit]:
        for one in self._by_skeleton.get(skeleton(form), ()):
            yield from same_outline(one, form, label, suffix)
        for size in range(len(form) - 2, len(form) + 3):
            for one in self._by_length.get(size, ()):
                hit = slip(one, form, suffix)
                if hit is not None:
                    yield hit
