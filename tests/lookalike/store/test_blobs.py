from __future__ import annotations

import errno
import hashlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.errors import StoreError
from lookalike.store.blobs import Blobs

CALLS = ("os.open", "os.fsync", "os.replace", "os.mkdir", "io.open")
"""What keeping a blob asks of the operating system, as the standard library names it."""


def at_call(patch: pytest.MonkeyPatch, number: int, do: Callable[[], None]) -> list[str]:
    """Runs ``do`` in place of the n-th call of ``CALLS``; the list fills with the calls made."""
    made: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            made.append(name)
            if len(made) == number:
                do()
            return real(*args, **more)

        return call

    for name in CALLS:
        module, function = name.split(".")
        real = getattr({"os": os, "io": io}[module], function)
        patch.setattr(name, counted(name, real))
    return made


def files(blobs: Blobs) -> list[Path]:
    return sorted(p for p in blobs.root.rglob("*") if p.is_file())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=3000))
def test_what_was_put_comes_back_by_its_hash(tmp_path: Path, data: bytes) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(data)
    assert (digest, blobs.get(digest)) == (hashlib.sha256(data).hexdigest(), data)


def test_a_content_is_one_file_however_often_it_is_put(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert {blobs.put(b"<html>") for _ in range(3)} == {hashlib.sha256(b"<html>").hexdigest()}
    assert len(files(blobs)) == 1


def test_documents_are_compressed_and_warcs_are_kept_as_they_are(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    document = blobs.path(blobs.put(b"a" * 100_000))
    part = blobs.part_path()
    part.write_bytes(b"\x1f\x8b warc")
    digest = blobs.put_file(part)
    assert (document.suffix, document.stat().st_size < 1000) == (".zst", True)
    assert blobs.path(digest) == tmp_path / digest[:2] / digest[2:4] / f"{digest}.warc.gz"
    assert (blobs.get(digest), part.exists()) == (b"\x1f\x8b warc", False)


def test_a_batch_puts_folder_syncs_off_to_its_end_and_does_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = Blobs(tmp_path)
    blobs.put(b"0")
    calls = at_call(monkeypatch, 0, lambda: None)
    with blobs.batch():
        for _ in range(3):
            blobs.put(b"0")
        assert "os.fsync" not in calls
    assert calls.count("os.fsync") == 1


@pytest.mark.parametrize("wrong", ["../../etc/passwd", "A" * 64, "0" * 63, ""])
def test_only_a_hash_names_a_blob(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(StoreError, match="expected a SHA-256"):
        Blobs(tmp_path).path(wrong)


def test_a_missing_blob_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is missing below"):
        Blobs(tmp_path).get("0" * 64)


@pytest.mark.parametrize("damage", [b"", b"not zstd", zstandard.compress(b"other"), zstandard.compress(b"a" * 99)[:-3]])
def test_a_damaged_blob_is_told_and_never_returned(tmp_path: Path, damage: bytes) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"true")
    blobs.path(digest).write_bytes(damage)
    with pytest.raises(StoreError, match="is damaged"):
        blobs.get(digest)


def _put_until_killed(root: Path, acknowledged: int, number: int) -> None:
    patch = pytest.MonkeyPatch()
    blobs = Blobs(root)
    at_call(patch, number, lambda: os.kill(os.getpid(), signal.SIGKILL))
    for n in range(20):
        digest = blobs.put(f"document {n}".encode() * n)
        os.write(acknowledged, f"{digest}\n".encode())
        part = blobs.part_path()
        with part.open("wb") as stream:
            stream.write(f"warc {n}".encode())
        os.write(acknowledged, f"{blobs.put_file(part)}\n".encode())


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 17, 29, 53, 97, 151, 251])
def test_a_kill_at_any_call_loses_nothing_acknowledged_and_leaves_no_torn_file(tmp_path: Path, number: int) -> None:
    log = tmp_path / "log"
    handle = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    process = get_context("fork").Process(target=_put_until_killed, args=(tmp_path / "captures", handle, number))
    process.start()
    process.join()
    os.close(handle)
    assert process.exitcode == -signal.SIGKILL
    blobs = Blobs(tmp_path / "captures")
    acknowledged = log.read_text().split()
    assert all(hashlib.sha256(blobs.get(digest)).hexdigest() == digest for digest in acknowledged)
    blobs.sweep_parts()
    left = {path.name.partition(".")[0] for path in files(blobs)}
    assert left >= set(acknowledged)
    assert len(left) <= len(acknowledged) + 1
    assert all(blobs.get(digest) for digest in left if digest != hashlib.sha256(b"").hexdigest())


def test_a_full_disk_at_any_call_is_one_clear_line_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for number in range(1, 50):
        blobs = Blobs(tmp_path / str(number))
        with monkeypatch.context() as patch:
            calls = at_call(patch, number, full)
            try:
                blobs.put(b"<html>")
            except StoreError as error:
                line = str(error)
            else:
                break
        assert line.startswith("E_DISK 磁盘空间不足")
        whole = [p for p in files(blobs) if p.suffix == ".zst"]
        assert files(blobs) == whole, "no part stays"
        assert blobs.get(blobs.put(b"<html>")) == b"<html>", "and it works as soon as there is room"
    assert (number, len(calls)) == (len(calls) + 1, number - 1)
    assert number > 5


def test_a_write_that_is_cut_short_by_a_full_disk_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    blobs = Blobs(tmp_path)
    real = io.open
    with monkeypatch.context() as patch:
        patch.setattr(
            "io.open", lambda path, *a, **k: real("/dev/full" if str(path).endswith(".part") else path, *a, **k)
        )
        with pytest.raises(StoreError, match="E_DISK"):
            blobs.put(b"<html>" * 1000)
    assert files(blobs) == []


def test_parts_of_the_dead_are_swept_and_those_of_the_living_stay(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    mine = blobs.part_path()
    dead = subprocess.run(
        [sys.executable, "-S", "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    machine = mine.name.split("-")[0]
    killed = blobs.parts / f"{machine}-{dead.stdout.strip()}-1-1.part"
    foreign, ancient = blobs.parts / "elsewhere-1-1-1.part", blobs.parts / "elsewhere-1-1-2.part"
    for part in (mine, killed, foreign, ancient):
        part.write_bytes(b"half")
    os.utime(ancient, (0, 0))
    assert blobs.sweep_parts() == 2
    assert sorted(blobs.parts.iterdir()) == sorted([mine, foreign])
