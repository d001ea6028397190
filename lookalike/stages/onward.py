"""Sites that others lead to, by advert, code, redirect or script: kept as sightings, and visited the same night."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from lookalike.night import Night
from lookalike.store import sites
from lookalike.store.models import Run
from lookalike.store.models import Sighting as Row
from lookalike.store.upsert import insert_new
from scoring.case import Sighting, SiteKey

TOLD = ("source", "query", "position", "paid", "url", "title", "snippet", "display_url")


@dataclass(frozen=True, slots=True)
class LedOn:
    """What led to an address: a code in a picture, a redirect, a script, or that its host sends all visitors on."""

    how: Literal["qr", "redirect", "script", "link"]
    origin: str
    """The page that led there."""
    place: int
    """Its number among those of the page, from 1."""


def note_onward(night: Night, session: Session, run: Run, found: Iterable[Sighting]) -> int:
    """Keep the sightings, and let their sites wait for a visit; returns how many sites are new."""
    new = 0
    for seen in found:
        if (key := strangers_site(night, seen.url)) is None:
            continue
        site_id, fresh = wait(night, session, run, key, seen.url)
        row = {"run_id": run.id, "site_id": site_id, "page": 0, "seen_at": night.now()}
        insert_new(session, Row, [row | {name: getattr(seen, name) for name in TOLD}])
        new += fresh
    return new


def note_address(night: Night, session: Session, run: Run, url: str, led: LedOn) -> bool:
    """Let the site of an address that another site led to wait for a visit, and keep who led there as a sighting.

    True when it is new and no platform's.
    """
    if (key := strangers_site(night, url)) is None:
        return False
    site_id, fresh = wait(night, session, run, key, url)
    if not own(night, key, led.origin):
        insert_new(session, Row, [sighting(night, run, site_id, url, led)])
    return fresh


def strangers_site(night: Night, url: str) -> SiteKey | None:
    """The site of an address; None where it names none, or a genuine platform's."""
    try:
        key = night.unit(url)
    except ValueError:
        return None
    return None if night.reference.genuine(key) is not None else key


def own(night: Night, key: SiteKey, origin: str) -> bool:
    """Whether the page that led there is the site's own."""
    try:
        return key == night.unit(origin)
    except ValueError:
        return False


def wait(night: Night, session: Session, run: Run, key: SiteKey, url: str) -> tuple[int, bool]:
    """Let a site wait for a visit at this address; returns its number, and whether it is new."""
    ids, fresh = sites.note_seen(session, run, [sites.Seen(key, url, night.now())], revisit_after=night.revisit_after)
    return ids[key], bool(fresh)


def sighting(night: Night, run: Run, site_id: int | None, url: str, led: LedOn) -> dict[str, Any]:
    """The row of an address that a page led to."""
    row: dict[str, Any] = {"run_id": run.id, "site_id": site_id, "source": led.how, "query": led.origin, "page": 0}
    row |= {"paid": False, "position": led.place, "url": url, "seen_at": night.now()}
    return row | dict.fromkeys(("title", "snippet", "display_url"), "")
