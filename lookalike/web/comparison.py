"""The suspect beside the genuine platform, fact by fact, as both were captured. Unknown is not different."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import mmh3

from scoring.case import Hop, Hosting
from scoring.claims import claims_of
from scoring.contacts import contacts
from scoring.page import PageFacts
from scoring.page_urls import host_of
from spiders.clock import CHINA

Judged = Literal["copied", "same", "differs", "unknown"]
"""``copied``: a foreign host shows what belongs to the platform. ``same``: of what both may share."""
COPIED = frozenset({"title", "headings", "fields", "logo", "icon", "bodies", "copyright", "icp"})
"""What belongs to the platform, wherever it is shown."""
_LINE = 120
_COPYRIGHT = re.compile(r"版权所有|copyright|©|\(c\)", re.IGNORECASE)
_MOST = 4


@dataclass(frozen=True, slots=True)
class Fact:
    """One row; ``same`` is None where either side is unknown."""

    name: str
    """Key below ``compare`` in the catalogue."""
    suspect: str | None
    genuine: str | None
    """None: not known; empty: there is none."""
    same: bool | None

    @property
    def judged(self) -> Judged:
        """What to make of it."""
        if self.same is None:
            return "unknown"
        if not self.same:
            return "differs"
        return "copied" if self.name in COPIED and self.suspect else "same"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two."""

    host: str
    page: PageFacts | None
    hosting: Hosting
    hops: tuple[Hop, ...] = ()
    """How the page was reached."""
    at: datetime | None = None
    """When it was captured."""
    icon: bytes = b""
    pictures: tuple[str, ...] = field(default=())
    """SHA-256 of its telling pictures, the most telling first."""


def compared(suspect: Side, genuine: Side) -> tuple[Fact, ...]:
    """The rows, in the order of the page."""
    mine, theirs = _facts(suspect), _facts(genuine)
    rows = [Fact(name, mine[name], theirs[name], _same(mine[name], theirs[name])) for name in mine]
    return tuple(_logo(suspect, genuine) if row.name == "logo" else row for row in rows)


def _same(one: str | None, other: str | None) -> bool | None:
    return None if one is None or other is None else one == other


def _facts(side: Side) -> dict[str, str | None]:
    page, at = side.page, side.hops[0].url if side.hops else ""
    chain = dict.fromkeys(host_of(hop.url) for hop in side.hops)
    return {
        "host": side.host,
        **_read(page, host_of(at) or side.host),
        "logo": side.pictures[0][:16] if side.pictures else None,
        "icon": str(mmh3.hash(base64.encodebytes(side.icon))) if side.icon else None,
        "chain": " → ".join(chain) if side.hops else None,
        **_hosted(side.hosting, side.at),
    }


def _read(page: PageFacts | None, host: str) -> dict[str, str | None]:
    names = ("title", "headings", "fields", "action", "copyright", "bodies", "icp", "contacts")
    if page is None:
        return dict.fromkeys(names)
    told = claims_of(page)
    action = dict.fromkeys(host_of(form.action) or host for form in page.forms if form.action)
    values = (
        page.title,
        " / ".join(page.headings[:3]),
        "、".join(_fields(page)),
        " ".join(action),
        _copyright(page.text),
        "、".join(claim.value for claim in told.bodies[:_MOST]),
        "、".join(claim.value for claim in told.icp[:_MOST]),
        "、".join(f"{one.type} {one.value}" for one in contacts(page.text)[:_MOST]),
    )
    return dict(zip(names, values, strict=True))


def _logo(suspect: Side, genuine: Side) -> Fact:
    """The first picture that both show, byte for byte; else the most telling one of each."""
    both = next((one for one in suspect.pictures if one in genuine.pictures), "")
    mine, theirs = (both or next(iter(side.pictures), "") for side in (suspect, genuine))
    same = bool(both) if suspect.pictures and genuine.pictures else None
    return Fact("logo", mine[:16] or None, theirs[:16] or None, same)


def _copyright(text: str) -> str:
    """The last line that speaks of a copyright: the foot of the page."""
    lines = (line.strip() for line in reversed(text.splitlines()))
    return next((line[:_LINE] for line in lines if _COPYRIGHT.search(line[:1000])), "")


def _hosted(hosting: Hosting, at: datetime | None) -> dict[str, str | None]:
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
        "age": f"{(at - created).days} 天" if created and at else None,
    }


def _fields(page: PageFacts) -> list[str]:
    """What its forms ask for, in the words that stand with the fields."""
    asked = [
        f.label or f.name for form in page.forms for f in form.fields if f.type not in {"hidden", "submit", "button"}
    ]
    return list(dict.fromkeys(label[:40] for label in asked if label))[:8]
