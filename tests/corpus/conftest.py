"""Reads the labelled cases of this folder."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scoring.case import (
    Case,
    Fact,
    Hop,
    Hosting,
    NetworkFacts,
    RegistrationFacts,
    Sighting,
    SiteKey,
    View,
)
from scoring.engine import assess
from scoring.page import parse
from scoring.reference import Reference
from scoring.similarity import Baseline
from scoring.weights import shipped
from seeds.loader import load_seeds

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
BASELINES = {
    "mem-cx_old.html": ("mem-cx", "http://cx.mem.gov.cn/"),
    "mem-cx_new.html": ("mem-cx", "https://cx.mem.gov.cn/special?index=0"),
    "mohrss-osta.html": ("mohrss-osta", "http://zscx.osta.org.cn/"),
}
LABELS = {"fakes.toml": "fake", "adverts.toml": "advert", "honest.toml": "benign"}


@dataclass(frozen=True)
class Labelled:
    """A case with what it is."""

    id: str
    label: str
    impersonates: str | None
    case: Case


def _fact(value):
    return Fact() if value is None else Fact("ok", value)


def _instant(day: date | None):
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


def _view(row: dict, start: str) -> View:
    html = (HERE / row["html_file"]).read_text() if "html_file" in row else row["html"]
    final = row.get("final", start)
    hops = [Hop(start, 200)] if final == start else [Hop(start, 200), Hop(final, 200, row.get("via", "http"))]
    hops[-1] = Hop(hops[-1].url, row.get("status", 200), hops[-1].via)
    digest = hashlib.sha256(html.encode()).hexdigest()
    return View(row.get("client", "desktop"), start, tuple(hops), parse(html, final), body_sha256=digest)


def read_case(row: dict) -> Case:
    """A case from its TOML row."""
    if "host" not in row:
        return Case(NOW, text=row["text"])
    host, _, port = row["host"].partition(":")
    url = f"http://{row['host']}{row.get('path', '/')}"
    created = _instant(row.get("created"))
    registration = RegistrationFacts(created=created, expires=_instant(row.get("expires"))) if created else None
    networks = (NetworkFacts("192.0.2.1", country=row["country"]),) if "country" in row else None
    return Case(
        NOW,
        SiteKey(host, int(port or 80)),
        url,
        tuple(_view(v, url) for v in row.get("view", ())),
        Hosting(whois=_fact(registration), networks=_fact(networks)),
        tuple(Sighting(url=url, **s) for s in row.get("sighting", ())),
    )


@pytest.fixture(scope="session")
def corpus() -> list[Labelled]:
    found = []
    for file, label in LABELS.items():
        rows = tomllib.loads((HERE / file).read_text())["case"]
        found += [Labelled(row["id"], label, row.get("impersonates"), read_case(row)) for row in rows]
    return found


@pytest.fixture(scope="session")
def corpus_reference() -> Reference:
    pages = [
        Baseline(pid, url, parse((HERE / "baselines" / name).read_text(), url))
        for name, (pid, url) in BASELINES.items()
    ]
    return Reference(load_seeds(), pages)


@pytest.fixture(scope="session")
def assessed(corpus, corpus_reference):
    weights = shipped()
    return [(labelled, assess(labelled.case, corpus_reference, weights)) for labelled in corpus]
