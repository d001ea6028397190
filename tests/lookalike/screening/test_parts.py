"""A list of names read in stretches by whoever judges them is the list."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import UsageError
from lookalike.screening.blocks import blocks
from lookalike.screening.parts import Part, parts


def stretches(path: Path, step: int) -> list[bytes]:
    size = path.stat().st_size
    return [Part(path, start, min(start + step, size)).read() for start in range(0, size, step)]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(1, 60), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_stretches_of_any_size_give_every_line_once_and_in_order(
    tmp_path: Path, sizes: list[int], step: int, ended: bool
) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes(b"\n".join(b"%d" % n * size for n, size in enumerate(sizes)) + b"\n" * ended)
    found = stretches(file, step)
    assert b"".join(found) == b"".join(blocks(file, form="names"))
    assert all(piece.endswith(b"\n") for piece in found if piece)


def test_a_line_without_end_is_one_bad_line_wherever_it_is_cut(tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes(b"a.cn\n" + b"x" * 3_000_000 + b"\nb.cn\n")
    lines = b"".join(stretches(file, 1 << 20)).splitlines()
    assert (lines[0], lines[-1], len(lines)) == (b"a.cn", b"b.cn", 3)


def test_only_a_plain_list_of_names_is_read_in_stretches(tmp_path: Path) -> None:
    plain, packed, table = tmp_path / "a.txt", tmp_path / "a.gz", tmp_path / "a.csv"
    plain.write_bytes(b"a.cn\nb.cn\n")
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    table.write_bytes(b"rank,domain\n1,a.cn\n2,b.cn\n")
    kinds = [{type(part) for part in parts(path)} for path in (plain, packed, table)]
    assert kinds == [{Part}, {bytes}, {bytes}]


def test_a_file_that_went_away_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.txt: No such file"):
        Part(tmp_path / "gone.txt", 0, 10).read()
