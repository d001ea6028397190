"""Blocks judged by several processes: in order, bounded, and never silently lost."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from typing import Any

import pytest

from lookalike.screening.pool import AHEAD, SLOT, ChildLostError, Pool


@dataclass(frozen=True)
class Told:
    number: int


def sized(block: Any) -> tuple[int, int]:
    return (block.number if isinstance(block, Told) else len(block)), os.getpid()


def slow_first(block: bytes) -> bytes:
    time.sleep(0.3 if block == b"0" else 0.0)
    return block


def fails(block: bytes) -> int:
    return int(block)


def dies(block: bytes) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_results_come_in_the_order_of_the_blocks_whoever_is_done_first() -> None:
    given = [b"%d" % n for n in range(20)]
    with Pool(2, slow_first) as pool:
        assert list(pool.map(given)) == given


def test_blocks_may_be_bytes_or_tell_where_to_read() -> None:
    with Pool(2, sized) as pool:
        assert [size for size, _ in pool.map([b"abc", Told(7), b""])] == [3, 7]
        assert os.getpid() not in {pid for _, pid in pool.map([b"a", b"b"])}


def test_a_block_longer_than_a_slot_is_cut_at_lines_and_a_longer_line_is_cut() -> None:
    block = b"a.cn\n" * (SLOT // 5 + 10) + b"x" * (SLOT + 5) + b"\nlast.cn\n"
    with Pool(2, bytes) as pool:
        pieces = list(pool.map([block]))
    assert all(len(piece) <= SLOT and piece.endswith(b"\n") for piece in pieces)
    lines = b"".join(pieces).split(b"\n")
    assert (lines.count(b"a.cn"), lines[-2]) == (SLOT // 5 + 10, b"last.cn")


def test_no_more_is_read_than_there_is_room_for() -> None:
    read = []

    def source() -> Any:
        for n in range(100):
            read.append(n)
            yield b"%d" % n

    with Pool(2, slow_first) as pool:
        first = next(pool.map(source()))
    assert first == b"0"
    assert len(read) <= 2 * AHEAD + 1


def test_what_goes_wrong_in_a_process_is_raised_here() -> None:
    with Pool(2, fails) as pool, pytest.raises(ValueError, match="invalid literal"):
        list(pool.map([b"1", b"x"]))


def test_a_process_that_dies_is_told() -> None:
    with Pool(2, dies) as pool, pytest.raises(ChildLostError):
        list(pool.map([b"1", b"2"]))
