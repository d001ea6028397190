"""What outlives a run: how far each log was read, and which names came before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.feeds.ctlog import seen as remembering
from spiders.feeds.ctlog.seen import Seen
from spiders.feeds.ctlog.state import Place, StateError, opened

PLACE = Place("https://log.example/a", 7, 9, "00" * 32, "2026-03-01T02:00:00+08:00", 1_700_000_000_000)
SLOTS = 4096
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(scope="module")
def seen_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seen") / "table"


class TestState:
    def test_a_place_is_read_back_by_the_next_run(self, tmp_path: Path) -> None:
        with opened(tmp_path / "ct" / "state.json") as state:
            state.put("a", PLACE)
        with opened(tmp_path / "ct" / "state.json") as state:
            assert state.place("a", PLACE.url) == PLACE
            assert state.place("b", PLACE.url) is None

    def test_a_log_at_another_address_is_another_log(self, tmp_path: Path) -> None:
        with opened(tmp_path / "state.json") as state:
            state.put("a", PLACE)
            assert state.place("a", "https://log.example/b") is None

    def test_two_readers_do_not_share_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "state.json"
        script = f"from pathlib import Path\nfrom spiders.feeds.ctlog.state import opened\nopened(Path({str(path)!r})).__enter__()"
        with opened(path):
            done = subprocess.run(
                [sys.executable, "-c", script],
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )
        assert "StateError" in done.stderr
        assert "另一个进程" in done.stderr

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "{",
            "[]",
            "{}",
            '{"version": 2, "logs": {}}',
            '{"version": 1, "logs": 3}',
            '{"version": 1, "logs": {"a": {"url": "x", "next": "7", "size": 9, "root": "", "seen_at": ""}}}',
            '{"version": 1, "logs": {"a": {"url": "x", "next": -7, "size": 9, "root": "", "seen_at": ""}}}',
            '{"version": 1, "logs": {"a": {}}}',
        ],
    )
    def test_a_file_that_is_no_state_is_told_and_left_as_it_is(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "state.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(StateError, match=r"state\.json"), opened(path):
            pass
        assert path.read_text(encoding="utf-8") == text

    def test_a_write_that_was_cut_leaves_the_old_state(self, tmp_path: Path) -> None:
        path = tmp_path / "state.json"
        with opened(path) as state:
            state.put("a", PLACE)
        (tmp_path / "state.json.part").write_text('{"version": 1, "lo', encoding="utf-8")
        with opened(path) as state:
            assert state.place("a", PLACE.url) == PLACE
        assert json.loads(path.read_text(encoding="utf-8"))["logs"]["a"]["next"] == 7


class TestSeen:
    def test_a_name_is_fresh_until_it_is_entered(self, tmp_path: Path) -> None:
        with Seen(tmp_path / "s", SLOTS) as seen:
            assert seen.fresh(["a.example", "b.example"]) == ["a.example", "b.example"]
            seen.enter(["a.example"])
            assert seen.fresh(["a.example", "b.example"]) == ["b.example"]

    def test_case_and_wildcards_make_no_other_name(self, tmp_path: Path) -> None:
        with Seen(tmp_path / "s", SLOTS) as seen:
            assert seen.fresh(["*.a.example", "a.example", "A.Example", "a.example."]) == ["*.a.example"]
            seen.enter(["*.a.example"])
            assert seen.fresh(["a.example", "b.a.example"]) == ["b.a.example"]

    def test_what_was_entered_is_known_to_the_next_run(self, tmp_path: Path) -> None:
        names = [f"a{n}.example" for n in range(500)]
        with Seen(tmp_path / "s", SLOTS) as seen:
            seen.enter(names)
        with Seen(tmp_path / "s", SLOTS) as seen:
            assert seen.fresh([*names, "new.example"]) == ["new.example"]

    @given(names=st.lists(st.text(max_size=20)))
    def test_any_names_come_once_each_and_in_order(self, seen_table: Path, names: list[str]) -> None:
        with Seen(seen_table, SLOTS) as seen:
            fresh = seen.fresh(names)
            assert [n for n in dict.fromkeys(names) if n in fresh] == fresh
            assert set(seen.fresh(fresh)) == set(fresh)

    def test_the_oldest_is_forgotten_first_and_the_file_does_not_grow(self, tmp_path: Path) -> None:
        with Seen(tmp_path / "s", SLOTS) as seen:
            size = (tmp_path / "s").stat().st_size
            seen.enter(f"old{n}.example" for n in range(1000))
            seen.enter(f"new{n}.example" for n in range(SLOTS * 4))
            last = [f"new{n}.example" for n in range(SLOTS * 4 - 1000, SLOTS * 4)]
            assert len(seen.fresh(last)) < 50
            assert len(seen.fresh(f"old{n}.example" for n in range(1000))) > 950
        assert (tmp_path / "s").stat().st_size == size

    @pytest.mark.parametrize("left", [b"", b"ctseen1\n", b"something else", b"ctseen1\n" + bytes(9000)])
    def test_a_file_that_is_no_such_table_is_begun_anew(self, tmp_path: Path, left: bytes) -> None:
        (tmp_path / "s").write_bytes(left)
        with Seen(tmp_path / "s", SLOTS) as seen:
            seen.enter(["a.example"])
            assert seen.fresh(["a.example"]) == []

    def test_two_tables_mark_one_name_differently(self, tmp_path: Path) -> None:
        marks = []
        for name in ("a", "b"):
            with Seen(tmp_path / name, SLOTS) as seen:
                marks.append(seen._mark("a.example"))
        assert marks[0] != marks[1]

    def test_the_table_takes_four_million_names_in_32_mib(self) -> None:
        assert remembering.SLOTS == 4 * 1024 * 1024
