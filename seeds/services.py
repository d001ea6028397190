"""Reads the table of known services: archives, delivery networks, registrars, name servers. Lower-case names."""

from __future__ import annotations

from pathlib import Path

from seeds.hosts import BadHostError, check_host
from seeds.model import Services
from seeds.tables import Problems, read_toml

_HOSTS = ("archives", "foreign_name_servers")
_PARTS = ("delivery_networks", "domestic_registrars")


def read_services(path: Path, label: str, problems: Problems) -> Services:
    """The services of one file; an absent file holds none."""
    table = read_toml(path, label, problems) if path.is_file() else None
    if table is None:
        return Services()
    found = {key: table.texts(key) for key in (*_HOSTS, *_PARTS)}
    for key in _HOSTS:
        for i, host in enumerate(found[key]):
            try:
                check_host(host)
            except BadHostError as e:
                table.wrong(f"{key}[{i}]", *e.args)
    for key in _PARTS:
        for i, part in enumerate(found[key]):
            if part != part.lower() or len(part) < 3:
                table.wrong(f"{key}[{i}]", f"expected three or more lower-case letters, got {part!r}", "write it so")
    table.close()
    return Services(**{key: frozenset(values) for key, values in found.items()})


def merge_services(below: Services, over: Services) -> Services:
    """Both tables together."""
    return Services(
        below.archives | over.archives,
        below.delivery_networks | over.delivery_networks,
        below.domestic_registrars | over.domestic_registrars,
        below.foreign_name_servers | over.foreign_name_servers,
    )
