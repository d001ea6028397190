"""A *place*: the part of an address that belongs to one holder, in one spelling, by which leads point at each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.domains import is_ip, private_suffix, registrable_domain
from scoring.sitekey import site_key

if TYPE_CHECKING:
    from scoring.case import SiteKey
    from seeds.model import SharedHosts


def place_of(site: SiteKey) -> str:
    """The registered domain; below a suffix that strangers share the name there, on a shared host its part of the path,
    and for a bare address the address with its port.
    """
    if site.scope or is_ip(site.host):
        return str(site)
    return holder(site.host)


def holder(host: str) -> str:
    """What one holder has of a name: the registered domain, or his label below a suffix that strangers share."""
    shared = private_suffix(host)
    if shared and host != shared:
        label = host[: -len(shared) - 1].rpartition(".")[2]
        return f"{label}.{shared}"
    return registrable_domain(host) or host


def place_at(url: str, shared: SharedHosts) -> tuple[str, str]:
    """Place and host of an address; two empty texts for what is no web address."""
    try:
        site = site_key(url, shared)
    except ValueError:
        return "", ""
    return place_of(site), site.host
