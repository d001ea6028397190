"""By how much a label may differ from a genuine one and still be taken for it.

Typing slips, letters that look alike, flipped bits; says how strong a likeness is, and nothing of whose label it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Iterable

LONG = 6
"""Letters from which a label has few honest neighbours."""
_OTHERS_LONG = 7
"""The same for a label beside the core; shorter ones are only looked for with two letters swapped: their owners
have them under several suffixes."""
_CN_SUFFIXES = frozenset({"cn", "com.cn", "net.cn", "org.cn"})


@dataclass(frozen=True, slots=True)
class Protected:
    """One label that somebody owns under one suffix."""

    label: str
    suffix: str
    host: str
    platform: str
    gov: bool
    core: bool = True
    """Whether it is one of the core's; others have many honest neighbours."""


@dataclass(frozen=True, slots=True)
class LabelHit:
    """``rule``, strength, platform, what matched, and the genuine host that it stands for."""

    rule: str
    strength: float
    platform: str
    matched: str
    genuine: str
    whole: bool = False
    """Whether a host is meant with all its labels, and not the domain alone."""


def same_outline(one: Protected, form: str, label: str, suffix: str) -> Iterable[LabelHit]:
    """The likeness of ``form``, which ``label`` is written as, where both have one outline."""
    if form != one.label:
        strong = len(one.label) >= LONG or suffix == one.suffix or suffix in _CN_SUFFIXES
        yield LabelHit("homoglyph", 0.8 if strong else 0.4, one.platform, form, one.host)
    elif label != form:
        strong = suffix == one.suffix or len(one.label) >= LONG or (one.core and label.startswith("www"))
        yield LabelHit("typo", 0.8 if strong else 0.4, one.platform, label, one.host)
    elif suffix != one.suffix:
        strong = (len(one.label) >= LONG or suffix in _CN_SUFFIXES) if one.core else len(one.label) >= _OTHERS_LONG
        yield LabelHit("typo", 0.6 if strong else 0.2, one.platform, f"{form}.{suffix}", one.host)


def disguised(one: Protected, form: str) -> LabelHit:
    """The same letters, some of them of another script than the rest: written so on purpose, under any suffix."""
    return LabelHit("homoglyph", 0.7, one.platform, form, one.host)


def slip(one: Protected, form: str, suffix: str) -> LabelHit | None:
    """One slip up to eight letters, two from nine; on short labels only under the same suffix."""
    size = len(one.label)
    allowed = 2 if size >= 9 else 1
    distance = OSA.distance(form, one.label, score_cutoff=allowed)
    if form == one.label.replace("-", "") != one.label:
        strong = suffix == one.suffix or (suffix in _CN_SUFFIXES and one.suffix in _CN_SUFFIXES)
        return LabelHit("typo", 0.7 if strong else 0.4, one.platform, form, one.host)
    if not 0 < distance <= allowed or (size < LONG and suffix != one.suffix and not _kept(one, form, suffix)):
        return None
    flipped = distance == 1 and len(form) == size and _one_bit(form, one.label)
    if size < LONG and not flipped and len(form) == size and sorted(form) != sorted(one.label):
        return None  # another letter in a short label is another abbreviation: ccta is not cpta
    if size < LONG and (len(form) < size or form == form[0] + one.label != one.label[0] + one.label):
        return None  # a letter before a short label is another abbreviation as well: scpta is 四川
    if not one.core and size < _OTHERS_LONG and sorted(form) != sorted(one.label):
        return None
    strength = 0.75 if size >= LONG else 0.6
    return LabelHit("bitsquat" if flipped else "typo", strength, one.platform, form, one.host)


def _kept(one: Protected, form: str, suffix: str) -> bool:
    """Whether a short label of the core stands under another Chinese suffix with all its letters in their order, one of
    them doubled or a digit among them: ``chssi.cn``, ``ch3si.cn``.
    """
    if not one.core or len(form) != len(one.label) + 1 or not {suffix, one.suffix} <= _CN_SUFFIXES:
        return False
    doubled = (one.label[: at + 1] + one.label[at:] for at in range(len(one.label)))
    return form in doubled or "".join(c for c in form if not c.isdigit()) == one.label


def _one_bit(left: str, right: str) -> bool:
    differing = [ord(a) ^ ord(b) for a, b in zip(left, right, strict=True) if a != b]
    return len(differing) == 1 and differing[0].bit_count() == 1
