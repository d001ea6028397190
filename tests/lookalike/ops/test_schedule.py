"""The timetable, running: by a clock of the test's, and as a process that is told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time as real_time
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from lookalike.cli.app import main
from lookalike.errors import StoreError
from lookalike.lock import is_held, only_one
from lookalike.ops.child import Keeper
from lookalike.ops.history import Latest
from lookalike.ops.schedule import OVERRAN, Job, Schedule
from lookalike.ops.timetable import Timetable
from spiders.clock import CHINA

MIDNIGHT = datetime(2026, 3, 5, tzinfo=CHINA)


@dataclass
class World:
    """A clock, a store of one job's runs, and what the commands come to."""

    now: datetime = MIDNIGHT
    latest: Latest = field(default_factory=lambda: Latest(MIDNIGHT - timedelta(days=1, hours=-1.5), left=False))
    codes: list[int] = field(default_factory=list)
    lasts: timedelta = timedelta(hours=2)
    busy: bool = False
    begun: list[datetime] = field(default_factory=list)

    def job(self) -> Job:
        return Job("night", ("nightly",), Timetable(time(1, 30), timedelta(hours=20)), self.known, lambda: self.busy)

    def known(self) -> Latest:
        return self.latest

    def run(self, _job: Job) -> int:
        code = self.codes.pop(0) if self.codes else 0
        self.begun.append(self.now)
        begun, self.now = self.now, self.now + self.lasts
        if code in {0, 3}:
            self.latest = Latest(self.now, left=False)
        elif code != 2:
            self.latest = Latest(begun, left=True)
        return code

    def pass_time(self, plan: Schedule, hours: float) -> None:
        until = self.now + timedelta(hours=hours)
        while self.now < until:
            plan.step()
            self.now += timedelta(minutes=1)


def schedule(world: World) -> Schedule:
    return Schedule([world.job()], lambda: world.now, world.run, world.now)


def hours(world: World) -> list[str]:
    return [f"{at:%d %H:%M}" for at in world.begun]


def test_one_night_a_day_begins_at_its_hour() -> None:
    world = World()
    world.pass_time(schedule(world), 72)
    assert hours(world) == ["05 01:30", "06 01:30", "07 01:30"]


def test_a_first_start_waits_for_the_first_night() -> None:
    world = World(now=MIDNIGHT + timedelta(hours=9), latest=Latest(None, left=False))
    world.pass_time(schedule(world), 20)
    assert hours(world) == ["06 01:30"]


def test_a_night_missed_while_the_machine_was_off_is_made_up_for_once() -> None:
    world = World(now=MIDNIGHT + timedelta(hours=9))
    world.pass_time(schedule(world), 20)
    assert hours(world) == ["05 09:00", "06 01:30"]


def test_a_night_that_a_kill_left_half_done_is_taken_up_at_once() -> None:
    world = World(now=MIDNIGHT + timedelta(hours=9), latest=Latest(MIDNIGHT + timedelta(hours=2), left=True))
    world.pass_time(schedule(world), 1)
    assert hours(world) == ["05 09:00"]


def test_a_night_that_somebody_began_by_hand_is_left_alone() -> None:
    world = World(now=MIDNIGHT + timedelta(hours=9), latest=Latest(MIDNIGHT, left=True), busy=True)
    world.pass_time(schedule(world), 3)
    assert not world.begun


def test_a_night_that_cannot_run_is_tried_four_times_and_then_the_next_day() -> None:
    world = World(codes=[2] * 5, lasts=timedelta(seconds=10))
    world.pass_time(schedule(world), 48)
    assert [h[:2] for h in hours(world)] == ["05"] * 4 + ["06"] * 2
    pauses = [b - a for a, b in zip(world.begun[:4], world.begun[1:4], strict=False)]
    assert [round(p.total_seconds() / 60) for p in pauses] == [10, 30, 60]


def test_a_night_whose_part_failed_is_done() -> None:
    world = World(codes=[3])
    world.pass_time(schedule(world), 20)
    assert hours(world) == ["05 01:30"]


def test_a_night_that_was_ended_for_its_length_goes_on_the_next_night() -> None:
    world = World(codes=[OVERRAN], lasts=timedelta(hours=3))
    world.pass_time(schedule(world), 30)
    assert hours(world) == ["05 01:30", "06 01:30"]


def test_a_clock_set_back_brings_no_second_night() -> None:
    world = World()
    plan = schedule(world)
    world.pass_time(plan, 4)
    world.now -= timedelta(hours=3)
    world.pass_time(plan, 3)
    assert hours(world) == ["05 01:30"]


def test_a_database_that_is_away_for_a_while_costs_no_night() -> None:
    world = World(now=MIDNIGHT + timedelta(hours=1))
    plan, away = schedule(world), [True]

    def known() -> Latest:
        if away[0]:
            raise StoreError("the database server cannot be reached")
        return world.latest

    plan.jobs[0].latest = known
    world.pass_time(plan, 2)
    assert not world.begun
    away[0] = False
    world.pass_time(plan, 1)
    assert hours(world) == ["05 03:00"]


def test_a_child_is_ended_when_its_time_is_over() -> None:
    assert Keeper(1.0).run(("range", "serve", "--help"), 60) == 0
    assert Keeper(1.0).run(("schedule", "--help"), 0.1) == OVERRAN


def test_a_lock_that_a_living_process_holds_is_seen_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "night.lock"
    assert not is_held(path)
    with only_one(path):
        assert is_held(path)
    assert not is_held(path)


@pytest.fixture
def start_schedule(tmp_path: Path):
    started = []

    def start(*options: str, **more: str) -> subprocess.Popen[str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "lookalike", "schedule", *options],
            env=clean | {"LOOKALIKE_HOME": str(tmp_path / "home")} | more,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.slow
def test_told_to_stop_it_ends_well_and_a_second_one_is_refused(start_schedule, tmp_path: Path) -> None:
    first = start_schedule()
    deadline = real_time.monotonic() + 60
    while not is_held(tmp_path / "home" / "schedule.lock"):
        assert first.poll() is None
        assert real_time.monotonic() < deadline
        real_time.sleep(0.1)
    second = start_schedule()
    assert second.wait(60) == 3
    first.send_signal(signal.SIGTERM)
    assert first.wait(60) == 0


def test_a_fixed_clock_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path))
    monkeypatch.setenv("LOOKALIKE_NOW", "2026-03-01T02:00:00+08:00")
    with pytest.raises(SystemExit) as ended:
        main(["schedule"])
    assert ended.value.code == 2
    assert "fixed clock" in capsys.readouterr().err
