"""The numbers that Prometheus asks for: counts, sizes and instants, by source id, status and band; no lead is named.

The same ones are left in a file after each night (node_exporter's textfile collector) and answered by ``/metrics``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest, write_to_textfile
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from lookalike import __version__
from lookalike.config import Config
from lookalike.ops.crew_seen import crew_seen
from lookalike.ops.history import DIGEST, NIGHT
from lookalike.store import runs
from lookalike.store.engine import Factory, reading
from lookalike.store.models import Lead, Lease, Run, Site

HISTORY = 30
"""Runs that are looked through for the newest one that went well."""
NIGHT_COUNTS = ("sightings", "sites", "leads_new", "waiting")
SOURCE_COUNTS = ("pages", "results", "captcha", "blocked", "unparsed", "failed")


class _Read:
    """What was read once, as ``prometheus_client`` asks for it."""

    def __init__(self, found: Iterable[Metric]) -> None:
        self._found = list(found)

    def collect(self) -> Iterator[Metric]:
        yield from self._found


def registry(config: Config, factory: Factory, now: datetime) -> CollectorRegistry:
    """All numbers as they are now. Raises StoreError when the database cannot be read."""
    with reading(factory) as session:
        found = [*_nights(session), *_leads(session, now), *_workers(session), *_machine(config)]
    made = CollectorRegistry(auto_describe=False)
    made.register(_Read(found))
    return made


def page(config: Config, factory: Factory, now: datetime) -> bytes:
    """In the text format of Prometheus, version 0.0.4."""
    return generate_latest(registry(config, factory, now))


def leave(config: Config, factory: Factory, now: datetime, path: Path) -> None:
    """Into ``path``, whole or not at all; its folder is made. Raises OSError when it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(path), registry(config, factory, now))
    path.chmod(0o644)  # node_exporter is another user


def _nights(session: Session) -> Iterator[Metric]:
    past = runs.latest(session, NIGHT, limit=HISTORY)
    ended = [run for run in past if run.finished_at is not None and run.state != "lost"]
    went_well = next((run for run in ended if run.state == "done"), None)
    yield _gauge("last_success_timestamp_seconds", "When a night last ended without a failure.", _ended(went_well))
    newest = ended[0] if ended else None
    yield _gauge("last_finished_timestamp_seconds", "When a night last ended.", _ended(newest))
    running = next((run for run in past if run.state == "running"), None)
    yield _gauge(
        "night_unfinished", "1 while a night runs, or waits half done to be taken up.", int(running is not None)
    )
    digests = runs.latest(session, DIGEST)
    waits = bool(digests) and digests[0].state == "running"
    yield _gauge("digest_waiting", "1 while a digest has not gone out by every way.", int(waits))
    if newest is not None and newest.finished_at is not None:
        seconds = (newest.finished_at - newest.started_at).total_seconds()
        yield _gauge("night_duration_seconds", "From begin to end of the last night.", seconds)
        yield from _night(newest)


def _night(run: Run) -> Iterator[Metric]:
    told: Mapping[str, Any] = run.summary.get("night", {})
    for name in NIGHT_COUNTS:
        yield _gauge(f"night_{name}", f"Of the last night: {name}.", told.get(name))
    alarms = [alarm.get("level") for alarm in run.summary.get("alarms", [])]
    by_level = GaugeMetricFamily("lookalike_night_alarms", "Alarms of the last night.", labels=["level"])
    for level in ("fail", "warn"):
        by_level.add_metric([level], alarms.count(level))
    yield by_level
    failed = {str(one.get("source")) for one in told.get("failed", []) if one.get("source")}
    good = GaugeMetricFamily("lookalike_source_ok", "0: the source failed in the last night.", labels=["source"])
    counts = GaugeMetricFamily("lookalike_source", "Of the last night, by source.", labels=["source", "count"])
    for source, row in sorted(told.get("sources", {}).items()):
        good.add_metric([source], 0 if source in failed else 1)
        for name in SOURCE_COUNTS:
            counts.add_metric([source, name], float(row.get(name) or 0))
    yield good
    yield counts


def _leads(session: Session, now: datetime) -> Iterator[Metric]:
    by = GaugeMetricFamily("lookalike_leads", "Leads, by status and band.", labels=["status", "band"])
    for status, band, count in session.execute(
        select(Lead.status, Lead.band, func.count()).group_by(Lead.status, Lead.band)
    ):
        by.add_metric([status, band], count)
    yield by
    oldest = session.scalar(select(func.min(Lead.first_seen)).where(Lead.status == "new", Lead.band == "high"))
    age = (now - oldest).total_seconds() if oldest else 0.0
    yield _gauge("oldest_unreviewed_high_seconds", "Age of the oldest high lead that nobody has judged.", max(age, 0))
    states = GaugeMetricFamily("lookalike_sites", "Sites, by their place in the frontier.", labels=["state"])
    for state, count in session.execute(select(Site.state, func.count()).group_by(Site.state)):
        states.add_metric([state], count)
    yield states
    open_now = session.scalar(select(func.count()).select_from(Lease).where(Lease.until >= now))
    yield _gauge("leases", "Leads that somebody looks at.", open_now)


def _workers(session: Session) -> Iterator[Metric]:
    """Nothing where work is not spread over machines."""
    seen = crew_seen(session)
    if seen is None:
        return
    there = GaugeMetricFamily("lookalike_workers", "Workers, by whether they show that they live.", labels=["state"])
    there.add_metric(["online"], len(seen.living))
    there.add_metric(["silent"], len(seen.silent))
    yield there
    meant = "When a machine's workers were last heard."
    heard = GaugeMetricFamily("lookalike_worker_last_heard_timestamp_seconds", meant, labels=["machine"])
    latest: dict[str, float] = {}
    for one in seen.workers:
        latest[one.host] = max(latest.get(one.host, 0.0), one.heard.timestamp())
    for host, at in sorted(latest.items()):
        heard.add_metric([host], at)
    yield heard
    unfit = sum(one.unlike or bool(one.unfit) for one in seen.living)
    yield _gauge("workers_unfit", "Workers that are there and cannot take part, being unlike this machine.", unfit)
    jobs = GaugeMetricFamily("lookalike_worker_jobs", "Jobs for workers; failed: within seven days.", labels=["state"])
    for state, count in seen.jobs.items():
        jobs.add_metric([state], count)
    yield jobs


def _machine(config: Config) -> Iterator[Metric]:
    try:
        disk = shutil.disk_usage(config.home)
    except OSError:
        disk = None  # a file system that does not tell: the gauge is absent, not zero
    if disk is not None:
        yield _gauge("disk_free_bytes", "Free where everything is kept.", disk.free)
        yield _gauge("disk_size_bytes", "Size of that disk.", disk.total)
    url = make_url(config.database)
    if url.get_backend_name() == "sqlite" and url.database and Path(url.database).is_file():
        yield _gauge("database_bytes", "Size of the embedded database.", Path(url.database).stat().st_size)
    built = GaugeMetricFamily("lookalike_build_info", "The version that runs.", labels=["version"])
    built.add_metric([__version__], 1)
    yield built


def _gauge(name: str, meaning: str, value: float | None) -> Metric:
    """Without a value the gauge has no sample: nothing is claimed that is not known."""
    found = GaugeMetricFamily(f"lookalike_{name}", meaning)
    if value is not None:
        found.add_metric([], float(value))
    return found


def _ended(run: Run | None) -> float | None:
    return run.finished_at.timestamp() if run is not None and run.finished_at is not None else None
