"""What name feeds tell anew: a name is told once by a feed, however often the list that it stands in is laid down."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from lookalike.store.models import Sighting, Site
from lookalike.store.searches import Unit
from scoring import case
from scoring.case import SiteKey

_CHUNK = 500


def untold(session: Session, source: str, seen: Sequence[case.Sighting], unit: Unit) -> list[case.Sighting]:
    """Those of the sightings whose site this source has not told of before.

    A list that grows is read anew as a whole: its old names must not be visited again for it, since names that are
    parked or dead have their own, growing intervals.
    """
    keys: dict[SiteKey, list[case.Sighting]] = {}
    for sighting in seen:
        try:
            keys.setdefault(unit(sighting.url), []).append(sighting)
        except ValueError:
            continue
    told = _told(session, source, list(keys))
    return [s for key, found in keys.items() if key not in told for s in found]


def _told(session: Session, source: str, keys: Sequence[SiteKey]) -> frozenset[SiteKey]:
    found: set[SiteKey] = set()
    for start in range(0, len(keys), _CHUNK):
        wanted = [(k.host, k.port, k.scope) for k in keys[start : start + _CHUNK]]
        rows = session.execute(
            select(Site.host, Site.port, Site.scope)
            .join(Sighting, Sighting.site_id == Site.id)
            .where(Sighting.source == source, tuple_(Site.host, Site.port, Site.scope).in_(wanted))
            .distinct()
        )
        found.update(SiteKey(*row) for row in rows)
    return frozenset(found)
