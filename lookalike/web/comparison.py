"""The suspect beside the genuine platform, fact by fact, as both were captured. Unknown is not different."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.case import Hosting
from scoring.claims import claims_of
from scoring.page import PageFacts
from spiders.clock import CHINA


@dataclass(frozen=True, slots=True)
class Fact:
    """One row; ``same`` is None where either side is unknown."""

    name: str
    """Key below ``compare`` in the catalogue."""
    suspect: str | None
    genuine: str | None
    """None: not known; empty: there is none."""
    same: bool | None


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    host: str
    page: PageFacts | None
    hosting: Hosting


def compared(suspect: Side, genuine: Side) -> tuple[Fact, ...]:
    """The rows, in the order of the page."""
    mine, theirs = _facts(suspect), _facts(genuine)
    return tuple(Fact(name, mine[name], theirs[name], _same(mine[name], theirs[name])) for name in mine)


def _same(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one == other


def _facts(side: Side) -> dict[str, str | None]:
    return {"host": side.host} | _read(side.page) | _hosted(side.hosting)


def _read(page: PageFacts | None) -> dict[str, str | None]:
    if page is None:
        return dict.fromkeys(("title", "headings", "fields", "action", "bodies", "icp"))
    told = claims_of(page)
    return {
        "title": page.title,
        "headings": " / ".join(page.headings[:3]),
        "fields": "、".join(_fields(page)),
        "action": " ".join(dict.fromkeys(form.action for form in page.forms if form.action)),
        "bodies": "、".join(claim.value for claim in told.bodies[:4]),
        "icp": "、".join(claim.value for claim in told.icp[:4]),
    }


def _hosted(hosting: Hosting) -> dict[str, str | None]:
    registration = hosting.whois.value or hosting.rdap.value
    created = registration.created.astimezone(CHINA) if registration and registration.created else None
    answers = hosting.dns.value.records.get("A") if hosting.dns.value else None
    networks = hosting.networks.value
    closed = hosting.tls.state == "ok" and hosting.tls.value is None
    return {
        "addresses": None if answers is None else "、".join(answers[:4]),
        "network": "、".join(dict.fromkeys(f"{n.country} {n.name}".strip() for n in networks)) if networks else None,
        "issuer": hosting.tls.value.issuer if hosting.tls.value else "" if closed else None,
        "registrar": (registration.registrar or None) if registration else None,
        "created": f"{created:%Y-%m-%d}" if created else None,
    }


def _fields(page: PageFacts) -> list[str]:
    """What its forms ask for, in the words that stand with the fields."""
    asked = [
        f.label or f.name for form in page.forms for f in form.fields if f.type not in {"hidden", "submit", "button"}
    ]
    return list(dict.fromkeys(label[:40] for label in asked if label))[:8]
