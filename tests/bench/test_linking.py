"""How linking grows with the leads: ten times as many, in one run."""

from __future__ import annotations

import gc
import random
import time
from pathlib import Path

import pytest

from lookalike.stages.link import relink
from lookalike.store.engine import open_engine, session_factory, writing
from lookalike.store.migrate import upgrade
from scoring.link import Key, LinkCase, link
from scoring.result import Evidence
from tests.bench.growth_night import NOW
from tests.bench.growth_store import fill

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
    ratio = min(took[MANY]) / min(took[FEW])
    print(f"\nlinking {FEW} leads = 1, {MANY} leads = {ratio:.1f}")
    for size, (groups, most) in largest.items():
        print(f"  {size} leads: {groups} campaigns, the largest has {most}")


def test_ten_times_the_leads_of_a_store(tmp_path: Path) -> None:
    """Reading, linking and storing; each store twice, as after the first night and as after every other one."""
    took: dict[int, list[float]] = {}
    for size in (2_000, 20_000):
        url = f"sqlite:///{tmp_path / f'{size}.db'}"
        upgrade(url)
        fill(url, size)
        engine = open_engine(url)
        for _ in range(ROUNDS):
            start = time.process_time()
            with writing(session_factory(engine)) as session:
                relink(session, {}, NOW)
            took.setdefault(size, []).append(time.process_time() - start)
        engine.dispose()
    few, many = took.values()
    print(f"\n2,000 leads = 1, 20,000 leads = {min(many) / min(few):.1f}; the first time {many[0] / few[0]:.1f}")
