"""The ``openssl`` command: the reference for time stamps and signatures; what it is given is bounded, and so is it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from lookalike.errors import LookalikeError

_SECONDS = 20
MOST = 1 << 18
"""Bytes of a reply, a certificate or a signature; real ones have a few thousand."""


class OpensslMissing(LookalikeError):
    """There is no ``openssl`` command."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    ok: bool
    out: bytes
    errors: str


def run(*arguments: str) -> Ran:
    """Run ``openssl`` with these arguments; it never asks for anything."""
    program = shutil.which("openssl")
    if program is None:
        raise OpensslMissing("没有 openssl 命令，无法处理时间戳与签名；请运行 apt install openssl")
    try:
        done = subprocess.run(  # noqa: S603 - arguments are ours: options, and names of files that we wrote
            [program, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Ran(False, b"", f"openssl 在 {_SECONDS} 秒内没有结束")
    return Ran(done.returncode == 0, done.stdout, done.stderr.decode("utf-8", "replace"))


@contextmanager
def files(**contents: bytes) -> Iterator[dict[str, str]]:
    """Paths of temporary files with these contents, named by us."""
    with TemporaryDirectory(prefix="lookalike-openssl-") as folder:
        paths = {}
        for name, data in contents.items():
            path = Path(folder) / name
            path.write_bytes(data)
            paths[name] = str(path)
        yield paths


def fingerprint(certificate: bytes) -> str:
    """SHA-256 fingerprint of a PEM certificate, hexadecimal; empty when it is none."""
    with files(certificate=certificate[:MOST]) as paths:
        told = run("x509", "-in", paths["certificate"], "-noout", "-fingerprint", "-sha256")
    return told.out.decode("ascii", "replace").partition("=")[2].strip().replace(":", "").lower() if told.ok else ""
