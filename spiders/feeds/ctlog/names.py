"""The host names of a certificate: its subject's common name and its alternative names (RFC 5280, 4.2.1.6).

Nothing is verified: a name in a log is worth a look, whoever signed it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from spiders.feeds.ctlog.der import BOOLEAN, OCTETS, OID, SEQUENCE, SET, element, elements, expect
from spiders.feeds.ctlog.errors import CtError

MOST_NAMES = 10_000
"""Of one certificate; authorities allow a few hundred."""
LONGEST = 512
"""Characters of one name; DNS allows 253."""
_VERSION, _EXTENSIONS, _DNS_NAME = 0xA0, 0xA3, 0x82
_ALTERNATIVE = b"\x55\x1d\x11"
_COMMON = b"\x55\x04\x03"
_TEXTS = {0x0C: "utf-8", 0x13: "latin-1", 0x14: "latin-1", 0x16: "latin-1", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}


class Names(NamedTuple):
    """What a certificate names, each name once, as it stands there."""

    names: tuple[str, ...]
    why: str = ""
    """In Chinese, why not all of it could be read; empty: all was."""


def names_of(der: bytes, *, bare: bool) -> Names:
    """The names of a certificate; ``bare``: of a TBSCertificate, as precertificates are logged. Never raises."""
    found: dict[str, None] = {}
    why = ""
    try:
        start, stop = expect(der, 0, len(der), SEQUENCE)
        if not bare:
            start, stop = expect(der, start, stop, SEQUENCE)
        why = _read(der, start, stop, found)
    except CtError as error:
        why = str(error)
    return Names(tuple(found), why)


def _read(der: bytes, at: int, end: int, found: dict[str, None]) -> str:
    """Names of the TBSCertificate's content into ``found``, alternative ones first; what was odd about them."""
    tag, _, stop = element(der, at, end)
    if tag == _VERSION:
        _, _, stop = element(der, stop, end)  # serialNumber
    for _ in ("signature", "issuer", "validity"):
        _, _, stop = element(der, stop, end)
    subject, stop = expect(der, stop, end, SEQUENCE)
    after = stop
    _, _, after = element(der, after, end)  # subjectPublicKeyInfo
    why = ""
    try:
        for tag, start, past in elements(der, after, end):
            if tag == _EXTENSIONS:
                why = _extensions(der, start, past, found)
    finally:  # a broken extension leaves the common name
        if common := _common(der, subject, stop):
            found.setdefault(common)
    return why


def _extensions(der: bytes, at: int, end: int, found: dict[str, None]) -> str:
    at, end = expect(der, at, end, SEQUENCE)
    for _, start, stop in elements(der, at, end):
        first, past = expect(der, start, stop, OID)
        if der[first:past] != _ALTERNATIVE:
            continue
        tag, value, value_end = element(der, past, stop)
        if tag == BOOLEAN:
            tag, value, value_end = element(der, value_end, stop)
        if tag != OCTETS:
            raise CtError("subjectAltName 结构不符")
        return _alternative(der, value, value_end, found)
    return ""


def _alternative(der: bytes, at: int, end: int, found: dict[str, None]) -> str:
    odd = 0
    at, end = expect(der, at, end, SEQUENCE)
    for tag, start, stop in elements(der, at, end):
        if tag != _DNS_NAME:
            continue
        if len(found) >= MOST_NAMES:
            return f"域名超过 {MOST_NAMES} 个，其余未读"
        name = _text(der[start:stop], "utf-8")
        if usable(name):
            found.setdefault(name)
        else:
            odd += 1
    return f"{odd} 个 dNSName 不是域名" if odd else ""


def _common(der: bytes, at: int, end: int) -> str:
    """The subject's common name where it looks like a host's; "" for anything else, broken structure included."""
    try:
        for kind, value in _attributes(der, at, end):
            if kind == _COMMON and usable(value) and "." in value.strip("."):
                return value
    except CtError:
        pass
    return ""


def _attributes(der: bytes, at: int, end: int) -> Iterator[tuple[bytes, str]]:
    for tag, start, stop in elements(der, at, end):
        if tag != SET:
            continue
        for _, inner, inner_end in elements(der, start, stop):
            first, past = expect(der, inner, inner_end, OID)
            text, value, value_end = element(der, past, inner_end)
            yield der[first:past], _text(der[value:value_end], _TEXTS.get(text, "ascii"))


def _text(raw: bytes, encoding: str) -> str:
    if len(raw) > LONGEST * 4:
        return ""
    return raw.decode("ascii") if raw.isascii() and encoding == "utf-8" else raw.decode(encoding, "replace")


def usable(name: str) -> bool:
    """Whether a name can stand in a line of its own: neither empty nor endless, no blanks, no control characters."""
    return 0 < len(name) <= LONGEST and name.isprintable() and " " not in name
