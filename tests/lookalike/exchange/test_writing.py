"""A shared file is there whole and recorded, or neither."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lookalike.errors import StoreError, UsageError
from lookalike.exchange.writing import published, usable


class Broken(Exception):
    """The database failed."""


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_inside_the_file_is_whole_and_nothing_else_is_left_behind(tmp_path: Path) -> None:
    with published(b"abc", tmp_path / "a.csv", replace=False):
        assert (tmp_path / "a.csv").read_bytes() == b"abc"
    assert files(tmp_path) == ["a.csv"]


def test_an_error_inside_takes_the_file_away(tmp_path: Path) -> None:
    with pytest.raises(Broken), published(b"abc", tmp_path / "a.csv", replace=False):
        raise Broken
    assert files(tmp_path) == []


def test_an_error_inside_brings_back_what_lay_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"before")
    with pytest.raises(Broken), published(b"abc", tmp_path / "a.csv", replace=True):
        raise Broken
    assert (tmp_path / "a.csv").read_bytes() == b"before"
    assert files(tmp_path) == ["a.csv"]


def test_a_file_that_appeared_meanwhile_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"somebody's")
    with pytest.raises(StoreError, match="appeared meanwhile"), published(b"abc", tmp_path / "a.csv", replace=False):
        pytest.fail("nothing may be recorded")
    assert (tmp_path / "a.csv").read_bytes() == b"somebody's"
    assert files(tmp_path) == ["a.csv"]


def test_bytes_that_cannot_be_written_record_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"), published(b"abc", tmp_path / "a.csv", replace=False):
        pytest.fail("nothing may be recorded")
    assert files(tmp_path) == []


def test_parts_of_killed_processes_go_and_those_of_living_ones_stay(tmp_path: Path) -> None:
    (tmp_path / ".share-999999999.part").write_bytes(b"x")
    (tmp_path / ".share-1.part").write_bytes(b"x")
    with published(b"abc", tmp_path / "a.csv", replace=False):
        pass
    assert files(tmp_path) == [".share-1.part", "a.csv"]


def test_where_a_file_cannot_lie_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x")
    for path, told in ((tmp_path, "a folder"), (tmp_path / "a.csv", "--replace"), (tmp_path / "a.csv" / "b", "folder")):
        with pytest.raises(UsageError, match=told):
            usable(path, replace=False)
    assert usable(tmp_path / "a.csv", replace=True) == tmp_path / "a.csv"
    assert usable(tmp_path / "new" / "b.csv", replace=False).parent.is_dir()
