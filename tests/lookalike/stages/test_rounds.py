"""A night's rounds: they end when nothing waits, and are taken up where they stood."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from lookalike.night import Night
from lookalike.stages import rounds
from lookalike.store import sites
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from scoring.sitekey import site_key
from tests.lookalike.stages.stored_night import NOW, stored_night


class Killed(Exception):
    """Stands for a kill: nothing after it runs."""


@pytest.fixture
def night(tmp_path: Path) -> Night:
    """Nothing waits."""
    return stored_night(tmp_path)


def let_wait(night: Night, url: str) -> None:
    with writing(night.factory) as session:
        sites.add_pending(session, session.get_one(Run, night.run_id), sites.Seen(site_key(url), url, NOW))


def none_waits(night: Night) -> None:
    """What a visit of all that waits leaves behind."""
    with writing(night.factory) as session:
        sites.skip(session, [job.id for job in sites.waiting(session)], "visited, for this test")


def steps(monkeypatch: pytest.MonkeyPatch, **acts: Callable[[Night], object]) -> list[str]:
    """The real order with other acts; returns the names of what ran, as it runs."""
    ran: list[str] = []

    def step(name: str) -> rounds.Step:
        def act(night: Night) -> None:
            ran.append(name)
            acts.get(name.replace(" ", "_"), lambda _: None)(night)

        return act

    monkeypatch.setattr(rounds, "give_back", lambda: None)  # collects all that the tests of this process hold
    monkeypatch.setattr(rounds, "STEPS", tuple((name, step(name)) for name, _ in rounds.STEPS))
    return ran


def go(night: Night) -> None:
    asyncio.run(rounds.look_until_nothing_is_new(night))


ORDER = [name for name, _ in rounds.STEPS]


def test_a_night_that_leads_nowhere_has_one_round(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = steps(monkeypatch)
    go(night)
    assert ran == ORDER


@pytest.mark.parametrize("leading", ["follow", "pictures", "score", "render"])
def test_what_any_step_leads_to_is_visited_and_judged_in_another_round(
    night: Night, monkeypatch: pytest.MonkeyPatch, leading: str
) -> None:
    once = iter([True])

    def lead_on(night: Night) -> None:
        if next(once, False):
            let_wait(night, "http://fake-five.top/")

    ran = steps(monkeypatch, **{leading: lead_on, "visit": none_waits})
    go(night)
    assert ran == ORDER * 2


def test_sites_that_lead_on_for_ever_end_with_the_rounds(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(range(1000))
    ran = steps(monkeypatch, visit=none_waits, render=lambda n: let_wait(n, f"http://a{next(numbers)}.top/"))
    go(night)
    assert len(ran) == len(ORDER) * rounds.ROUNDS
    with reading(night.factory) as session:
        assert sites.counts(session)["pending"] == 1


@pytest.mark.parametrize("dying", ORDER)
def test_a_killed_round_goes_on_where_it_stood(night: Night, monkeypatch: pytest.MonkeyPatch, dying: str) -> None:
    def die(_: Night) -> None:
        raise Killed

    first = steps(monkeypatch, **{dying.replace(" ", "_"): die})
    with pytest.raises(Killed):
        go(night)
    monkeypatch.undo()
    let_wait(night, "http://found-before-the-kill.top/")  # half of the step's finds are there already
    second = steps(monkeypatch, visit=none_waits)
    go(night)
    assert first == ORDER[: ORDER.index(dying) + 1]
    rest = ORDER[ORDER.index(dying) :]
    assert second == rest + ([] if dying == "visit" else ORDER)
