"""The four hashes of a file. MD5 is there because forms still ask for it, and is never the only one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes

_CHUNK = 1 << 20


class Hasher(Protocol):
    """What of ``hashlib`` is used."""

    def update(self, data: Any, /) -> None:
        """Take more bytes."""

    def hexdigest(self) -> str:
        """The hash of all bytes so far."""


class _Sm3:
    """SM3 (GB/T 32905) where Python's own OpenSSL was built without it."""

    def __init__(self) -> None:
        self._hash = hashes.Hash(hashes.SM3())

    def update(self, data: Any, /) -> None:
        """Take more bytes."""
        self._hash.update(bytes(data))

    def hexdigest(self) -> str:
        """The hash; the object is spent."""
        return self._hash.finalize().hex()


def hasher(algorithm: str) -> Hasher:
    """A fresh hash: ``sha256``, ``sha512``, ``sm3`` or ``md5``."""
    if algorithm == "sm3":
        try:
            return hashlib.new("sm3")
        except ValueError:
            return _Sm3()
    if algorithm == "md5":
        return hashlib.md5(usedforsecurity=False)
    return hashlib.new(algorithm)


def digest(data: bytes | memoryview, algorithm: str) -> str:
    """Hexadecimal hash of bytes."""
    found = hasher(algorithm)
    found.update(data)
    return found.hexdigest()


def digests(data: bytes | memoryview, *algorithms: str) -> dict[str, str]:
    """Several hashes of the same bytes."""
    return {name: digest(data, name) for name in algorithms}


def file_digests(path: Path, *algorithms: str) -> dict[str, str]:
    """Several hashes of one file, read once."""
    found = {name: hasher(name) for name in algorithms}
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            for one in found.values():
                one.update(chunk)
    return {name: one.hexdigest() for name, one in found.items()}
