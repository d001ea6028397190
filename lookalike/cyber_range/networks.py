"""Writes the range's [asn] facts in the format of the offline database (ip2asn's tab-separated ranges)."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from lookalike.cyber_range.model import Asn, Host

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def write_networks(hosts: tuple[Host, ...], file: Path) -> None:
    """One range of one address a line: first, last, AS number, country, name; ordered, IPv4 before IPv6.

    Of hosts that tell different networks of one address, the first by folder name is believed.
    """
    facts = networks(hosts)
    lines = [
        f"{address}\t{address}\t{facts[address].number}\t{_cell(facts[address].country)}\t{_cell(facts[address].name)}\n"
        for address in sorted(facts, key=lambda address: (address.version, int(address)))
    ]
    file.write_text("".join(lines), encoding="utf-8")


def networks(hosts: tuple[Host, ...]) -> dict[Address, Asn]:
    """Every address that [dns] tells, or that is a host's name, with the network of its host."""
    facts: dict[Address, Asn] = {}
    for host in hosts:
        if host.asn is None:
            continue
        records = host.dns.records if host.dns else {}
        for written in (*records.get("A", ()), *records.get("AAAA", ()), host.host):
            try:
                facts.setdefault(ipaddress.ip_address(written), host.asn)
            except ValueError:
                continue
    return facts


def _cell(text: str) -> str:
    """Without tabs and line ends, which would break the table; ip2asn writes None for nothing."""
    return " ".join(text.split()) or "None"
