"""What a night leaves behind, without what depends on the order of work: numbers of rows, ranks, ids of campaigns."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lookalike.store.engine import Factory, open_engine, reading, session_factory
from lookalike.store.listing import as_json, listing
from lookalike.store.models import Capture, Lead, LifeEvent, Sighting, Site, Visit

NIGHT = [sys.executable, "-m", "lookalike", "nightly", "--json"]
_DRIPPED = re.compile(r"，收到 \d+ 字节")
"""How much a host that drips had sent when its time was up: the clock's, not the night's."""
OWN = ("id", "rank", "campaign")


def outcome(home: Path, url: str = "") -> dict[str, list[Any]]:
    """Rows of the listing, crews as sets of addresses, visits, captures, sightings and lives, each sorted."""
    engine = open_engine(url or f"sqlite:///{home / 'lookalike.db'}")
    try:
        return _outcome(session_factory(engine))
    finally:
        engine.dispose()


def _outcome(factory: Factory) -> dict[str, list[Any]]:
    with reading(factory) as session:
        views = [as_json(view) for view in listing(session, all_sites=True)]
        site = Site.host, Site.port, Site.scope
        visits = session.query(*site, Visit.run_id, Visit.url, Visit.outcome, Visit.life, Visit.pictures).join(
            Visit, Visit.site_id == Site.id
        )
        captures = (
            session.query(
                *site, Capture.client, Capture.requested_url, Capture.final_url, Capture.status, Capture.error
            )
            .join(Visit, Visit.site_id == Site.id)
            .join(Capture, Capture.visit_id == Visit.id)
        )
        seen = session.query(*site, Sighting.source, Sighting.query, Sighting.position, Sighting.paid, Sighting.url)
        lives = session.query(*site, LifeEvent.before, LifeEvent.after).join(LifeEvent, LifeEvent.site_id == Site.id)
        return {
            "listing": sorted(map(_row, views)),
            "crews": _crews(views),
            "states": sorted(map(repr, session.query(*site, Site.state, Site.life, Site.alive, Site.error))),
            "visits": sorted(map(repr, visits)),
            "captures": sorted(_DRIPPED.sub("", repr(row)) for row in captures),
            "sightings": sorted(map(repr, seen.join(Sighting, Sighting.site_id == Site.id))),
            "lives": sorted(map(repr, lives)),
            "leads": sorted(repr((x.status, x.band, x.kind)) for x in session.query(Lead)),
        }


def _row(view: dict[str, Any]) -> str:
    kept: dict[str, Any] = {k: v for k, v in view.items() if k not in OWN}
    kept["sightings"] = sorted(json.dumps(s, sort_keys=True) for s in view["sightings"])
    kept["contacts"] = sorted(json.dumps(c, sort_keys=True) for c in view["contacts"])
    return f"{view['host']} {view['url']} {json.dumps(kept, sort_keys=True, ensure_ascii=False)}"


def _crews(views: list[dict[str, Any]]) -> list[list[str]]:
    crews: dict[str, list[str]] = {}
    for view in views:
        if view.get("campaign"):
            crews.setdefault(view["campaign"], []).append(f"{view['host']} {view['url']}")
    return sorted(sorted(members) for members in crews.values())


def kill_nights(env: Mapping[str, str], kills: int, seed: int, pauses: tuple[float, float]) -> list[float]:
    """Begins a night ``kills`` times and kills it after a random time (s) between ``pauses``; returns those times.

    Ends early only when a night came to its end before it could be killed; then it returns fewer.
    """
    dice = random.Random(seed)
    waited: list[float] = []
    for _ in range(kills):
        night = subprocess.Popen(NIGHT, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pause = dice.uniform(*pauses)
        until = time.monotonic() + pause
        while time.monotonic() < until and night.poll() is None:
            time.sleep(0.05)
        if night.poll() is not None:
            return waited
        night.send_signal(signal.SIGKILL)
        night.wait()
        waited.append(pause)
    return waited


def environment(home: Path, running_env: Mapping[str, str], **more: str) -> dict[str, str]:
    """A clean environment for the command, with the range's settings."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    own = {"LOOKALIKE_HOME": str(home), "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    return clean | dict(running_env) | own | more
