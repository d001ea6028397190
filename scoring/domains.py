"""Host names as they are typed, registered and owned: one spelling, public suffix, gov.cn label boundary.

Uses the public suffix list that ships with tldextract; never the network, never a cache on disk.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from functools import lru_cache

import idna
import tldextract

_extract = tldextract.TLDExtract(
    cache_dir=None, suffix_list_urls=(), fallback_to_snapshot=True, include_psl_private_domains=True
)

_DOTS = str.maketrans("。．｡", "...")
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_LABEL_MAX = 63
_NAME_MAX = 253
_PLAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z][a-z0-9_-]{0,62}")
"""A name that is spelled as it should be, most often; one that ends in a digit's label may be an address."""
_INPUT_MAX = 4096
_GOV = ("gov.cn", "xn--zfr164b", "xn--zfr164b.cn")
"""``gov.cn``, ``.政务`` and ``.政务.cn``: the suffixes kept for public bodies (国办函〔2018〕55号; CNNIC)."""
_BELOW_GOV = tuple(f".{suffix}" for suffix in _GOV)


def normalise_host(host: str) -> str:
    """The one spelling of a host: lower case, punycode, no trailing dot; IP literals as they are.

    Takes a name, a wildcard, ``host:port`` or a URL. Raises ValueError with the reason when no host can be
    made of it. ``0x7f.1`` and other odd spellings of IPv4 become dotted decimals (WHATWG URL, 3.5).
    """
    if _PLAIN.fullmatch(host) and len(host) <= _NAME_MAX and ("xn--" not in host or _decodes(host)):
        return host
    name = _bare(host)
    if name.startswith("["):
        return _ipv6(name)
    if not name.isascii():
        name = ".".join(_to_ascii(label) for label in name.translate(_DOTS).split("."))
    name = name.lower().removeprefix("*.").removesuffix(".")
    if name.count(":") > 1:
        return _ipv6(name)
    labels = name.split(".")
    _check(name, labels)
    return _ipv4(labels) if _numeric(labels[-1]) else name


def _bare(host: str) -> str:
    """Without scheme, user, path and port."""
    if len(host) > _INPUT_MAX:
        raise ValueError(f"longer than {_INPUT_MAX} characters")
    name = host.strip().replace("\\", "/")
    if "//" in name:
        name = name.split("//", 1)[1]
    for end in "/?#":
        name = name.split(end, 1)[0]
    name = name.rsplit("@", 1)[-1]
    head, colon, port = name.rpartition(":")
    if colon and port.isascii() and (port.isdigit() or not port) and (head.endswith("]") or ":" not in head):
        name = head
    if not name:
        raise ValueError("empty")
    return name


def _check(name: str, labels: list[str]) -> None:
    if len(name) > _NAME_MAX:
        raise ValueError(f"longer than {_NAME_MAX} characters")
    for label in labels:
        if not label:
            raise ValueError("an empty label")
        if len(label) > _LABEL_MAX:
            raise ValueError(f"a label longer than {_LABEL_MAX} characters")
        if label.startswith("xn--") and unicode_label(label) == label:
            raise ValueError(f"punycode that does not decode: {label}")
    odd = set(name) - _ALLOWED
    if odd:
        raise ValueError(f"a character that no host name has: {min(odd)!r}")


def _to_ascii(label: str) -> str:
    """UTS 46, and plain punycode for what IDNA 2008 leaves out but registries have sold (emoji)."""
    if label.isascii():
        return label
    try:
        return idna.encode(label, uts46=True, std3_rules=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        folded = unicodedata.normalize("NFKC", label).lower()
        kept = "".join(c for c in folded if unicodedata.category(c) not in {"Cf", "Cs"})
        if kept.isascii():
            return kept
        return "xn--" + kept.encode("punycode").decode("ascii")


def _decodes(name: str) -> bool:
    return all(unicode_label(label) != label for label in name.split(".") if label.startswith("xn--"))


@lru_cache(maxsize=16384)
def unicode_label(label: str) -> str:
    """The Unicode form of one punycode label; itself when it is plain or does not decode to letters."""
    if not label.startswith("xn--"):
        return label
    try:
        text = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label
    bad = text.isascii() or any(unicodedata.category(c) in {"Cc", "Cs", "Cn"} or c in "./:@" for c in text)
    return label if bad else text


def unicode_host(host: str) -> str:
    """A normalised host as people see it: every punycode label that decodes, decoded."""
    return ".".join(unicode_label(label) for label in host.split("."))


def _numeric(label: str) -> bool:
    return label.isdigit() or (label.startswith("0x") and all(c in "0123456789abcdef" for c in label[2:]))


def _ipv4(labels: list[str]) -> str:
    """Up to four numbers, decimal, octal or hexadecimal, the last one filling the rest."""
    try:
        numbers = [_number(label) for label in labels]
    except ValueError:
        raise ValueError("the last label is a number, but it is no IPv4 address") from None
    last = 256 ** (5 - len(numbers)) if len(numbers) <= 4 else 0
    if any(n > 255 for n in numbers[:-1]) or numbers[-1] >= last:
        raise ValueError("the last label is a number, but it is no IPv4 address")
    value = numbers[-1] + sum(n * 256 ** (3 - i) for i, n in enumerate(numbers[:-1]))
    return str(ipaddress.IPv4Address(value))


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    if len(label) > 1 and label.startswith("0"):
        return int(label, 8)
    return int(label)


def _ipv6(name: str) -> str:
    try:
        return ipaddress.IPv6Address(name.strip("[]")).compressed
    except ValueError:
        raise ValueError("not an IPv6 address") from None


def is_ip(host: str) -> bool:
    """Whether a normalised host is an IP literal."""
    if ":" in host:
        return True
    return host[-1:].isdigit() and host.count(".") == 3 and host.replace(".", "").isdigit()


@lru_cache(maxsize=4096)
def _parts(host: str) -> tuple[str, str, str, str]:
    """``(subdomain, label, ICANN suffix, private suffix)``; the label stands beside the ICANN suffix."""
    if is_ip(host):
        return host, "", "", ""
    found = _extract(host)
    # The list's last rule is "*": under an ending that it does not know, names are registered beside it.
    suffix = found.registry_suffix or host.rpartition(".")[2]
    front = host[: -len(suffix) - 1]
    sub, _, label = front.rpartition(".")
    return sub, label, suffix, found.suffix if found.is_private else ""


def split(host: str) -> tuple[str, str, str]:
    """``(subdomain, label, suffix)`` under the list's ICANN part; label and suffix are empty for an IP.

    ``a.b.github.io`` is ``("a.b", "github", "io")``; a bare suffix has no label.
    """
    return _parts(host)[:3]


def is_listed(host: str) -> bool:
    """Whether the public suffix list knows the host's ending; ``list.docx`` is a file sooner than a name."""
    return bool(_extract(host).registry_suffix)


def is_public_suffix(host: str) -> bool:
    """Whether the host is itself a suffix under which strangers register: ``gov.cn``, ``com``."""
    _, label, suffix = split(host)
    return not label and suffix == host


def registrable_domain(host: str) -> str:
    """What somebody registered: one label under an ICANN suffix; empty for IPs and for bare suffixes."""
    _, label, suffix = split(host)
    return f"{label}.{suffix}" if label and suffix else ""


def private_suffix(host: str) -> str:
    """The public suffix list's private suffix that strangers share (``github.io``); empty when there is none."""
    return _parts(host)[3]


def is_gov_label(host: str) -> bool:
    """Whether the host stands under a suffix kept for Chinese public bodies, at a label boundary."""
    return host.endswith(_BELOW_GOV) or host in _GOV
