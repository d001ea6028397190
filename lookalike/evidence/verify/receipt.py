"""What a person vouches for: the paper receipt's hashes and fingerprints, or fingerprints alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from lookalike.errors import UsageError
from lookalike.evidence.hashes import digest
from lookalike.evidence.verify.model import Check

MOST = 16 << 20
_TAG = re.compile(r"<[^>]*>")
_HEX = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Values that did not come with the pack."""

    fingerprints: frozenset[str]
    """SHA-256 fingerprints of certificates, or all hashes that a receipt prints."""
    prints_hashes: bool = False
    source: str = "所给指纹"

    def compare(self, name: str, data: memoryview) -> Check:
        """Whether the receipt prints the hashes of this very file."""
        lacking = [a.upper() for a in ("sha256", "sm3") if digest(data, a) not in self.fingerprints]
        if lacking:
            return Check("回执", "bad", f"{'、'.join(lacking)} 与回执所载不同", (name,))
        return Check("回执", "ok", "SHA-256、SM3 与回执所载一致")


def vouched(receipt: Path | None, fingerprints: Iterable[str]) -> Receipt | None:
    """From the options of the command. Raises UsageError for what cannot be read."""
    given = frozenset(_fingerprint(text) for text in fingerprints)
    if receipt is None:
        return Receipt(given) if given else None
    found = frozenset(_HEX.findall(_plain(receipt)))
    if not found:
        raise UsageError(f"--receipt {receipt}: found no SHA-256 in it; expected the receipt as .docx or .txt")
    return Receipt(found | given, prints_hashes=True, source="回执")


def _fingerprint(text: str) -> str:
    plain = re.sub(r"[\s:]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", plain):
        raise UsageError(f"--root-fingerprint {text[:80]}: expected a SHA-256 fingerprint, 64 hexadecimal digits")
    return plain


def _plain(path: Path) -> str:
    """Text of the receipt in lower case, fingerprints without their colons."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"--receipt {path}: cannot be read ({error.strerror})") from error
    if data.startswith(b"PK"):
        try:
            with ZipFile(BytesIO(data)) as package:
                part = package.getinfo("word/document.xml")
                data = package.read(part) if part.file_size <= MOST else b""
        except (BadZipFile, KeyError, OSError, RuntimeError) as error:
            raise UsageError(f"--receipt {path}: expected .docx or .txt ({error})") from error
        text = _TAG.sub("", data.decode("utf-8", "replace").replace("</w:p>", "\n"))
    else:
        text = data[:MOST].decode("utf-8", "replace")
    return re.sub(r"(?<=[0-9a-f]{2}):(?=[0-9a-f]{2})", "", text.lower())
