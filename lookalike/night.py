"""What the stages of a night share: settings, seeds, store, reference, the run and its clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from lookalike.clock_watch import ClockWatch
from lookalike.config import Config
from lookalike.opening import open_blobs, open_store
from lookalike.store import weights
from lookalike.store.blobs import Blobs
from lookalike.store.engine import Factory, reading
from lookalike.store.references import Compared
from scoring.case import Sighting, SiteKey
from scoring.reference import Reference
from scoring.sitekey import site_key
from scoring.weights import Weights, shipped
from seeds.loader import load_seeds
from seeds.model import Seeds
from spiders import clock
from spiders.budgets import Budgets
from spiders.fetch import Remembered
from spiders.pace import Pace

PAID = 0.5
"""What a paid place adds to the suspicion before the visit; a name alone gives at most 1."""


@dataclass(slots=True)
class Night:
    """One piece of work over the store; ``run_id`` is 0 until a run has been begun."""

    config: Config
    seeds: Seeds
    factory: Factory
    blobs: Blobs
    reference: Reference
    """What is genuine; with baselines only after the stage that loads them."""
    now: Callable[[], datetime]
    weights: Weights = field(default_factory=shipped)
    """The version in use."""
    compared: Compared | None = None
    """What ``reference`` was made of; None before the stage that loads it."""
    run_id: int = 0
    budgets: Budgets | None = None
    """What its visits have spent; None before the first of them."""
    remembered: Remembered = field(default_factory=Remembered)
    """What its visits know of each other, over all its rounds."""
    pace: Pace | None = None
    """What keeps requests of several processes apart; None: this process is alone."""
    clock: ClockWatch = field(default_factory=ClockWatch)
    failed: list[dict[str, Any]] = field(default_factory=list)
    """What went wrong and was left: ``{"source": …, "why": …}``, for the summary and the exit code."""
    notes: list[dict[str, str]] = field(default_factory=list)
    """What is worth telling and is no failure: ``{"source", "status", "why"}``: a source without its key, bad rows."""
    progress: Callable[[str, int, int | None], None] = lambda _stage, _done, _total: None
    """Told of a stage's name, how much is done, and of how much (None: not known)."""

    @property
    def revisit_after(self) -> timedelta:
        """How old a visit must be before a site that is seen again is visited again."""
        return timedelta(days=self.config.revisit_days)

    def unit(self, url: str) -> SiteKey:
        """The site of a URL; ``ValueError`` where it names none."""
        return site_key(url, self.seeds.shared_hosts)

    def suspicion(self, key: SiteKey, sighting: Sighting) -> float:
        """How suspicious a sighting looks before any visit: by the name, and by whether somebody paid for it."""
        findings = self.reference.names.judge(key.host)
        return max((f.strength for f in findings), default=0.0) + (PAID if sighting.paid else 0.0)


def open_night(config: Config) -> Night:
    """Open the store and load the seeds."""
    seeds = load_seeds(config.seeds_folder)
    factory = open_store(config)
    with reading(factory) as session:
        in_use = weights.active(session)
    return Night(
        config=config,
        seeds=seeds,
        factory=factory,
        blobs=open_blobs(config),
        reference=Reference(seeds),
        now=partial(clock.now, config),
        weights=in_use,
    )
