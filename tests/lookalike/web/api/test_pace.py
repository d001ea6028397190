"""The bucket: never more than it holds and was filled with, each for itself, and none remembered for ever."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lookalike.web.api import pace
from lookalike.web.api.pace import Pace


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@given(st.lists(st.floats(0, 5), max_size=80), st.integers(1, 10), st.floats(0.1, 5))
def test_no_more_come_in_than_were_saved_up(waits: list[float], burst: int, rate: float) -> None:
    clock = Clock()
    found, came_in = Pace(rate, burst, clock), 0
    for wait in waits:
        clock.at += wait
        came_in += found.take("a") == 0
    assert came_in <= burst + sum(waits) * rate + 1e-6


def test_who_waits_as_long_as_told_comes_in() -> None:
    clock = Clock()
    found = Pace(0.5, 2, clock)
    assert [found.take("a") == 0 for _ in range(3)] == [True, True, False]
    clock.at += found.take("a") + 0.001
    assert found.take("a") == 0


def test_one_does_not_use_up_what_is_another_s() -> None:
    found = Pace(0.1, 1, Clock())
    assert (found.take("a"), found.take("b")) == (0, 0)
    assert found.take("a") > 0


def test_looking_costs_nothing() -> None:
    found = Pace(0.1, 1, Clock())
    assert not any(found.empty("a") for _ in range(5))
    found.take("a")
    assert found.empty("a")


def test_a_million_names_do_not_fill_the_memory(monkeypatch) -> None:
    monkeypatch.setattr(pace, "MOST", 10)
    found = Pace(1, 1, Clock())
    for number in range(1000):
        found.take(str(number))
    assert len(found._left) <= 11


def test_a_clock_that_goes_back_shuts_nobody_out_for_long() -> None:
    clock = Clock()
    found = Pace(1, 1, clock)
    found.take("a")
    clock.at -= 1000
    assert 0 < found.take("a") <= 1
