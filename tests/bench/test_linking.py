"""How linking grows with the leads: ten times as many, in one run."""

from __future__ import annotations

import gc
import random
import statistics
import time

import pytest

from scoring.link import Key, LinkCase, link
from scoring.result import Evidence

pytestmark = pytest.mark.bench

FEW, MANY = 5_000, 50_000
ROUNDS = 3
KINDS = ("contact", "ip", "analytics", "registrant")


def market(leads: int) -> list[LinkCase]:
    """Leads of a skewed market: some values are shared by hundreds of strangers, most by a few."""
    dice = random.Random(3)
    values = leads // 2
    made = []
    for n in range(leads):
        keys = [Key(kind, str(int(values * dice.random() ** 3)), Evidence("")) for kind in KINDS]
        made.append(LinkCase(n, "site", (*keys, Key("domain", f"{n}.example", Evidence("")))))
    return made


def test_ten_times_the_leads() -> None:
    took: dict[int, list[float]] = {FEW: [], MANY: []}
    largest = {}
    for _ in range(ROUNDS):
        for size, times in took.items():
            cases = market(size)
            gc.collect()
            gc.disable()  # as the stage does
            start = time.process_time()
            found = link(cases)
            times.append(time.process_time() - start)
            gc.enable()
            largest[size] = (len(found.groups), max(map(len, found.groups)))
    ratio = statistics.median(took[MANY]) / statistics.median(took[FEW])
    print(f"\nlinking {FEW} leads = 1, {MANY} leads = {ratio:.1f}")
    for size, (groups, most) in largest.items():
        print(f"  {size} leads: {groups} campaigns, the largest has {most}")
