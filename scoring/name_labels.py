"""Labels and hosts of genuine platforms, arranged to be found in names that wear them or look like them.

Hosts put inside other names, whole hosts with a slip, labels with one. Knows no words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import ahocorasick
from rapidfuzz.distance import OSA

from scoring.domains import is_gov_label, is_ip, is_public_suffix, registrable_domain, split
from scoring.name_slips import LONG, LabelHit, Protected, disguised, same_outline, slip
from scoring.skeleton import CONFUSABLES, lookalikes, mixes_scripts, skeleton
from scoring.syllables import segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seeds.model import Platform

_SQUEEZED_MIN = 8
_FLIPPED_DOT = "n"
"""What a dot is with one bit flipped."""
_TYPO_MIN = 4
_GOV_LEAST, _SUB_LEAST = 5, 4
"""Letters of a label before gov whose look-alikes are read as it, and of one below a domain that may have a slip."""
_BELOW = 0.7
_OTHERS_MIN = 6
_SQUEEZE = str.maketrans("", "", ".-_")
_PARTS = re.compile(r"([.-])")
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


class Labels:
    """What genuine hosts look like, arranged for look-up by form and by length."""

    def __init__(self, platforms: Iterable[Platform]) -> None:
        self.hosts: dict[str, str] = {}
        self.domains: dict[str, str] = {}
        self.squeezed: dict[str, tuple[str, str]] = {}
        self.dotted: dict[str, tuple[str, str]] = {}
        self.heads: dict[str, tuple[str, str]] = {}
        self.tailed: dict[str, tuple[str, str]] = {}
        """A domain's label with the first part of its suffix: ``chsi.com`` before another suffix."""
        self._worn: dict[str, str] = {}
        self._worn_before_gov: dict[str, str] = {}
        self._subs: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
        """By a domain's label without hyphens, the labels below it: with the platform and the host."""
        self._above: dict[str, tuple[str, str, str]] = {}
        """By a label below a long one, that one, the platform and the host."""
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
        self.core = {registrable_domain(host) for host, p in rows if p.group == "core" and not is_gov_label(host)}
        """Domains of core platforms, below which their sister services stand as well."""
        self._cores = {split(host)[1].replace("-", "") for host, p in rows if p.group == "core"}
        for host, platform in rows:
            self._add_host(host, platform)
        for host, platform in rows:
            self._add_domain(host, platform)
            self._add_below(host, platform)
        self._arrange()

    def _add_host(self, host: str, platform: Platform) -> None:
        sub, label, suffix = split(host)
        bare = host.removeprefix("www.")
        self.hosts.setdefault(host, platform.id)
        self._add_form(bare, platform.id, bare)
        if platform.group == "core" and label:
            self._outlines.setdefault(skeleton(bare), (platform.id, bare))
            if is_gov_label(host) or len(bare) - len(suffix) > LONG:
                self._whole[len(bare)].append((bare, platform.id))
            self._add_heads([*sub.removeprefix("www").split("."), label], platform.id, bare)
            self._protect(Protected(label, suffix, bare, platform.id, is_gov_label(host)), _TYPO_MIN)
            for own in sorted({label, *sub.split(".")} - {"", "www"}):
                self._worn |= dict.fromkeys(lookalikes(own), own)
            self._add_tails(label, "gov" if is_gov_label(host) else suffix.split(".", 1)[0], platform.id, bare)
        elif registrable_domain(host) in self.core:
            self._add_heads([*sub.removeprefix("www").split("."), label], platform.id, bare)
        elif label:
            self._add_other(sub.removeprefix("www"), label, suffix, bare, platform.id)

    def _add_other(self, sub: str, label: str, suffix: str, bare: str, platform: str) -> None:
        """A host of a row beside the core: its label may be a place or a word that many others use."""
        own = segment(label) is None
        if own or all(len(part) >= _TYPO_MIN - 1 for part in sub.split(".")):
            self._add_heads([*sub.split("."), label], platform, bare)
        if own and len(label) >= _TYPO_MIN:
            self._worn |= dict.fromkeys(lookalikes(label), label)
        if not is_gov_label(bare):
            if sub and own and len(bare) - len(suffix) > LONG:
                self._outlines.setdefault(skeleton(bare), (platform, bare))
                self._whole[len(bare)].append((bare, platform))
            if own:
                self._protect(Protected(label, suffix, bare, platform, gov=False, core=False), _OTHERS_MIN)
        elif label != "www":
            for form in (f"{label}.gov", f"gov.{label}"):
                self.tailed.setdefault(form, (platform, bare))
            if len(label) >= _GOV_LEAST:
                self._worn_before_gov |= dict.fromkeys(lookalikes(label), label)

    def _add_heads(self, labels: list[str], platform: str, genuine: str) -> None:
        """The labels before the suffix, in their order and turned about (``osta-zscx``)."""
        given = [label for label in labels if label]
        turned = given[::-1] if len("".join(given)) >= LONG else given
        for row in (given, turned):
            for head in (".".join(row).replace("-", "."), ".".join(row).replace("-", "")):
                if len(row) > 1 and len(head) >= LONG:
                    self.heads.setdefault(head, (platform, genuine))
        flipped = _FLIPPED_DOT.join(given).replace("-", "")
        if len(given) > 1 and len(flipped) > _SQUEEZED_MIN:
            self.heads.setdefault(flipped, (platform, genuine))

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
        return frozenset(_NOT_A_NAME.sub("", form) for form in (*self.dotted, *self.heads, *self.tailed))

    def unmasked(self, host: str) -> str:
        """The host with the parts that look like a genuine label as that label (``zlag-``, ``cx-mern``)."""
        parts = _PARTS.split(host)
        worn = self._worn if "gov" not in parts else {**self._worn_before_gov, **self._worn}
        if worn.keys().isdisjoint(parts):
            return host
        return "".join(worn.get(part, part) for part in parts)

    def _add_tails(self, label: str, tail: str, platform: str, genuine: str) -> None:
        """The domain's label with the first part of its suffix, or with the country's: ``chsi-com``, ``ecqs-cn``."""
        if len(label) < _TYPO_MIN or (tail == "gov" and len(label) < LONG):
            return
        for name in {label.replace("-", "."), label.replace("-", "")}:
            for end in {tail, "cn"} - {"gov"}:
                self.tailed.setdefault(f"{name}.{end}", (platform, genuine))

    def _add_domain(self, host: str, platform: Platform) -> None:
        domain = registrable_domain(host)
        if domain:
            self._add_form(domain, platform.id, host)
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

    def _add_form(self, form: str, platform: str, genuine: str) -> None:
        if is_public_suffix(form):
            return
        self.dotted.setdefault(form, (platform, genuine))
        squeezed = _NOT_A_NAME.sub("", form)
        if len(squeezed) >= _SQUEEZED_MIN:
            self.squeezed.setdefault(squeezed, (platform, genuine))

    def _protect(self, one: Protected, least: int) -> None:
        if len(one.label) >= max(least, LONG if one.gov else 0) and one not in self._by_length[len(one.label)]:
            self._by_length[len(one.label)].append(one)
            self._by_skeleton[skeleton(one.label)].append(one)

    def _arrange(self) -> None:
        """One pass over a squeezed host says whether any form can be in it at all."""
        for form in (*self.dotted, *self.heads, *self.tailed):
            self._forms.add_word(_NOT_A_NAME.sub("", form), form)
        if len(self._forms):
            self._forms.make_automaton()

    def embedded(self, host: str, front: str) -> LabelHit | None:
        """A genuine host put inside the name: as labels, with hyphens for dots, or without either.

        ``front`` is all before the public suffix: a domain's beginning counts there only.
        """
        squeezed = host.translate(_SQUEEZE)
        if not len(self._forms) or next(self._forms.iter(squeezed), None) is None:
            return None
        parts = f".{host.replace('-', '.').replace('_', '.')}."
        dotted = [form for form in self.dotted if f".{form.replace('-', '.')}." in parts]
        if dotted:
            form = max(dotted, key=len)
            platform, genuine = self.dotted[form]
            return LabelHit("embedded_host", 1.0, platform, form, genuine, form == genuine.removeprefix("www."))
        inside = [form for form in self.squeezed if (at := squeezed.find(form)) >= 0 and _at_boundary(host, at)]
        if inside:
            form = max(inside, key=len)
            platform, genuine = self.squeezed[form]
            whole = form == _NOT_A_NAME.sub("", genuine)
            return LabelHit("embedded_host", 0.95, platform, form, genuine, whole)
        heads = [f for f in self.heads if f".{f}." in parts or f".{f.replace('.', '')}." in parts]
        if heads:
            form = max(heads, key=len)
            platform, genuine = self.heads[form]
            return LabelHit("embedded_host", 0.8, platform, form, genuine, whole=True)
        return self._tail(front)

    def _tail(self, front: str) -> LabelHit | None:
        """A domain's label with the beginning of its suffix: ``chsi-com.top``, ``ecqscn.com``."""
        whole = front.removeprefix("www.").removeprefix("www-").replace("-", ".")
        for form, (platform, genuine) in self.tailed.items():
            if form == whole or (
                not form.endswith(".cn") and (form.replace(".", "") == whole or f".{form}." in f".{whole}.")
            ):
                return LabelHit("embedded_host", 0.55 if form.endswith(".cn") else 0.7, platform, form, genuine)
        return None

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
            yield from same_outline(one, form, label, suffix)
        for size in range(len(form) - 2, len(form) + 3):
            for one in self._by_length.get(size, ()):
                hit = slip(one, form, suffix)
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
