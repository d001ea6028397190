"""Captures in a real S3-compatible store: the folder's promises, over a network that fails."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from lookalike.errors import StoreError, UsageError
from lookalike.store import bucket as bucket_module
from lookalike.store.blobs import Missing
from lookalike.store.bucket import Bucket
from lookalike.store.remote_blobs import RemoteBlobs
from tests.lookalike.store.s3_server import Server, running

MIB = 1 << 20


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture
def make(s3: Server, tmp_path: Path) -> Callable[..., RemoteBlobs]:
    """``make(machine, **address)``: the store as one machine sees it, all below this test's own prefix."""

    def made(machine: str = "one", *, most: int = 64 * MIB, **address: object) -> RemoteBlobs:
        bucket = Bucket(s3.address(tmp_path.name, **address))
        return RemoteBlobs(tmp_path / machine / "cache", bucket, tmp_path / machine / "captures", most)

    return made


Make = Callable[..., RemoteBlobs]


def test_what_one_machine_keeps_another_reads(make: Make) -> None:
    digest = make("one").put("站点".encode() * 1000)
    assert make("two").get(digest) == "站点".encode() * 1000


def test_bytes_that_are_compressed_already_stay_as_they_are(make: Make) -> None:
    data = os.urandom(3 * MIB)
    digest = make("one").put_as_is(data, ".rendered.warc.gz")
    path = make("two").path(digest)
    assert (path.read_bytes(), path.name) == (data, f"{digest}.rendered.warc.gz")


def test_a_finished_part_is_taken_over(make: Make) -> None:
    blobs = make()
    part = blobs.part_path()
    part.write_bytes(b"a part")
    digest = blobs.put_file(part)
    assert make("two").get(digest) == b"a part"
    assert list(blobs.parts.iterdir()) == []


def test_a_second_look_asks_the_store_for_nothing(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = make("one").put(b"once")
    two = make("two")
    assert two.get(digest) == b"once"
    monkeypatch.setattr(two.bucket, "read", None)
    monkeypatch.setattr(two.bucket, "names", None)
    assert two.get(digest) == b"once"


def test_at_the_end_of_a_batch_everything_is_there(make: Make) -> None:
    one = make("one")
    with one.batch():
        digests = [one.put_as_is(b"%d" % number) for number in range(12)]
    assert [make("two").get(digest) for digest in digests] == [b"%d" % number for number in range(12)]


def test_a_batch_that_breaks_off_sends_nothing_that_a_row_could_name(make: Make) -> None:
    one = make("one")
    with suppress(RuntimeError), one.batch():
        one.put_as_is(b"before")
        raise RuntimeError
    assert list(one.names()) == []


def test_a_content_that_is_nowhere_is_told_in_one_line(make: Make) -> None:
    with pytest.raises(Missing, match="restore it from a backup"):
        make().path("0" * 64)


@pytest.mark.parametrize("wrong", ["", "../../etc/passwd", "A" * 64])
def test_what_is_no_hash_never_reaches_the_store(make: Make, wrong: str) -> None:
    with pytest.raises(StoreError, match="expected a SHA-256"):
        make().path(wrong)


@pytest.mark.parametrize("suffix", [".warc.gz", ".zst"])
def test_bytes_that_were_changed_in_the_store_are_not_believed(make: Make, tmp_path: Path, suffix: str) -> None:
    one = make("one")
    digest = one.put(b"true") if suffix == ".zst" else one.put_as_is(b"true")
    changed = tmp_path / "changed"
    changed.write_bytes(b"false")
    one.bucket.put(f"{digest[:2]}/{digest[2:4]}/{digest}{suffix}", changed)
    two = make("two")
    with pytest.raises(StoreError, match="is damaged"):
        two.path(digest)
    assert [path for path in two.root.rglob("*") if path.is_file()] == []


def test_the_store_itself_refuses_bytes_that_changed_on_their_way(make: Make, tmp_path: Path) -> None:
    blobs = make()
    part = tmp_path / "part"
    part.write_bytes(b"what was meant")
    wrong = {"Body": b"what arrived", "ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}  # of nothing
    with pytest.raises(StoreError, match="the store refused"), blobs.bucket._told("x"):
        blobs.bucket._ask("put_object", "x", **wrong)
    assert blobs.bucket.size("x") is None


def test_a_wrong_key_is_told_as_such_and_nothing_of_it_is_shown(make: Make) -> None:
    for wrong in ({"secret": "sesame"}, {"key_id": "nobody"}):
        with pytest.raises(StoreError, match=r"the key is refused.*check s3_key_id, s3_secret") as raised:
            make(**wrong).put_as_is(b"x")
        assert "sesame" not in str(raised.value)


def test_a_bucket_that_is_not_there_is_told_as_such(make: Make) -> None:
    with pytest.raises(StoreError, match="no such bucket"):
        make(bucket="another-bucket").bucket.check()


def test_nobody_at_the_address_is_one_line(make: Make) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        blobs = make(endpoint=f"http://127.0.0.1:{probe.getsockname()[1]}")
    with pytest.raises(StoreError, match=r"does not answer.*check s3_endpoint") as raised:
        blobs.put_as_is(b"x")
    assert "\n" not in str(raised.value)
    assert [path for path in blobs.root.rglob("*") if path.is_file()] == []


def test_a_store_that_says_nothing_is_given_up_in_time(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_module, "_TRIES", 1)
    with closing(socket.socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        blobs = make(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}", seconds=0.3)
        with pytest.raises(StoreError, match="does not answer"):
            blobs.put_as_is(b"x")


def test_without_the_library_one_line_says_what_to_install(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bucket_module, "find_spec", lambda _name: None)
    with pytest.raises(UsageError, match=r"pip install 'lookalike\[s3\]'"):
        make()


def test_a_full_disk_here_is_not_laid_to_the_store(make: Make) -> None:
    digest = make("one").put_as_is(b"x" * MIB)
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OSError, match="No space left"):
        make("two").bucket.read(f"{digest[:2]}/{digest[2:4]}/{digest}.warc.gz", full)


def test_size_and_letting_go(make: Make) -> None:
    one, two = make("one"), make("two")
    digest = one.put_as_is(b"x" * 5000)
    assert (two.size(digest), two.delete(digest)) == (5000, 5000)
    with pytest.raises(Missing):
        make("three").path(digest)


def test_the_cache_is_trimmed_to_its_size_the_longest_unused_first(make: Make) -> None:
    one = make("one", most=2 * MIB)
    digests = [one.put_as_is(os.urandom(MIB)) for _ in range(4)]
    for age, digest in enumerate(reversed(digests)):
        os.utime(one.path(digest), times=(10_000_000 - age * 7200,) * 2)
    one.sweep_parts()
    held = {path.name[:64] for path in one.root.glob("??/??/*")}
    assert held == set(digests[2:])
    assert one.get(digests[0])  # from the store


def test_what_lay_in_the_folder_before_is_read_and_can_be_sent_after(make: Make) -> None:
    one = make("one")
    digest = hashlib.sha256(b"from before").hexdigest()
    path = one.before / digest[:2] / digest[2:4] / f"{digest}.warc.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"from before")
    assert one.path(digest) == path
    with pytest.raises(Missing):
        make("two").path(digest)
    one.adopt(path)
    assert make("two").get(digest) == b"from before"


def test_many_threads_keep_the_same_and_other_contents_at_once(make: Make) -> None:
    one = make("one")
    digests: list[str] = []

    def keep(number: int) -> None:
        with one.batch():
            digests.extend([one.put(b"the same"), one.put_as_is(b"%d" % number)])

    threads = [threading.Thread(target=keep, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    two = make("two")
    assert len(digests) == 16
    assert all(two.get(digest) for digest in digests)


WRITER = """
import os, sys, time
from pathlib import Path
from lookalike.store.bucket import Address, Bucket
from lookalike.store.remote_blobs import RemoteBlobs
address, root = Address(*eval(sys.argv[1])), Path(sys.argv[2])
blobs = RemoteBlobs(root / "cache", Bucket(address), root / "captures", 1 << 30)
while True:
    print(blobs.put_as_is(os.urandom(2 << 20)), flush=True)
"""


@pytest.mark.slow
def test_a_writer_that_is_killed_leaves_whole_objects_alone_and_what_it_told_of(make: Make, tmp_path: Path) -> None:
    one = make("one")
    fields = tuple(getattr(one.bucket.address, name) for name in one.bucket.address.__dataclass_fields__)
    told: list[str] = []
    for number in range(6):
        command = [sys.executable, "-c", WRITER, repr(fields), str(tmp_path / f"writer{number}")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        told.append(process.stdout.readline().strip())
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.05 * number)
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().split()
        process.wait()
        process.stdout.close()
    two = make("two")
    assert len(told) >= 6
    assert all(len(two.get(digest)) == 2 * MIB for digest in told if len(digest) == 64)
    for name in two.names():
        assert two.fetch(name).stat().st_size == 2 * MIB  # fetched anew and hashed: none is torn
    left = RemoteBlobs(tmp_path / "writer0" / "cache", one.bucket, tmp_path / "none", 0)
    left.sweep_parts()
    assert list(left.parts.iterdir()) == []


class CutWire:
    """A loopback wire to a server, which is cut after so many bytes towards it; then it may do what it is told."""

    def __init__(self, port: int, after: int, then: Callable[[], None]) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self._port, self._after, self._then = port, after, then
        self._done = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self._port)) as far:
            back = threading.Thread(target=self._back, args=(far, near), daemon=True)
            back.start()
            sent = 0
            while data := near.recv(65536):
                far.sendall(data)
                sent += len(data)
                if sent > self._after and not self._done.is_set():
                    self._done.set()
                    self._then()
                    return

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                near.sendall(data)


@pytest.mark.slow
def test_a_store_that_dies_in_the_middle_of_a_put_has_all_or_nothing_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    with running(folder) as server:
        first = RemoteBlobs(tmp_path / "a", Bucket(server.address()), tmp_path / "none", MIB)
        kept = first.put_as_is(os.urandom(2 * MIB))
        wire = CutWire(server.ports["s3"], 4 * MIB, server.kill)
        blobs = RemoteBlobs(tmp_path / "b", Bucket(server.address(endpoint=wire.endpoint)), tmp_path / "none", MIB)
        data = os.urandom(16 * MIB)
        with pytest.raises(StoreError, match="does not answer"):
            blobs.put_as_is(data)
        assert [path for path in blobs.root.rglob("*") if path.is_file()] == []
        server.start()
        after = RemoteBlobs(tmp_path / "c", Bucket(server.address()), tmp_path / "none", MIB)
        assert len(after.get(kept)) == 2 * MIB  # what was acknowledged is there
        with pytest.raises(Missing):
            after.path(hashlib.sha256(data).hexdigest())
        digest = after.put_as_is(data)  # and the same goes well the next time
        assert after.fetch(f"{digest[:2]}/{digest[2:4]}/{digest}.warc.gz").stat().st_size == 16 * MIB


def test_a_wire_that_is_cut_once_is_tried_again(make: Make, s3: Server) -> None:
    wire = CutWire(s3.ports["s3"], 100_000, lambda: None)
    digest = make("one", endpoint=wire.endpoint).put_as_is(os.urandom(MIB))
    assert len(make("two").get(digest)) == MIB
