"""The nightly trial: it passes as shipped, and fails when what judges is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lookalike.trial import judged_fake, unrecognised
from scoring.reference import Reference
from scoring.weights import shipped
from seeds.loader import load_seeds

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SEEDS = load_seeds(None)


@pytest.fixture(scope="module")
def whole_reference() -> Reference:
    return Reference(SEEDS)


def test_every_captured_platform_of_the_seeds_is_known(whole_reference: Reference) -> None:
    captured = [(p.id, url) for p in SEEDS.platforms for url in p.baselines]
    assert len(captured) > 10
    assert unrecognised(captured, whole_reference) == []


def test_a_platform_that_lost_its_address_is_found() -> None:
    broken = replace(SEEDS, platforms=tuple(replace(p, addresses=()) for p in SEEDS.platforms if p.id == "mem-cx"))
    url = "https://cx.mem.gov.cn/special?index=0"
    assert unrecognised([("mem-cx", url)], Reference(broken)) == [("mem-cx", url)]


def test_the_fake_is_seen_through_and_named(whole_reference: Reference) -> None:
    judged = judged_fake(NOW, whole_reference, shipped())
    assert judged.score >= shipped().bands["medium"]
    assert judged.impersonates == "mem-cx"


@pytest.mark.parametrize("signal", ["claim_organ", "title_match"])
def test_the_fake_is_so_quiet_that_one_dead_signal_lets_it_pass(whole_reference: Reference, signal: str) -> None:
    weights = shipped()
    dead = replace(weights, site={**weights.site, signal: 0.0})
    assert judged_fake(NOW, whole_reference, dead).score < weights.bands["medium"]
