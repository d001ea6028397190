"""Linking: all leads of all nights become campaigns anew, from the keys that were kept with their judgements."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from lookalike.night import Night
from lookalike.store import campaign_keys, campaigns, runs
from lookalike.store.engine import writing
from lookalike.store.models import Run
from scoring.link import link
from seeds.model import Seeds


def link_leads(night: Night) -> campaigns.Counts:
    """Link everything, in one transaction with the run's note of it."""
    night.progress("link", 0, None)
    with writing(night.factory) as session:
        counts = relink(session, organs(night.seeds), night.now())
        run = session.get_one(Run, night.run_id)
        facts = {"count": counts.campaigns, "leads": counts.leads, "new": counts.new, "ended": counts.ended}
        runs.note_step(session, run, "link", facts)
    night.progress("link", counts.campaigns, None)
    return counts


def relink(session: Session, organs: Mapping[str, str], now: datetime) -> campaigns.Counts:
    """Work out all campaigns and store them, within the caller's transaction. The same keys give the same campaigns."""
    campaigns.lock(session)
    with _without_collector():
        leads, honest = campaign_keys.cases(session, organs)
        found = link(leads, honest, campaigns.apart(session))
        return campaigns.save(session, found, now)


def organs(seeds: Seeds) -> dict[str, str]:
    """The organ behind each platform; ``gov`` stands for any organ and so for none."""
    return {p.id: p.organ for p in seeds.platforms if p.id != "gov"}


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hundreds of thousands of small objects are made and none is a cycle: the collector would only slow this down."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
