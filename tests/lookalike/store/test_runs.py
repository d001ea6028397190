from __future__ import annotations

from sqlalchemy import select

from lookalike.store import runs
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Run
from tests.lookalike.store.builders import DAY, NIGHT


def begin(factory: Factory, now=NIGHT, **options: object) -> tuple[int, bool]:
    with writing(factory) as session:
        run, resumed = runs.begin_or_resume(session, "nightly", now, options)
        return run.id, resumed


def test_a_run_that_a_kill_left_behind_is_taken_up_again(store_factory: Factory) -> None:
    first, _ = begin(store_factory, sources=["baidu"])
    assert begin(store_factory, NIGHT + DAY, sources=["baidu"]) == (first, True)


def test_a_finished_run_is_not_taken_up_again(store_factory: Factory, store_run: Run) -> None:
    with writing(store_factory) as session:
        runs.finish(session, store_run, NIGHT + DAY)
    again, resumed = begin(store_factory)
    assert (again != store_run.id, resumed) == (True, False)


def test_other_options_are_another_run_and_the_old_one_is_lost(store_factory: Factory) -> None:
    first, _ = begin(store_factory, range="a")
    second, resumed = begin(store_factory, NIGHT + DAY, range="b")
    with reading(store_factory) as session:
        states = dict(session.execute(select(Run.id, Run.state)).all())
    assert (resumed, states) == (False, {first: "lost", second: "running"})


def test_each_step_keeps_its_own_counts(store_factory: Factory, store_run: Run) -> None:
    for step, facts in (("visit", {"sites": 1}), ("score", {"leads": 2}), ("visit", {"sites": 3})):
        with writing(store_factory) as session:
            runs.note_step(session, store_run, step, facts)
    with reading(store_factory) as session:
        assert runs.latest(session, "nightly")[0].summary == {"visit": {"sites": 3}, "score": {"leads": 2}}


def test_the_latest_runs_come_newest_first(store_factory: Factory) -> None:
    for night in range(3):
        number, _ = begin(store_factory, NIGHT + night * DAY, night=night)
    with reading(store_factory) as session:
        found = runs.latest(session, "nightly", limit=2)
    assert [r.id for r in found] == [number, number - 1]
