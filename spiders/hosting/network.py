"""Which network announces an address, by an offline table: ip2asn's text or a MaxMind database.

An address that the table does not hold is unknown; that is never *no network*.
"""

from __future__ import annotations

import gzip
import ipaddress
import zlib
from pathlib import Path
from typing import Any, Protocol, TextIO

import maxminddb

import seeds
from scoring.case import NetworkFacts
from spiders.hosting.network_ranges import Ranges

BUNDLED = Path(seeds.__file__).parent / "networks" / "known.tsv"
GZIP = b"\x1f\x8b"
MAX_NAME = 200


class Table(Protocol):
    """A loaded table."""

    def find(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> tuple[int, str, str] | None:
        """``(AS number, country, name)`` or None."""
        ...


class NetworkTable:
    """Networks by address; ``origin`` names the table in facts."""

    def __init__(self, table: Table, origin: str) -> None:
        self._table = table
        self.origin = origin

    @classmethod
    def load(cls, path: str | Path = "") -> NetworkTable:
        """Load ``.mmdb``, ``.tsv`` or ``.tsv.gz``; empty: the bundled table.

        Raises ``ValueError`` with file, line, what was expected and what to do.
        """
        file = Path(path) if path else BUNDLED
        if not file.is_file():
            raise ValueError(f"{file}: no such file; set LOOKALIKE_NETWORKS to an ip2asn .tsv(.gz) or an ASN .mmdb")
        if file.suffix == ".mmdb":
            return cls(_MaxMind(file), f"network:{file.name}")
        return cls(_read_text(file), f"network:{file.name}")

    def lookup(self, ip: str) -> NetworkFacts:
        """The network of ``ip``; without ``asn`` when the table does not hold it, or it is no address."""
        try:
            address = ipaddress.ip_address(ip.partition("%")[0])
        except ValueError:
            return NetworkFacts(ip)
        mapped = getattr(address, "ipv4_mapped", None)
        found = self._table.find(mapped or address)
        if found is None:
            return NetworkFacts(ip)
        number, country, name = found
        return NetworkFacts(ip, number, name, country)


class _MaxMind:
    """GeoLite2-ASN and DB-IP field names, and IPinfo's."""

    def __init__(self, file: Path) -> None:
        try:
            self._reader = maxminddb.open_database(file, maxminddb.MODE_MMAP)
        except (maxminddb.InvalidDatabaseError, OSError) as error:
            raise ValueError(f"{file}: expected a MaxMind database ({error}); download it again") from error

    def find(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> tuple[int, str, str] | None:
        try:
            row: Any = self._reader.get(address)
        except ValueError:  # an IPv6 address and a database for IPv4 alone
            return None
        if not isinstance(row, dict):
            return None
        number = str(row.get("autonomous_system_number") or row.get("asn") or "").removeprefix("AS")
        name = str(row.get("autonomous_system_organization") or row.get("as_name") or row.get("name") or "")
        country = row.get("country_code") or row.get("country") or ""
        return (
            (int(number), country if isinstance(country, str) else "", name[:MAX_NAME]) if number.isdecimal() else None
        )


def _read_text(file: Path) -> Ranges:
    ranges = Ranges()
    number = 0
    try:
        with _opened(file) as lines:
            for number, line in enumerate(lines, 1):  # noqa: B007 - the message below names the line
                if line[0] not in "#\n":
                    first, last, network = line.rstrip("\r\n").split("\t", 2)
                    ranges.add(first, last, network)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{file}: expected gzip, but it is damaged ({error}); download it again") from error
    except (ValueError, OSError) as error:
        raise ValueError(
            f"{file}, line {number}: expected first address, last address, AS number, country and name, separated by"
            f" tabs, got {line[:80].rstrip()!r}; download the table again"
        ) from error
    return ranges.finish()


def _opened(file: Path) -> TextIO:
    with file.open("rb") as stream:
        packed = stream.read(2) == GZIP
    if packed:
        return gzip.open(file, "rt", encoding="utf-8", errors="replace")
    return file.open(encoding="utf-8", errors="replace")
