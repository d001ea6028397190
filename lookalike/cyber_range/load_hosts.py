"""Reads the folders below ``hosts``: each one's host.toml and the files that it serves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import dns.rdatatype

from lookalike.cyber_range import model
from lookalike.cyber_range.load_routes import file_in, load_route
from lookalike.cyber_range.model import Host, Problem
from lookalike.cyber_range.names import is_address, plain, split_folder
from lookalike.cyber_range.records import record
from lookalike.cyber_range.tables import Table, read_toml

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_EARLIEST = 1950  # X.509 tells no earlier year


def load_hosts(folder: Path, problems: list[Problem]) -> tuple[Host, ...]:
    """Every host of the range, by folder name; what is wrong goes to ``problems``."""
    top = folder / "hosts"
    if not top.is_dir():
        problems.append(Problem("hosts", "", "is missing; a range has one folder a host there", serious=False))
        return ()
    folders = sorted(f for f in top.iterdir() if f.is_dir() and not f.name.startswith("."))
    hosts = tuple(_host(folder, f, problems) for f in folders)
    problems.extend(_twice(hosts))
    return hosts


def _host(top: Path, folder: Path, problems: list[Problem]) -> Host:
    shown = f"hosts/{folder.name}/host.toml"
    host, port = split_folder(folder.name)
    problems.extend(_name_problems(f"hosts/{folder.name}", "", folder.name, host, port))
    files = dict(_files(folder))
    if not (folder / "host.toml").is_file():
        problems.append(Problem(shown, "", "is missing; an empty file will do", serious=False))
        return Host(host, port, folder, files=files)
    table = read_toml(folder / "host.toml", shown, problems)
    if table is None:
        return Host(host, port, folder)
    reader = _HostTable(table, top, folder)
    whois, rdap = reader.whois(), reader.rdap()
    private = {whois.file if whois else None, rdap}
    found = Host(
        host,
        port,
        folder,
        names=reader.names(),
        indexed=table.flag("indexed"),
        dns=reader.dns(),
        whois=whois,
        rdap=rdap,
        asn=reader.asn(),
        tls=reader.tls(),
        routes=tuple(load_route(t, top, folder) for t in table.tables("route")),
        files={path: file for path, file in files.items() if file not in private},
    )
    table.finish()
    return found


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Regular files that lie in the folder, by URL path; links that lead out of it are left out."""
    home = folder.resolve()
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file == folder / "host.toml" or not file.resolve().is_relative_to(home):
            continue
        path = "/" + file.relative_to(folder).as_posix()
        yield path, file
        if file.name == "index.html":
            yield path.removesuffix("index.html"), file


def _name_problems(file: str, key: str, written: str, host: str, port: int | None) -> Iterator[Problem]:
    if not written.isascii():
        yield Problem(file, key, f"{written} is not punycode; write {host}", serious=False)
    elif not is_address(host) and (len(host) > 253 or not all(_LABEL.fullmatch(part) for part in host.split("."))):
        yield Problem(file, key, f"{written!r} is not a host name", serious=False)
    if port is not None and not 1 <= port <= 65535:
        yield Problem(file, key, f"port {port} is not in 1 … 65535")


def _twice(hosts: tuple[Host, ...]) -> Iterator[Problem]:
    """Names that two folders answer on the same port, and names that one folder tells twice."""
    seen: dict[tuple[str, int], Host] = {}
    for host in hosts:
        for i, name in enumerate(host.all_names):
            other = next((seen[name, port] for port in host.ports if (name, port) in seen), None)
            if other is not None:
                shown = f"hosts/{host.folder.name}/host.toml"
                text = f"{name} is answered by hosts/{other.folder.name} already; one folder a name"
                yield Problem(shown, f"names[{i - 1}]" if i else "", text, serious=False)
            for port in host.ports:
                seen.setdefault((name, port), host)


class _HostTable:
    """host.toml, table by table."""

    def __init__(self, table: Table, top: Path, folder: Path) -> None:
        self.table, self.top, self.folder = table, top, folder

    def names(self) -> tuple[str, ...]:
        written = self.table.texts("names")
        for i, name in enumerate(written):
            self.table.problems.extend(
                _name_problems(self.table.file, f"names[{i}]", name.lower().rstrip("."), plain(name), None)
            )
        return tuple(plain(name) for name in written)

    def dns(self) -> model.Dns | None:
        table = self.table.table("dns")
        if table is None:
            return None
        records = {kind: table.texts(kind) for kind in model.RECORD_TYPES if kind != "CNAME"}
        alias = table.text("CNAME")
        records["CNAME"] = (alias,) if alias else ()
        for kind, values in records.items():
            records[kind] = tuple(value for i, value in enumerate(values) if _is_record(table, kind, i, value))
        ttl = table.whole("ttl", 600, high=2**31 - 1)
        behaviour: model.DnsBehaviour = table.choice("behaviour", model.DnsBehaviour, "ok")
        table.finish()
        return model.Dns(records, ttl, behaviour)

    def whois(self) -> model.Whois | None:
        table = self.table.table("whois")
        if table is None:
            return None
        behaviour: model.WhoisBehaviour = table.choice("behaviour", model.WhoisBehaviour, "ok")
        found = model.Whois(file_in(table, self.top, self.folder), behaviour)
        table.finish()
        return found

    def rdap(self) -> Path | None:
        table = self.table.table("rdap")
        if table is None:
            return None
        file = file_in(table, self.top, self.folder)
        table.finish()
        return file

    def asn(self) -> model.Asn | None:
        table = self.table.table("asn")
        if table is None:
            return None
        if "number" not in table.data:
            table.wrong("number", "is missing; write the AS number, such as number = 13335", serious=False)
            return None
        found = model.Asn(table.whole("number", high=2**32 - 1), table.text("name"), table.text("country"))
        table.finish()
        return found

    def tls(self) -> model.Tls | None:
        table = self.table.table("tls")
        if table is None:
            return None
        start, end = table.instant("not_before"), table.instant("not_after")
        for key, at in (("not_before", start), ("not_after", end)):
            if at is not None and at.year < _EARLIEST:
                table.wrong(key, f"certificates cannot tell a year before {_EARLIEST}")
        if start and end and end <= start:
            table.wrong("not_after", f"must be later than not_before ({_iso(start)}), found {_iso(end)}")
        names = tuple(plain(name) for name in table.texts("names"))
        found = model.Tls(table.text("issuer"), start, end, names, table.flag("self_signed"))
        table.finish()
        return found


def _is_record(table: Table, kind: str, number: int, value: str) -> bool:
    try:
        record(dns.rdatatype.from_text(kind), value)
    except ValueError as error:
        table.wrong("CNAME" if kind == "CNAME" else f"{kind}[{number}]", f"{error}; it is left out", serious=False)
        return False
    return True


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
