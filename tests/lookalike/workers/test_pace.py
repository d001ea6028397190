"""The pace of hosts and addresses holds for all workers together: read from what the other side saw."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterator
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from lookalike.cyber_range.serve import serve_process
from lookalike.workers.app import make_app
from lookalike.workers.database import connect, conninfo, ensure
from lookalike.workers.pace import SharedPace
from spiders.options import Options
from spiders.pace import OwnPace, address_delay
from tests.lookalike.workers.crew_field import Field, write_range

GAP = 0.2


def take_turns(url: str, times: int, told: Queue[float]) -> None:
    async def turns() -> None:
        app = make_app(conninfo(url))
        async with app.open_async():
            pace = SharedPace(app)
            for _ in range(times):
                await pace.turn({"address:198.51.100.1": GAP, "host:a.example": GAP / 4})
                told.put(time.monotonic())

    asyncio.run(turns())


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(sorted(times))]


@pytest.mark.postgres
@pytest.mark.slow
def test_two_processes_take_turns_at_one_address(jobs_url: str) -> None:
    ensure(conninfo(jobs_url))
    context = get_context("spawn")
    told: Queue[float] = context.Queue()
    started = [context.Process(target=take_turns, args=(jobs_url, 5, told)) for _ in range(2)]
    for process in started:
        process.start()
    times = [told.get(timeout=120) for _ in range(10)]
    for process in started:
        process.join()
    # A turn is told of after the wait: it may be late, and then the next one seems early by as much.
    assert sum(gaps(times)) >= 9 * GAP * 0.9


@pytest.mark.postgres
def test_a_place_that_a_jumped_clock_put_far_away_is_not_believed(jobs_url: str) -> None:
    ensure(conninfo(jobs_url))
    with connect(conninfo(jobs_url)) as connection:
        connection.execute("INSERT INTO pace VALUES ('host:a.example', now() + interval '1 day', '1 s')")

    async def one() -> float:
        app = make_app(conninfo(jobs_url))
        async with app.open_async():
            began = time.monotonic()
            await asyncio.wait_for(SharedPace(app).turn({"host:a.example": 0.01}), 30)
            return time.monotonic() - began

    assert asyncio.run(one()) < 30


@pytest.mark.postgres
def test_requests_of_one_moment_share_a_statement_and_those_of_one_host_still_wait_for_each_other(
    jobs_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure(conninfo(jobs_url))
    statements, waited = [], dict[str, float]()

    async def turn(pace: SharedPace, who: str, gaps: dict[str, float]) -> None:
        began = time.monotonic()
        await asyncio.wait_for(pace.turn(gaps), 60)
        waited[who] = time.monotonic() - began

    async def all_at_once() -> None:
        app = make_app(conninfo(jobs_url))
        ask = app.connector.execute_query_all_async

        async def counted(*args: object, **kwargs: object) -> object:
            statements.append(kwargs["names"])
            return await ask(*args, **kwargs)  # type: ignore[arg-type] # handed on as it came

        monkeypatch.setattr(app.connector, "execute_query_all_async", counted)
        async with app.open_async():
            pace = SharedPace(app)
            others = [turn(pace, f"other {n}", {f"host:{n}.example": 60.0}) for n in range(40)]
            same = [turn(pace, f"same {n}", {"host:a.example": 3.0, "address:192.0.2.1": 1.0}) for n in range(3)]
            await asyncio.gather(*others, *same)

    asyncio.run(all_at_once())
    assert len(statements) == 3  # one for all hosts that are asked once, two more for the one that is asked thrice
    assert waited["same 2"] - waited["same 0"] >= 3.0


@pytest.mark.postgres
def test_without_an_answer_from_the_database_a_request_waits_its_own_time(jobs_url: str) -> None:
    async def one() -> float:
        began = time.monotonic()
        await SharedPace(make_app(conninfo(jobs_url))).turn({"host:a.example": 0.3, "address:192.0.2.1": 0.1})
        return time.monotonic() - began

    assert asyncio.run(one()) >= 0.3  # the engine was never opened: it answers nothing


def test_within_one_process_addresses_wait_and_hosts_are_left_to_the_downloader() -> None:
    async def turns() -> tuple[float, float]:
        pace = OwnPace()
        began = time.monotonic()
        for host in "abcd":
            await pace.turn({f"host:{host}": 60.0})
        hosts = time.monotonic() - began
        for _ in range(4):
            await pace.turn({"address:198.51.100.1": 0.05})
        return hosts, time.monotonic() - began

    hosts, all_of_it = asyncio.run(turns())
    assert hosts < 60
    assert all_of_it >= 0.15


@pytest.mark.parametrize(
    ("options", "seconds"),
    [({}, 0.25), ({"delay": 0.0}, 0.0), ({"delay": 2.0}, 0.5), ({"delay": 0.0, "address_delay": 0.3}, 0.3)],
)
def test_the_delay_of_an_address_is_a_quarter_of_a_hosts_unless_set(options: dict[str, float], seconds: float) -> None:
    assert address_delay(Options(**options)) == seconds


@pytest.fixture
def field_of_pictures(jobs_url: str, tmp_path: Path) -> Iterator[Field]:
    """Twelve sites, each at an address of its own, whose pages all show pictures of one host."""
    with serve_process(write_range(tmp_path / "range", 12, shared="img.shared.example")) as running:
        settings = {"LOOKALIKE_DELAY": str(GAP), "LOOKALIKE_ADDRESS_DELAY": str(GAP), "LOOKALIKE_LOOK_UPS": "false"}
        yield Field(tmp_path / "home", jobs_url, running, settings)


@pytest.mark.slow
@pytest.mark.postgres
def test_two_workers_together_ask_one_address_no_faster_than_one(field_of_pictures: Field) -> None:
    field = field_of_pictures
    field.prepare()
    with connect(conninfo(field.url)):
        pass
    for _ in range(2):
        field.start_worker()
    summary = field.night("--engine", "workers", timeout=400)
    field.stop()
    assert summary["visits"] == {"ok": 12}
    seen = [r for r in field.running.requests("http") if "img.shared.example" in str(r["url"])]
    times = [datetime.fromisoformat(str(r["t"])).timestamp() for r in seen]
    assert len(times) == 12
    assert sum(gaps(times)) >= 11 * GAP * 0.5  # the least that the jitter allows
