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
    suspect: str
    genuine: str
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


def _same(one: str, other: str) -> bool | None:
    return one == other if one and other else None


def _facts(side: Side) -> dict[str, str]:
    page, hosting = side.page, side.hosting
    told = claims_of(page) if page else None
    registration = hosting.whois.value or hosting.rdap.value
    created = registration.created.astimezone(CHINA) if registration and registration.created else None
    networks = hosting.networks.value or ()
    return {
        "host": side.host,
        "title": page.title if page else "",
        "headings": " / ".join(page.headings[:3]) if page else "",
        "fields": "、".join(_fields(page)) if page else "",
        "action": " ".join(dict.fromkeys(form.action for form in page.forms if form.action)) if page else "",
        "bodies": "、".join(claim.value for claim in told.bodies[:4]) if told else "",
        "icp": "、".join(claim.value for claim in told.icp[:4]) if told else "",
        "addresses": "、".join(hosting.dns.value.records.get("A", ())[:4]) if hosting.dns.value else "",
        "network": "、".join(dict.fromkeys(f"{n.country} {n.name}".strip() for n in networks)),
        "issuer": hosting.tls.value.issuer if hosting.tls.value else "",
        "registrar": registration.registrar if registration else "",
        "created": f"{created:%Y-%m-%d}" if created else "",
    }


def _fields(page: PageFacts) -> list[str]:
    """What its forms ask for, in the words that stand with the fields."""
    asked = [
        f.label or f.name for form in page.forms for f in form.fields if f.type not in {"hidden", "submit", "button"}
    ]
    return list(dict.fromkeys(label[:40] for label in asked if label))[:8]
