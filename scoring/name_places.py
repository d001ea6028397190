"""What stands before an office's own word in a name: the place, its rank, or the state, in full or by initials.

``sd-s-zjt`` is 山东省住建厅, ``gj-yjglb`` is 国家应急管理部. Takes these away; reads nothing of what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.spelling import spell, syllables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seeds.model import Lexicon

_STATE = frozenset({"gj", "zg", "qg"})
"""国家, 中国, 全国."""
_RANKS = ("s", "sh", "sheng", "shi", "q", "zzq", "zizhiqu")
"""省, 市, 区, 自治区."""
_SIZES = (2, 3)
_FULL_LEAST = 4


@dataclass(frozen=True, slots=True)
class Heads:
    """Places by their initials and in full; towns' initials count with a rank behind them only."""

    full: frozenset[str]
    initials: frozenset[str]
    town_initials: frozenset[str]

    def rests(self, run: str) -> Iterator[str]:
        """What is left of a run without each head that it may begin with; bare places in full are words and stay."""
        for size in _SIZES:
            head = run[:size]
            if head in self.initials or head in _STATE:
                yield run[size:]
            if head in self.initials or head in self.town_initials:
                yield from _without_rank(run[size:])
        for size in range(_FULL_LEAST, len(run)):
            if run[:size] in self.full:
                yield from _without_rank(run[size:])


def heads(lexicon: Lexicon, full: frozenset[str]) -> Heads:
    """The heads of a lexicon's places, ``full`` being their spellings."""
    short = {letters for _, letters in written_places(lexicon) if len(letters) < _FULL_LEAST}
    return Heads(full, _initials(lexicon.words("places")) | short, _initials(lexicon.words("towns")))


def written_places(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Places with what names write for them beside their plain pinyin: 陕西 and ``shaanxi``."""
    for term in lexicon.groups.get("name_parts", ()):
        place, _, letters = term.text.partition(" ")
        if term.cls == "place" and letters:
            yield place, letters


def full_places(lexicon: Lexicon) -> frozenset[str]:
    """All places and towns as names spell them in full."""
    spelled = {spell(place) for group in ("places", "towns") for place in lexicon.words(group)}
    return frozenset(spelled | {letters for _, letters in written_places(lexicon) if len(letters) >= _FULL_LEAST})


def _initials(places: Iterable[str]) -> frozenset[str]:
    return frozenset("".join(s[0] for s in syllables(place)) for place in places)


def _without_rank(rest: str) -> Iterator[str]:
    return (rest[len(rank) :] for rank in _RANKS if rest.startswith(rank))
