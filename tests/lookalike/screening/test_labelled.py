"""Names listed by hand, by somebody who had not seen the detector: how many look-alikes are hit, and whom they mean.

The first lists are cut in two by a checksum of the name. Rules and words were made better on one half first, then on
the misses of the other as well: what is measured there holds what was reached, and says little of names that nobody has
read. The later lists came from somebody else afterwards; when they were first read 0.88 of the look-alikes were hit, and
one honest name. The rounds were written one after the other, each before its names were read by anything and after the
classes of causes of the round before had been mended. Hit at first sight: 0.80 (138 of 173), 0.90 (163 of 181) and 0.80
(119 of 148, the hardest: nearly all by initials, in odd orders, or with a slip beside a disguise); of honest names 3, 2
and 5. A fourth round, by an author who had read neither code nor lists: 0.92 (172 of 187), and none of 375 honest names;
half of its misses were of one platform that had no row. What is pinned is what is reached since, and says little of names that nobody has read. Many honest names of the
rounds are invented as well; six that turned out to be a platform's own label under another suffix were left out.
"""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from lookalike.screening.local import screener
from scoring.screen import Screener
from seeds.loader import load_seeds
from seeds.model import Seeds

FOLDER = Path(__file__).with_name("labelled")
HARD = "hard-"
SEEN, UNSEEN = 0, 1  # halves that were read first and last
# Measured, with what follows from one name more or less; raise them when the detector gets better.
LEAST_KNOWN = {SEEN: 0.97, UNSEEN: 0.98}
LEAST_HARD = {SEEN: 0.45, UNSEEN: 0.43}
LEAST_NAMED, LEAST_OF_ORGAN = 0.86, 0.95
MOST_HONEST = {SEEN: 0, UNSEEN: 0}
LEAST_LATER, MOST_LATER_HONEST = 0.98, 0
LEAST_IN_ROUND, MOST_HONEST_IN_ROUND = {1: 0.97, 2: 0.94, 3: 0.83, 4: 0.95}, {1: 3, 2: 2, 3: 5, 4: 0}
NAMED_IN_PART = 4
"""The round whose author named a platform only where one host was meant."""
LEAST_NAMED_IN_ROUNDS, LEAST_OF_ORGAN_IN_ROUNDS = 0.92, 0.96


@dataclass(frozen=True, slots=True)
class Listed:
    name: str
    platform: str
    kind: str
    half: int
    round: int = 0

    @property
    def hard(self) -> bool:
        return self.kind.startswith(HARD)


def listed(file: str) -> list[Listed]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Listed(
            r["name"], r.get("platform", ""), r["kind"], zlib.crc32(r["name"].encode()) & 1, int(r.get("round") or 0)
        )
        for r in rows
    ]


LOOKALIKES, HONEST = listed("lookalikes.tsv"), listed("honest.tsv")
LATER, LATER_HONEST = listed("later_lookalikes.tsv"), listed("later_honest.tsv")
ROUNDS, ROUNDS_HONEST = listed("rounds_lookalikes.tsv"), listed("rounds_honest.tsv")
EVERY = (*LOOKALIKES, *HONEST, *LATER, *LATER_HONEST, *ROUNDS, *ROUNDS_HONEST)


@pytest.fixture(scope="module")
def labelled_seeds() -> Seeds:
    return load_seeds()


@pytest.fixture(scope="module")
def found(labelled_seeds: Seeds) -> dict[str, str | None]:
    """Platform by name, of all listed names that are hits, by both stages together."""
    one: Screener = screener()
    assert one.fast
    buffer = "\n".join(row.name for row in EVERY).encode() + b"\n"
    by_name = {hit.name: hit.impersonates for hit in one.hits(buffer)}
    return {row.name: by_name[n] for row in EVERY if (n := normal(row.name)) in by_name}


def normal(name: str) -> str:
    from scoring.domains import normalise_host  # noqa: PLC0415 - beside what it is for

    return normalise_host(name)


def share(rows: list[Listed], found: dict[str, str | None]) -> float:
    return sum(row.name in found for row in rows) / len(rows)


def test_the_lists_are_large_and_say_only_known_platforms(labelled_seeds: Seeds) -> None:
    assert len(LOOKALIKES) >= 150
    assert len(HONEST) >= 200
    assert len({row.name for row in EVERY}) == len(EVERY)
    assert {row.platform for row in (*LOOKALIKES, *LATER, *ROUNDS)} <= {"", *(p.id for p in labelled_seeds.platforms)}


@pytest.mark.parametrize("half", [SEEN, UNSEEN])
def test_look_alikes_of_known_kinds_are_hit(half: int, found: dict[str, str | None]) -> None:
    rows = [row for row in LOOKALIKES if row.half == half and not row.hard]
    assert share(rows, found) >= LEAST_KNOWN[half]


@pytest.mark.parametrize("half", [SEEN, UNSEEN])
def test_of_look_alikes_that_take_thought_some_are_hit(half: int, found: dict[str, str | None]) -> None:
    rows = [row for row in LOOKALIKES if row.half == half and row.hard]
    assert share(rows, found) >= LEAST_HARD[half]


def test_most_hits_name_the_platform_that_is_meant_or_one_of_the_same_organ(
    labelled_seeds: Seeds, found: dict[str, str | None]
) -> None:
    hits = [row for row in LOOKALIKES if row.name in found and not row.hard]
    named = sum(found[row.name] == row.platform for row in hits)
    organ = sum(_kin(labelled_seeds, found[row.name], row.platform) for row in hits)
    assert named / len(hits) >= LEAST_NAMED
    assert organ / len(hits) >= LEAST_OF_ORGAN


@pytest.mark.parametrize("half", [SEEN, UNSEEN])
def test_honest_names_are_left_alone(half: int, found: dict[str, str | None]) -> None:
    hits = [row.name for row in HONEST if row.half == half and row.name in found]
    assert len(hits) <= MOST_HONEST[half], hits


def test_names_that_somebody_else_wrote_are_hit_as_often(found: dict[str, str | None]) -> None:
    assert share(LATER, found) >= LEAST_LATER


def test_honest_names_that_nobody_had_read_are_left_alone(found: dict[str, str | None]) -> None:
    hits = [row.name for row in LATER_HONEST if row.name in found]
    assert len(hits) <= MOST_LATER_HONEST, hits


@pytest.mark.parametrize("number", sorted(LEAST_IN_ROUND))
def test_look_alikes_of_every_round_stay_hit_and_its_honest_names_alone(
    number: int, found: dict[str, str | None]
) -> None:
    assert share([row for row in ROUNDS if row.round == number], found) >= LEAST_IN_ROUND[number]
    hits = [row.name for row in ROUNDS_HONEST if row.round == number and row.name in found]
    assert len(hits) <= MOST_HONEST_IN_ROUND[number], hits


def test_hits_of_the_rounds_name_whom_they_mean(labelled_seeds: Seeds, found: dict[str, str | None]) -> None:
    hits = [row for row in ROUNDS if row.name in found and (row.platform or row.round < NAMED_IN_PART)]
    named = sum(found[row.name] == row.platform for row in hits)
    organ = sum(_kin(labelled_seeds, found[row.name], row.platform) for row in hits)
    assert named / len(hits) >= LEAST_NAMED_IN_ROUNDS
    assert organ / len(hits) >= LEAST_OF_ORGAN_IN_ROUNDS


def _kin(seeds: Seeds, left: str | None, right: str) -> bool:
    """Whether two rows are one, or of one organ; what means an organ at large is kin of none but itself."""
    if left is None or left == right:
        return left == right
    organs = [{p.organ, *p.organ_aliases} for p in (seeds.platform(left), seeds.platform(right))]
    return not organs[0].isdisjoint(organs[1])
