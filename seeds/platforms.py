"""Reads platform files: one platform a file, or several as ``[[platform]]``. Holds each field to its printed form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

from seeds.hosts import BadHostError, address_of, check_host, web_port
from seeds.model import Account, Address, Erratum, Generation, Platform, PlatformKind, Provenance
from seeds.tables import Problems, Table, read_toml

GROUPS = ("core", "provincial", "extra")
_KINDS: dict[str, PlatformKind] = {k: k for k in get_args(PlatformKind)}
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,40}\Z")
_FORMS = {
    "icp": (re.compile(r"[\u4e00-\u9fff]ICP[备证][0-9]{6,10}号\Z"), "a 备案号 without suffix", "京ICP备10036469号"),
    "police": (re.compile(r"[0-9]{14}\Z"), "14 digits of a 公安备案号", "11010202000001"),
    "site_codes": (re.compile(r"(?:bm[0-9]{8}|[0-9]{10})\Z"), "a 网站标识码", "bm18000002"),
    "conac": (re.compile(r"[0-9A-F]{32}\Z"), "32 hex digits in upper case", "090F963018611703E053022819ACC232"),
    "keywords": (re.compile(r"[a-z0-9][a-z0-9-]{1,40}\Z"), "lower-case Latin letters and digits", "cxmem"),
}


def _formed(t: Table, key: str) -> tuple[str, ...]:
    pattern, wanted, example = _FORMS[key]
    values = t.texts(key)
    for value in values:
        if not pattern.match(value):
            t.wrong(key, f"expected {wanted}, got {value!r}", f"write it as {example}")
    return values


def _address(t: Table) -> Address | None:
    url = t.text("url")
    path = t.text("path", "/")
    host = t.text("host")
    port = t.integer("port", 80, 1, 65535)
    t.close()
    if not path.startswith("/"):
        t.wrong("path", f"expected a path, got {path!r}", f"write /{path}")
    try:
        if not url:
            return Address(host=check_host(host), port=web_port(port), path=path)
        address = address_of(url, path)
    except BadHostError as e:
        t.wrong("url" if url else "host", *e.args)
        return None
    if host and host != address.host:
        t.wrong("host", f"expected url's host {address.host}, got {host!r}", "leave host out, or make them agree")
    if "port" in t and web_port(port) != address.port:
        t.wrong("port", f"expected url's port {address.port}, got {port}", "leave port out, or make them agree")
    return address


def _account(t: Table) -> Account:
    kind = t.text("kind", required=True)
    if kind and kind not in ("wechat", "miniprogram"):
        t.wrong("kind", f"expected wechat or miniprogram, got {kind!r}", "write one of the two")
    account = Account(kind, t.text("name", required=True), t.text("body"))
    t.close()
    return account


def _generation(t: Table) -> Generation:
    generation = Generation(
        name=t.text("name", required=True),
        paths=t.texts("paths"),
        fields=t.texts("fields"),
        labels=t.texts("labels"),
        markup=t.texts("markup"),
        analytics=t.texts("analytics"),
    )
    t.close()
    return generation


def _erratum(t: Table) -> Erratum:
    erratum = Erratum(t.text("printed", required=True), t.text("meant", required=True), t.text("where", required=True))
    t.close()
    return erratum


def _provenance(t: Table) -> Provenance:
    provenance = Provenance(t.text("what", required=True), t.day("checked_on"))
    t.close()
    return provenance


def _baselines(t: Table, addresses: tuple[Address, ...]) -> tuple[str, ...]:
    urls = t.texts("baselines")
    hosts = {(a.host, a.port) for a in addresses}
    for i, url in enumerate(urls):
        try:
            a = address_of(url, urlsplit(url).path or "/")
        except (BadHostError, ValueError) as e:
            t.wrong(f"baselines[{i}]", str(e.args[0]), str(e.args[-1]))
            continue
        if (a.host, a.port) not in hosts:
            t.wrong(f"baselines[{i}]", f"{a.host} is no address of this platform", "add the address, or drop this URL")
    return urls


def _platform(t: Table) -> Platform:
    pid = t.text("id", required=True)
    if pid and not _ID.match(pid):
        t.wrong("id", f"expected small letters, digits and hyphens, got {pid!r}", "write it as mem-cx")
    kind = t.text("kind", "web")
    if kind not in _KINDS:
        t.wrong("kind", f"expected one of {', '.join(_KINDS)}, got {kind!r}", "choose one of them")
    group = t.text("group", "core")
    if group not in GROUPS:
        t.wrong("group", f"expected one of {', '.join(GROUPS)}, got {group!r}", "choose one of them")
    addresses = tuple(a for a in map(_address, t.tables("address")) if a)
    if kind == "web" and not addresses:
        t.wrong("address", "expected at least one address of a web platform", 'add [[address]] with url = "https://…/"')
    if kind == "body" and addresses:
        t.wrong("address", "a body has no address of its own", "remove it, or make it a web platform")
    platform = Platform(
        id=pid,
        kind=_KINDS.get(kind, "web"),
        name=t.text("name", required=True),
        organ=t.text("organ", required=True),
        aliases=t.texts("aliases"),
        organ_aliases=t.texts("organ_aliases"),
        addresses=addresses,
        accounts=tuple(map(_account, t.tables("account"))),
        generations=tuple(map(_generation, t.tables("generation"))),
        icp=_formed(t, "icp"),
        police=_formed(t, "police"),
        site_codes=_formed(t, "site_codes"),
        conac=_formed(t, "conac"),
        analytics=t.texts("analytics"),
        keywords=_formed(t, "keywords"),
        baselines=_baselines(t, addresses),
        errata=tuple(map(_erratum, t.tables("erratum"))),
        sources=tuple(map(_provenance, t.tables("source"))),
        subjects=t.texts("subjects"),
        group=group,
    )
    if not platform.sources:
        t.wrong("source", "expected at least one source", 'add [[source]] with what = "…" and checked_on = 2026-11-21')
    t.close()
    return platform


def _rows(table: Table) -> Iterator[Table]:
    if "platform" in table:
        yield from table.tables("platform")
        table.close()
    else:
        yield table


def read_platforms(folder: Path, label: str, problems: Problems) -> list[tuple[str, Platform]]:
    """All platforms of a folder of TOML files, with the file each stands in; ids come once a folder."""
    found: dict[str, tuple[str, Platform]] = {}
    for path in sorted(folder.glob("*.toml")):
        table = read_toml(path, f"{label}{path.name}", problems)
        if table is None:
            continue
        for row in _rows(table):
            platform = _platform(row)
            if platform.id in found:
                row.wrong("id", f"{platform.id!r} already stands in {found[platform.id][0]}", "give each its own id")
            elif platform.id:
                found[platform.id] = (row.file, platform)
    return list(found.values())


def check_addresses(rows: list[tuple[str, Platform]], problems: Problems) -> None:
    """No two platforms at one host, port and path; no misprint among the addresses."""
    owners: dict[tuple[str, int, str], str] = {}
    misprints = {e.printed.lower(): p.id for _, p in rows for e in p.errata}
    for file, platform in rows:
        for a in platform.addresses:
            place = (a.host, a.port, a.path)
            key = f"{platform.id}.address"
            if place in owners:
                problems.add(
                    file,
                    key,
                    f"{a.host}:{a.port}{a.path} is already claimed by {owners[place]}",
                    "leave it with one of them, or give each its own path",
                )
            owners.setdefault(place, platform.id)
            for printed, owner in misprints.items():
                if a.host == printed or a.host.endswith(f".{printed}"):
                    problems.add(
                        file,
                        key,
                        f"{a.host} is a misprint ({owner}'s errata) and must not be allow-listed",
                        "write the host that was meant, or remove the address",
                    )
