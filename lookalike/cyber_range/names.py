"""Host names as the range compares them, and which domain a name is registered under."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

import tldextract

_FOLDER = re.compile(r"(?P<host>.+)_(?P<port>\d{1,5})")


def plain(name: str) -> str:
    """Lower case, punycode, without trailing dot; IP literals in their shortest form, without brackets.

    A name that IDNA refuses comes back in lower case as it is: it matches nothing.
    """
    name = name.strip().strip("[]").rstrip(".").lower()
    if ":" in name:
        try:
            return str(ipaddress.ip_address(name))
        except ValueError:
            return name
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def split_folder(name: str) -> tuple[str, int | None]:
    """A folder's name as host and port: ``117.73.255.95_8081`` is that address on 8081; no port: None."""
    found = _FOLDER.fullmatch(name)
    if found is None:
        return plain(name), None
    return plain(found["host"]), int(found["port"])


def is_address(name: str) -> bool:
    """Whether the name is an IP literal."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=False)


@lru_cache(maxsize=65536)
def registrable(name: str) -> str:
    """The domain that a registry knows ``name`` by.

    An unlisted suffix counts as one label, as the public suffix list's own default rule has it; an
    address or a bare suffix stands for itself.
    """
    name = plain(name)
    if is_address(name):
        return name
    parts = _suffixes()(name)
    if parts.suffix:
        return f"{parts.domain}.{parts.suffix}" if parts.domain else name
    return ".".join(name.split(".")[-2:])


def ancestors(name: str) -> tuple[str, ...]:
    """The names above ``name``, nearest first: ``b.c`` and ``c`` for ``a.b.c``; none above an address."""
    if is_address(name):
        return ()
    labels = name.split(".")
    return tuple(".".join(labels[i:]) for i in range(1, len(labels)))
