"""Genuine hosts put inside other names: as labels, with hyphens for dots, without either, or by their beginning.

Knows no words and no slips.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import ahocorasick

from scoring.domains import is_public_suffix, registrable_domain
from scoring.name_slips import LONG, LabelHit

if TYPE_CHECKING:
    from collections.abc import Iterable

_SQUEEZED_MIN = 8
_LABEL_MIN = 4
_FLIPPED_DOT = "n"
"""What a dot is with one bit flipped."""
_SQUEEZE = str.maketrans("", "", ".-_")
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


class Embedded:
    """The forms in which hosts stand in other names; to each the platform and the genuine host."""

    def __init__(self) -> None:
        self.dotted: dict[str, tuple[str, str]] = {}
        self.squeezed: dict[str, tuple[str, str]] = {}
        self.heads: dict[str, tuple[str, str]] = {}
        self.tailed: dict[str, tuple[str, str]] = {}
        """A domain's label with the first part of its suffix: ``chsi.com`` before another suffix."""
        self._forms: Any = ahocorasick.Automaton()

    def add_head(self, labels: list[str], platform: str, genuine: str) -> None:
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

    def add_tail(self, label: str, tail: str, platform: str, genuine: str) -> None:
        """The domain's label with the first part of its suffix, or with the country's: ``chsi-com``, ``ecqs-cn``."""
        if len(label) < _LABEL_MIN or (tail == "gov" and len(label) < LONG):
            return
        for name in {label.replace("-", "."), label.replace("-", "")}:
            for end in {tail, "cn"} - {"gov"}:
                self.tailed.setdefault(f"{name}.{end}", (platform, genuine))

    def add_before_gov(self, label: str, platform: str, genuine: str) -> None:
        """A label under gov.cn that is no platform's of the core: told beside ``gov``."""
        for form in (f"{label}.gov", f"gov.{label}"):
            self.tailed.setdefault(form, (platform, genuine))

    def add(self, form: str, platform: str, genuine: str) -> None:
        """A host or a domain as it is."""
        if is_public_suffix(form):
            return
        self.dotted.setdefault(form, (platform, genuine))
        squeezed = _NOT_A_NAME.sub("", form)
        if len(squeezed) >= _SQUEEZED_MIN:
            self.squeezed.setdefault(squeezed, (platform, genuine))

    @property
    def squeezed_forms(self) -> frozenset[str]:
        """What a name without its separators must hold for a genuine host to be put inside it."""
        return frozenset(_NOT_A_NAME.sub("", form) for form in (*self.dotted, *self.heads, *self.tailed))

    def arrange(self) -> None:
        """One pass over a squeezed host says whether any form can be in it at all."""
        by_letters: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for at, form in enumerate(dict.fromkeys((*self.dotted, *self.heads, *self.tailed))):
            by_letters[_NOT_A_NAME.sub("", form)].append((at, form))
        for letters, forms in by_letters.items():
            self._forms.add_word(letters, forms)
        if len(self._forms):
            self._forms.make_automaton()

    def _standing(self, squeezed: str) -> list[str]:
        """The forms whose letters stand in a host without its separators, in their order."""
        found = {at: form for _, forms in self._forms.iter(squeezed) for at, form in forms}
        return [found[at] for at in sorted(found)]

    def found(self, host: str, front: str) -> LabelHit | None:
        """A genuine host put inside the name: as labels, with hyphens for dots, or without either.

        ``front`` is all before the public suffix: a domain's beginning counts there only.
        """
        squeezed = host.translate(_SQUEEZE)
        forms = self._standing(squeezed) if len(self._forms) else []
        if not forms:
            return None
        parts = f".{host.replace('-', '.').replace('_', '.')}."
        dotted = [form for form in forms if form in self.dotted and f".{form.replace('-', '.')}." in parts]
        if dotted:
            form = max(dotted, key=len)
            platform, genuine = self.dotted[form]
            return LabelHit("embedded_host", 1.0, platform, form, genuine, form == genuine.removeprefix("www."))
        letters = dict.fromkeys(_NOT_A_NAME.sub("", form) for form in forms)
        inside = [form for form in letters if form in self.squeezed and _at_boundary(host, squeezed.find(form))]
        if inside:
            form = max(inside, key=len)
            platform, genuine = self.squeezed[form]
            whole = form == _NOT_A_NAME.sub("", genuine)
            return LabelHit("embedded_host", 0.95, platform, form, genuine, whole)
        heads = [f for f in forms if f in self.heads and (f".{f}." in parts or f".{f.replace('.', '')}." in parts)]
        if heads:
            form = max(heads, key=len)
            platform, genuine = self.heads[form]
            return LabelHit("embedded_host", 0.8, platform, form, genuine, whole=True)
        return self._tail(front, forms)

    def _tail(self, front: str, forms: Iterable[str]) -> LabelHit | None:
        """A domain's label with the beginning of its suffix: ``chsi-com.top``, ``ecqscn.com``."""
        whole = front.removeprefix("www.").removeprefix("www-").replace("-", ".")
        for form in (form for form in forms if form in self.tailed):
            if form == whole or (
                not form.endswith(".cn") and (form.replace(".", "") == whole or f".{form}." in f".{whole}.")
            ):
                platform, genuine = self.tailed[form]
                return LabelHit("embedded_host", 0.55 if form.endswith(".cn") else 0.7, platform, form, genuine)
        return None

    def owner(self, host: str) -> tuple[str, str] | None:
        """Platform and genuine host behind a host that is registered, or None."""
        bare = host.removeprefix("www.")
        return self.dotted.get(bare) or self.dotted.get(registrable_domain(host))


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
