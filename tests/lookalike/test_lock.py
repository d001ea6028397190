"""One night at a time, also where machines share nothing but the database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lookalike.errors import Busy, StoreError
from lookalike.lock import _NIGHT, only_one_night
from tests.conftest import ROOT
from tests.lookalike.store.conftest import postgres_server

__all__ = ["postgres_server"]

pytestmark = pytest.mark.postgres
PATIENCE = 60.0
HOLDER = """
import signal, sys
from pathlib import Path
from lookalike.errors import LookalikeError
from lookalike.lock import only_one_night
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
passed_on = Path(sys.argv[3])
try:
    with only_one_night(Path(sys.argv[1]), sys.argv[2]) as held:
        held.fence = lambda: passed_on.read_text() if passed_on.exists() else ""
        print("holds", flush=True)
        for line in sys.stdin:
            held.check()
            print("holds", *(note["status"] for note in held.retaken), flush=True)
except LookalikeError as error:
    print(type(error).__name__, error, flush=True)
"""
Hold = Callable[[str], subprocess.Popen[str]]


@pytest.fixture
def url(postgres_server: str) -> str:
    return f"postgresql://postgres@/postgres?host={postgres_server}"


@pytest.fixture
def hold(tmp_path: Path, url: str) -> Iterator[Hold]:
    """``hold(machine)``: another process, with a home of its own, that asks for the night."""
    started: list[subprocess.Popen[str]] = []

    def begin(machine: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(tmp_path / machine), url, str(tmp_path / "passed on")]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield begin
    for process in started:
        with suppress(OSError):
            process.kill()
        process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def locks(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted").fetchone()
    assert row is not None
    return int(row[0])


def test_a_second_machine_is_refused_in_one_line_that_says_what_to_do(hold: Hold) -> None:
    first = hold("one")
    assert said(first) == "holds"
    line = said(hold("two"))
    assert line.startswith("Busy 另一台机器正在这个数据库上运行今晚的采集")
    assert "等它结束" in line


def test_when_the_first_ends_the_next_may_begin(hold: Hold, url: str) -> None:
    first = hold("one")
    assert said(first) == "holds"
    first.communicate("")
    assert first.returncode == 0
    assert said(hold("two")) == "holds"
    assert locks(url) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_killed_leaves_the_night_to_the_next(hold: Hold, url: str, number: int) -> None:
    first = hold("one")
    assert said(first) == "holds"
    first.send_signal(number)
    first.wait(PATIENCE)
    for _ in range(600):  # the server notices the end of the connection by itself, a moment later
        if not locks(url):
            break
    assert said(hold("two")) == "holds"


def test_a_process_that_only_sleeps_keeps_it(hold: Hold) -> None:
    first = hold("one")
    assert said(first) == "holds"
    os.kill(first.pid, signal.SIGSTOP)
    assert said(hold("two")).startswith("Busy")
    os.kill(first.pid, signal.SIGCONT)
    assert said(hold("three")).startswith("Busy")


def test_nothing_of_it_is_left_in_the_database(hold: Hold, url: str) -> None:
    assert said(hold("one")) == "holds"
    with psycopg.connect(url) as connection:
        open_ones = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND pid <> pg_backend_pid()"
        ).fetchone()
    assert open_ones == (0,)  # a transaction that stays open would keep the database from tidying up all night


def asked(process: subprocess.Popen[str]) -> str:
    """What the holder says when it looks whether it still has the night."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return said(process)


def cut(url: str) -> None:
    """The server ends the connection that holds the lock."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        ).fetchall()


@contextmanager
def next_in_line(url: str) -> Iterator[psycopg.Connection[Any]]:
    """Another machine that is given the lock at the very moment in which it is free."""
    with psycopg.connect(url, autocommit=True) as waiting, psycopg.connect(url, autocommit=True) as looking:
        thread = threading.Thread(target=waiting.execute, args=(f"SELECT pg_advisory_lock({_NIGHT})",))
        thread.start()
        while looking.execute("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted").fetchone() is None:
            pass
        cut(url)
        thread.join(PATIENCE)
        yield waiting


def test_a_lock_that_the_server_took_away_is_taken_again_and_that_is_told(hold: Hold, url: str) -> None:
    first = hold("one")
    assert said(first) == "holds"
    for times in (1, 2):
        cut(url)
        assert asked(first) == "holds" + " taken again" * times
    assert said(hold("two")).startswith("Busy")
    assert locks(url) == 1


def test_where_another_machine_was_faster_the_first_ends_at_once_in_one_line(hold: Hold, url: str) -> None:
    first = hold("one")
    assert said(first) == "holds"
    with next_in_line(url):
        line = said(first)  # nobody asked it: it sleeps, and is woken
        assert line.startswith("Busy 与数据库的连接断开期间，另一台机器已开始采集")
        assert first.wait(PATIENCE) == 0
    assert said(hold("two")) == "holds"


def test_who_slept_while_another_night_came_and_went_does_not_go_on(hold: Hold, url: str, tmp_path: Path) -> None:
    first = hold("one")
    assert said(first) == "holds"
    os.kill(first.pid, signal.SIGSTOP)
    cut(url)
    second = hold("two")
    assert said(second) == "holds"
    (tmp_path / "passed on").write_text("这一晚已由别的进程接手", encoding="utf-8")
    second.communicate("")
    os.kill(first.pid, signal.SIGCONT)
    assert said(first).startswith("Busy 与数据库的连接断开期间，这一晚已由别的进程接手")


def test_whoever_is_not_interrupted_hears_of_it_when_it_asks(tmp_path: Path, url: str) -> None:
    with pytest.raises(Busy, match="另一台机器已开始采集"), only_one_night(tmp_path, url) as held, next_in_line(url):
        held.check()


def test_a_lost_lock_is_no_error_at_the_end_of_the_night(tmp_path: Path, url: str) -> None:
    with only_one_night(tmp_path, url), psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")


def test_other_databases_of_the_server_have_nights_of_their_own(hold: Hold, url: str, tmp_path: Path) -> None:
    assert said(hold("one")) == "holds"
    with only_one_night(tmp_path / "two", url.replace("/postgres?", "/template1?")):
        pass


def test_one_home_has_one_night_whatever_the_database(tmp_path: Path) -> None:
    embedded = f"sqlite:///{tmp_path / 'lookalike.db'}"
    with only_one_night(tmp_path, embedded), pytest.raises(Busy, match="已有一个采集进程"):
        only_one_night(tmp_path, embedded).__enter__()


def test_a_database_that_cannot_be_reached_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as raised:
        only_one_night(tmp_path, "postgresql://postgres@127.0.0.1:1/nowhere").__enter__()
    assert "\n" not in str(raised.value)
