"""Host names and URLs in seed files: one canonical form, or the reason why not. Looks nothing up."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

from seeds.model import Address

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z")
WEB_PORTS = (80, 443)


class BadHostError(ValueError):
    """Why a host or URL is not usable, and the mend, as two arguments."""


def _check_label(label: str, host: str) -> None:
    if not _LABEL.match(label):
        raise BadHostError(f"{host!r} has the unusable label {label!r}", "write the bare host in lower case")
    if not label.startswith("xn--"):
        return
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
        back = decoded.encode("punycode").decode("ascii")
    except UnicodeError:
        decoded, back = "", ""
    spelt = all(c == "-" or unicodedata.category(c)[0] in "LMN" for c in decoded)
    if decoded.isascii() or not spelt or back != label[4:]:
        raise BadHostError(f"{host!r}: {label!r} is not valid punycode", "write the label as the registry prints it")


def check_host(host: str) -> str:
    """``host`` itself when it is a lower-case name in punycode or an IP literal without brackets.

    Raises :class:`BadHostError` with what is wrong and the mend.
    """
    if not host:
        raise BadHostError("expected a host, got nothing", "write it as www.example.gov.cn")
    if not host.isascii():
        try:
            mend = f"write it in punycode: {host.encode('idna').decode('ascii').lower()}"
        except UnicodeError:
            mend = "write it in punycode (xn--…)"
        raise BadHostError(f"expected a host in punycode, got {host!r}", mend)
    if host != host.lower() or host.endswith("."):
        raise BadHostError(f"expected a canonical host, got {host!r}", f"write {host.lower().rstrip('.')}")
    last = host.rsplit(".", 1)[-1]
    if ":" in host or last.isdigit():
        try:
            return str(ipaddress.ip_address(host))
        except ValueError:
            raise BadHostError(f"{host!r} is not an IP address", "write four numbers up to 255, or the name") from None
    if len(host) > 253 or "." not in host:
        raise BadHostError(f"expected a full host name, got {host!r}", "write it as www.example.gov.cn")
    for label in host.split("."):
        _check_label(label, host)
    return host


def address_of(url: str, path: str = "/") -> Address:
    """The address that a printed URL names, with ``path`` as the folder below which the platform answers.

    Raises :class:`BadHostError`.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as e:
        raise BadHostError(f"{url!r} is not a URL ({e})", "write it as https://host/path") from None
    if parts.scheme not in ("http", "https"):
        raise BadHostError(f"expected a URL with http or https, got {url!r}", "write it as https://host/path")
    if parts.username or parts.password:
        raise BadHostError(f"{url!r} holds a user name", "remove everything before the @")
    return Address(host=check_host(host), port=web_port(port), path=path, url=url)


def web_port(port: int | None) -> int:
    """80 for the two web ports and for none, which are one site; else the port."""
    return 80 if port is None or port in WEB_PORTS else port
