"""Which WHOIS server answers for a top-level domain, and how it wants to be asked.

python-whois's table is used, but never its fall-back, which asks IANA over a blocking socket, nor its
habit of sending every top-level domain that ends in ``id`` or ``hr`` to Indonesia or Croatia.
"""

from __future__ import annotations

import re
from functools import lru_cache

from whois.whois import NICClient

IANA = "whois.iana.org"
PORT = 43

# Registries that python-whois leaves to IANA, asked so often here that a detour for each run would be rude.
SERVERS = {
    "com": "whois.verisign-grs.com",
    "net": "whois.verisign-grs.com",
    "cc": "ccwhois.verisign-grs.com",
    "cn": "whois.cnnic.cn",
    "xn--fiqs8s": "cwhois.cnnic.cn",  # 中国
    "xn--fiqz9s": "cwhois.cnnic.cn",  # 中國
    "tw": "whois.twnic.net.tw",
    "org": "whois.publicinterestregistry.org",
    "top": "whois.nic.top",
    "xyz": "whois.nic.xyz",
}
_WHOIS_LINE = re.compile(r"^whois:[ \t]+([a-z0-9.-]{4,100})[ \t]*$", re.MULTILINE | re.IGNORECASE)


class _Table(NICClient):  # type: ignore[misc]  # the library has no types
    def findwhois_iana(self, _tld: str) -> None:
        """No network: what the table does not know, we ask IANA ourselves."""


@lru_cache(maxsize=2048)
def known_server(tld: str) -> str | None:
    """The server for ``tld`` (lower case, punycode) that is known without asking; None when it is not."""
    if tld in SERVERS:
        return SERVERS[tld]
    if tld not in {"id", "hr"} and tld.endswith(("id", "hr")):
        return None
    server = _Table().choose_server(f"example.{tld}")
    return str(server) if server else None


def server_in(iana_answer: str) -> str | None:
    """The server that IANA names for a top-level domain."""
    match = _WHOIS_LINE.search(iana_answer[:20_000])
    return match.group(1).lower() if match else None


def conventional_server(tld: str) -> str:
    """Where ICANN's registry agreement (specification 4, 1.1) puts the server of a new top-level domain."""
    return f"whois.nic.{tld}"


def query_for(server: str, domain: str) -> bytes:
    """The line to send; Verisign needs a word to search domains alone, DENIC one for its charset."""
    prefix = "domain " if server.endswith("verisign-grs.com") else ""
    if server == NICClient.DENICHOST:
        prefix = "-T dn,ace "
    return f"{prefix}{domain}\r\n".encode("ascii", "ignore")
