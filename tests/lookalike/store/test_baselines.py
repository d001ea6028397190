from __future__ import annotations

from lookalike.store import baselines, runs
from lookalike.store.baselines import Captured
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Run
from tests.lookalike.store.builders import DAY, NIGHT

URL = "http://cx.mem.gov.cn/"


def save(factory: Factory, run: Run, **more: object) -> None:
    with writing(factory) as session:
        baselines.save(session, run, Captured("mem-cx", URL, **{"captured_at": NIGHT} | more))


def next_run(factory: Factory, run: Run) -> Run:
    with writing(factory) as session:
        runs.finish(session, run, NIGHT)
        return runs.begin_or_resume(session, "nightly", NIGHT + DAY, {})[0]


def newest(factory: Factory) -> list[str | None]:
    with reading(factory) as session:
        return [b.body_sha256 for b in baselines.latest(session)]


def test_the_newest_capture_is_the_one_to_compare_with(store_factory: Factory, store_run: Run) -> None:
    save(store_factory, store_run, body_sha256="a" * 64, favicon_mmh3=-(2**31))
    save(store_factory, next_run(store_factory, store_run), body_sha256="b" * 64)
    assert newest(store_factory) == ["b" * 64]


def test_a_failed_refresh_leaves_the_last_good_page(store_factory: Factory, store_run: Run) -> None:
    save(store_factory, store_run, body_sha256="a" * 64)
    second = next_run(store_factory, store_run)
    save(store_factory, second, ok=False, why="E_TIMEOUT 超时")
    assert newest(store_factory) == ["a" * 64]
    with reading(store_factory) as session:
        assert [(b.ok, b.why) for b in baselines.of_run(session, second)] == [(False, "E_TIMEOUT 超时")]


def test_a_second_try_in_one_run_replaces_a_failure_and_never_a_page(store_factory: Factory, store_run: Run) -> None:
    for ok, body in ((False, None), (True, "a" * 64), (False, None)):
        save(store_factory, store_run, ok=ok, body_sha256=body)
    assert newest(store_factory) == ["a" * 64]


def test_a_platform_that_never_answered_has_no_baseline(store_factory: Factory, store_run: Run) -> None:
    save(store_factory, store_run, ok=False, why="E_DNS")
    assert newest(store_factory) == []
