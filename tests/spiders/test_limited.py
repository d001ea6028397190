"""Calls in a limited child: answers, every limit, and that nothing of it stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from spiders.limited import ChildFailed, LimitedChild, Limits

SHORT = Limits(seconds=1.0, cpu_seconds=1.0, memory=400 << 20)


@pytest.fixture
def evaluator():
    """A child that does whatever a taken-over child could do."""
    child = LimitedChild("builtins:eval", SHORT)
    yield child
    child.close()


def gone(pid: int) -> bool:
    """Whether the process has ended and was reaped, or never belonged to us and has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def until(true, seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return bool(true())


def test_one_child_answers_many_calls(evaluator) -> None:
    assert [evaluator.call(f"{n} * 2") for n in range(3)] == [0, 2, 4]
    first = evaluator.pid
    evaluator.call("1")
    assert evaluator.pid == first


def test_arguments_and_answers_of_several_megabytes_pass_whole() -> None:
    child = LimitedChild("builtins:sorted")
    words = [f"字{n:07}" for n in range(300_000)]
    try:
        assert child.call(words[::-1]) == words
    finally:
        child.close()


@pytest.mark.parametrize(
    ("does", "cause"),
    [
        ("__import__('time').sleep(30)", "wall"),
        ("'x' * (1 << 30)", "memory"),
        ("__import__('os').abort()", "died"),
        ("1 / 0", "error"),
        ("__import__('os')._exit(0)", "died"),
    ],
)
def test_a_call_that_cannot_end_well_says_why(evaluator, does, cause) -> None:
    with pytest.raises(ChildFailed) as failed:
        evaluator.call(does)
    assert failed.value.cause == cause
    assert str(failed.value)
    assert evaluator.call("6 * 7") == 42  # another child does the next one


def test_processor_time_is_counted_for_each_call_and_ends_it() -> None:
    child = LimitedChild("builtins:eval", Limits(seconds=20.0, cpu_seconds=1.0))
    try:
        for _ in range(4):
            child.call("sum(range(10**7))")  # together more than one second, none alone
        start = time.monotonic()
        with pytest.raises(ChildFailed) as failed:
            child.call("sum(range(10**11))")
        assert failed.value.cause == "cpu"
        assert time.monotonic() - start < 10
    finally:
        child.close()


def test_a_child_writes_no_file(evaluator, tmp_path) -> None:
    with pytest.raises(ChildFailed):
        evaluator.call(f"__import__('pathlib').Path({str(tmp_path / 'x')!r}).write_bytes(b'x' * 100)")
    assert (tmp_path / "x").stat().st_size == 0


@pytest.mark.parametrize("answer", ["print", "__import__('os').system", "__import__('subprocess').Popen"])
def test_an_answer_that_names_code_is_not_taken_back(evaluator, answer) -> None:
    with pytest.raises(ChildFailed) as failed:
        evaluator.call(answer)
    assert failed.value.cause == "died"


def test_an_answer_may_hold_classes_of_the_named_modules_only() -> None:
    named = LimitedChild("builtins:eval", SHORT, ("scoring.page_model",))
    try:
        link = named.call("__import__('scoring.page_model').page_model.Link('u', 't')")
        assert link.text == "t"
        with pytest.raises(ChildFailed):
            named.call("__import__('fractions').Fraction(1, 2)")
    finally:
        named.close()


def test_a_killed_child_is_replaced_and_leaves_no_zombie(evaluator) -> None:
    evaluator.call("1")
    pid = evaluator.pid
    os.kill(pid, signal.SIGKILL)
    assert until(lambda: evaluator.pid is None)
    assert evaluator.call("1") == 1
    assert not Path(f"/proc/{pid}").exists()


def test_closing_ends_the_child(evaluator) -> None:
    evaluator.call("1")
    pid = evaluator.pid
    evaluator.close()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_parent_that_is_ended_during_a_call_takes_its_child_along(number) -> None:
    code = (
        "import sys, signal, threading, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        "from spiders.limited import LimitedChild, Limits\n"
        "child = LimitedChild('builtins:eval', Limits(seconds=60, cpu_seconds=60))\n"
        "child.call('1')\n"
        "print(child.pid, flush=True)\n"
        "child.call('sum(range(10**11))')\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent:
        pid = int(parent.stdout.readline())
        time.sleep(0.3)
        start = time.monotonic()
        parent.send_signal(number)
        parent.wait(5)
        assert time.monotonic() - start < 5
    assert until(lambda: gone(pid))


def test_threads_wait_for_each_other(evaluator) -> None:
    evaluator.call("1")
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(evaluator.call, [f"{n} + 1" for n in range(20)])) == list(range(1, 21))


def test_a_function_that_does_not_exist_is_said_to_be_so() -> None:
    with pytest.raises(ChildFailed):
        LimitedChild("scoring.page:nothing", SHORT).call("x")
