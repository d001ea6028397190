"""Reads the labelled cases of this folder: what each field of a row means stands in README.md beside it."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from scoring.case import (
    Case,
    DnsFacts,
    Fact,
    Hop,
    Hosting,
    NetworkFacts,
    PictureFacts,
    RegistrationFacts,
    Sighting,
    SiteKey,
    TlsFacts,
    View,
)
from scoring.page import parse
from scoring.reference import Reference
from scoring.similarity import Baseline
from seeds.loader import load_seeds

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
LABELS = {"fakes": "fake", "adverts": "advert", "honest": "benign"}
FIELDS = {
    "id", "why", "impersonates", "campaign", "cleared_by", "contacts", "host", "path", "scope", "text", "created", "expires", "registrar",
    "registrant", "email", "privacy", "whois", "addresses", "name_servers", "country", "network", "tls", "view", "sighting", "picture",
}  # fmt: skip
VIEW_FIELDS = {
    "client",
    "html",
    "html_file",
    "path",
    "final",
    "via",
    "status",
    "error",
    "encoding",
    "encoding_note",
    "favicon",
}


@dataclass(frozen=True)
class Labelled:
    """A case with what it is."""

    id: str
    label: str
    impersonates: str | None
    case: Case
    cleared_by: tuple[str, ...] = ()
    """Signals without which this honest case would be shown."""
    campaign: str = ""
    contacts: tuple[str, ...] = ()
    """What an advert's contacts read as, each ``kind:value``: ``wechat:…``, ``qq:…``, ``phone:…``."""
    html: tuple[str, ...] = ()
    """The sources of its pages, for finding copies."""


def read_corpus() -> list[Labelled]:
    """All cases, by folder, file and place in it."""
    found = []
    for folder, label in LABELS.items():
        for path in sorted((HERE / folder).glob("*.toml")):
            rows = tomllib.loads(path.read_text())["case"]
            found += [_labelled(row, label, f"{folder}/{path.name}") for row in rows]
    return found


def read_reference() -> Reference:
    """The shipped seeds with the genuine pages of ``baselines`` (index.toml says whose they are)."""
    index = tomllib.loads((HERE / "baselines" / "index.toml").read_text())
    pages = [
        Baseline(
            row["platform"],
            row["url"],
            parse((HERE / "baselines" / name).read_text(), row["url"]),
            favicon_mmh3=row.get("favicon"),
        )
        for name, row in index.items()
    ]
    return Reference(load_seeds(), pages)


def _labelled(row: dict[str, Any], label: str, file: str) -> Labelled:
    where = f"{file}: {row.get('id')}"
    if wrong := set(row) - FIELDS:
        raise ValueError(f"{where}: unknown fields {sorted(wrong)}")
    for view in row.get("view", ()):
        if wrong := set(view) - VIEW_FIELDS:
            raise ValueError(f"{where}: unknown fields of a view {sorted(wrong)}")
    if label == "fake" and "impersonates" not in row:
        raise ValueError(f"{where}: a fake names what it impersonates")
    sources = tuple(_html(v) for v in row.get("view", ()) if not v.get("error"))
    return Labelled(
        row["id"],
        label,
        row.get("impersonates"),
        read_case(row),
        tuple(row.get("cleared_by", ())),
        row.get("campaign", ""),
        tuple(row.get("contacts", ())),
        sources,
    )


def read_case(row: dict[str, Any]) -> Case:
    """A case from its TOML row."""
    if "host" not in row:
        return Case(NOW, text=row.get("text", ""), pictures=_pictures(row, ""))
    host, _, port = row["host"].partition(":")
    start = f"http://{row['host']}{row.get('path', '/')}"
    return Case(
        NOW,
        SiteKey(host, int(port or 80), row.get("scope", "")),
        start,
        tuple(_view(v, row["host"], start) for v in row.get("view", ())),
        _hosting(row),
        tuple(Sighting(**{"url": start, **s}) for s in row.get("sighting", ())),
        row.get("text", ""),
        _pictures(row, start),
    )


def _view(row: dict[str, Any], host: str, start: str) -> View:
    asked = f"http://{host}{row['path']}" if "path" in row else start
    client = row.get("client", "desktop")
    if "error" in row:
        return View(client, asked, (Hop(asked, None, error=row["error"]),), None, row["error"])
    html = _html(row)
    final, status = row.get("final", asked), row.get("status", 200)
    hops = (Hop(asked, status),) if final == asked else (Hop(asked, 302), Hop(final, status, row.get("via", "http")))
    return View(
        client,
        asked,
        hops,
        parse(html, final),
        body_sha256=hashlib.sha256(html.encode()).hexdigest(),
        encoding=row.get("encoding", "utf-8"),
        encoding_note=row.get("encoding_note", ""),
        favicon_mmh3=row.get("favicon"),
    )


def _html(row: dict[str, Any]) -> str:
    return (HERE / row["html_file"]).read_text() if "html_file" in row else row["html"]


def _hosting(row: dict[str, Any]) -> Hosting:
    dns: Fact[DnsFacts] = Fact()
    if "addresses" in row or "name_servers" in row:
        records = {"A": tuple(row.get("addresses", ())), "NS": tuple(row.get("name_servers", ()))}
        dns = Fact("ok", DnsFacts(records))
    networks: Fact[tuple[NetworkFacts, ...]] = Fact()
    if "country" in row or "network" in row:
        address = next(iter(row.get("addresses", ())), "192.0.2.1")
        networks = Fact("ok", (NetworkFacts(address, name=row.get("network", ""), country=row.get("country", "")),))
    return Hosting(dns=dns, whois=_whois(row), networks=networks, tls=_tls(row))


def _whois(row: dict[str, Any]) -> Fact[RegistrationFacts]:
    if "whois" in row:
        return Fact(row["whois"], why="registry does not answer")
    known = {k: row[k] for k in ("registrar", "registrant", "email", "privacy") if k in row}
    if not known and "created" not in row:
        return Fact()
    created, expires = _instant(row.get("created")), _instant(row.get("expires"))
    servers = tuple(row.get("name_servers", ()))
    return Fact("ok", RegistrationFacts(created=created, expires=expires, name_servers=servers, **known))


def _tls(row: dict[str, Any]) -> Fact[TlsFacts | None]:
    if "tls" not in row:
        return Fact()
    if not row["tls"]:
        return Fact("ok", None)
    facts = dict(row["tls"])
    for key in ("not_before", "not_after"):
        if key in facts:
            facts[key] = _instant(facts[key])
    return Fact("ok", TlsFacts(**{**facts, "names": tuple(facts.get("names", ()))}))


def _pictures(row: dict[str, Any], start: str) -> tuple[PictureFacts, ...]:
    made = []
    for picture in row.get("picture", ()):
        url = picture["url"]
        made.append(
            PictureFacts(
                url,
                hashlib.sha256(url.encode()).hexdigest(),
                picture.get("page_url", start),
                picture.get("width", 300),
                picture.get("height", 300),
                picture.get("phash"),
                Fact("ok", tuple(picture.get("qr", ()))),
                Fact("ok", tuple(picture["text"])) if "text" in picture else Fact(),
            )
        )
    return tuple(made)


def _instant(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
