"""The bag of a pack (BagIt 1.0, RFC 8493): manifests, tag manifest, and how to check them without this program.

Time stamps and signatures are listed in a file of their own and in no manifest, so that they can be added later
without changing a byte that is hashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.resources import files as resource_files
from pathlib import Path

from lookalike import __version__
from lookalike.evidence.hashes import digest, file_digests
from spiders.clock import CHINA

ALGORITHMS = ("sha256", "sha512", "sm3", "md5")
TAG = "tagmanifest-sha256.txt"
SM3SUMS = "verify/SM3SUMS"
SEALS = "verify/stamps-sha256.txt"
"""Hashes of time stamps, their roots and the signature; there only with them."""
SIGNATURE = "verify/signature.p7s"
AUTHORITIES = "Time-Stamp-Authorities"
"""Label of bag-info.txt: names of the authorities that were configured, or ``none``."""
ROOT = {"bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sha512.txt", TAG}
VERIFY = {"verify/README.txt", "verify/verify.sh", SM3SUMS}
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

Hashes = Mapping[str, Mapping[str, str]]
"""By path below the bag, the hashes by algorithm."""


def payload(bag: Path) -> dict[str, dict[str, str]]:
    """Hashes of every file below ``data/``, by path."""
    paths = sorted(p for p in (bag / "data").rglob("*") if p.is_file())
    return {p.relative_to(bag).as_posix(): file_digests(p, *ALGORITHMS) for p in paths}


def write_tags(bag: Path, hashes: Hashes, info: Iterable[tuple[str, str]]) -> None:
    """Write all files of the bag that are not payload."""
    (bag / "verify").mkdir(exist_ok=True)
    size = sum((bag / path).stat().st_size for path in hashes)
    lines = [*info, ("Payload-Oxum", f"{size}.{len(hashes)}")]
    told = "".join(f"{label}: {' '.join(value.split())}\n" for label, value in lines)
    resources = resource_files("lookalike.evidence")
    tags = {
        "bagit.txt": BAGIT,
        "bag-info.txt": told.encode(),
        "manifest-sha256.txt": manifest(hashes, "sha256"),
        "manifest-sha512.txt": manifest(hashes, "sha512"),
        SM3SUMS: sm3sums(hashes),
        "verify/README.txt": resources.joinpath("README.txt").read_bytes(),
        "verify/verify.sh": resources.joinpath("verify.sh").read_bytes(),
    }
    tags[TAG] = "".join(f"{digest(data, 'sha256')}  {path}\n" for path, data in sorted(tags.items())).encode()
    for path, data in tags.items():
        (bag / path).write_bytes(data)


def manifest(hashes: Hashes, algorithm: str) -> bytes:
    """``hash  path`` a line, by path."""
    return "".join(f"{found[algorithm]}  {path}\n" for path, found in sorted(hashes.items())).encode()


def sm3sums(hashes: Hashes) -> bytes:
    """``SM3 (path) = hash`` a line, as ``cksum -c`` reads it."""
    return "".join(f"SM3 ({path}) = {found['sm3']}\n" for path, found in sorted(hashes.items())).encode()


def bag_info(unit: str, name: str, number: str, at: datetime, authorities: Iterable[str]) -> list[tuple[str, str]]:
    """The labels of ``bag-info.txt``; the size of the payload follows them."""
    return [
        ("Source-Organization", unit or "未配置（unit）"),
        ("External-Identifier", name),
        ("Bag-Group-Identifier", number),
        ("Bagging-Date", at.astimezone(CHINA).date().isoformat()),
        ("Bag-Software-Agent", f"lookalike/{__version__}"),
        (AUTHORITIES, ", ".join(authorities) or "none"),
    ]


def seals(files: Mapping[str, bytes]) -> bytes:
    """The list of time stamps and signatures, as ``sha256sum -c`` reads it."""
    return "".join(f"{digest(data, 'sha256')}  {path}\n" for path, data in sorted(files.items())).encode()
