"""The end of a night: its numbers are held against the nights before, and what judges is tried on known cases.

Alarms go into the run's summary; those that fail put the source among what failed, and the night exits 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from lookalike import monitors, trial
from lookalike.monitors import Alarm, RunNight, SourceNight
from lookalike.night import Night
from lookalike.stages.wanted import page_limit
from lookalike.store import baselines, runs, sources, tonight
from lookalike.store.engine import writing
from lookalike.store.models import Run
from lookalike.store.source_counts import SourceCounts, source_counts
from seeds.model import Source


def watch(night: Night) -> list[Alarm]:
    """Check, store and tell; run once more after a resume, it tells the same."""
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        found = [*_numbers(night, session, run), *_trial(night, session)]
        told = [_with_sample(night, session, run, alarm) for alarm in found]
        runs.note_step(session, run, "alarms", told)
    for alarm, shown in zip(found, told, strict=True):
        if alarm.level == "fail":
            _fail(night, alarm.source, shown["text"])
    return found


def of_sources(night: Night, session: Session, run: Run) -> dict[str, dict[str, Any]]:
    """By source what it gave and how it came out: the ``sources`` of ``nightly --json``."""
    counts, new = source_counts(session, run), tonight.leads_new(session, run)
    standing: Mapping[str, Any] = run.summary.get("standing", {})
    suspect = {alarm["source"] for alarm in run.summary.get("alarms", []) if alarm["level"] == "fail"}
    found = {}
    for source in sorted({*counts, *standing}):
        row = counts.get(source, SourceCounts()).as_json() | {"leads_new": new.get(source, 0)}
        row["raw_page"] = _sample(night, row["raw_sha256"])
        row |= standing.get(source, {})
        if source in suspect and row.get("state") == "ok":
            row["state"] = "suspect"
        found[source] = row
    return found


def _numbers(night: Night, session: Session, run: Run) -> list[Alarm]:
    known = {s.id: s for s in night.seeds.sources if s.kind != "file"}  # files are read to their end, or they fail
    before = [
        RunNight(_nights(counts, known, {}), _leads_new(earlier))
        for earlier, counts in sources.history(session, run, monitors.HISTORY)
    ]
    depths = {source.id: page_limit(night, source) for source in known.values()}
    tonight = RunNight(_nights(source_counts(session, run), known, depths), _leads_new(run))
    return monitors.check(tonight, before)


def _nights(
    counts: Mapping[str, SourceCounts], known: Mapping[str, Source], depths: Mapping[str, int]
) -> dict[str, SourceNight]:
    return {
        source: SourceNight(
            source,
            known[source].name,
            asked=_asked(c),
            depth=depths.get(source, 1),
            pages=c.pages,
            results=c.results,
            deep=c.deep,
            captcha=c.captcha,
            blocked=c.blocked,
            unparsed=c.unparsed,
            failed=c.failed,
            robots=c.robots,
        )
        for source, c in counts.items()
        if source in known
    }


def _asked(counts: SourceCounts) -> int:
    """Queries that were asked; of those that ended blocked only the one that met the refusal."""
    met = 1 if counts.refused or counts.robots else 0
    return max(0, counts.queries - counts.pending_queries - counts.blocked_queries + met)


def _leads_new(run: Run) -> int:
    return sum(int(run.summary.get(step, {}).get("leads_new", 0)) for step in ("score", "tips"))


def _trial(night: Night, session: Session) -> list[Alarm]:
    captured = [(b.platform, b.url) for b in baselines.latest(session)]
    judged = trial.judged_fake(night.now(), night.reference, night.weights)
    unknown = trial.unrecognised(captured, night.reference)
    return monitors.canary(unknown, judged.score, judged.band, night.weights.bands["medium"])


def _with_sample(night: Night, session: Session, run: Run, alarm: Alarm) -> dict[str, Any]:
    told = alarm.as_json()
    if alarm.rule == "unparsed":
        kept = source_counts(session, run)[alarm.source].raw_sha256
        told["text"] += f"；原页样本：{_sample(night, kept)}" if kept else ""
    return told


def _sample(night: Night, sha256: str | None) -> str | None:
    return str(night.blobs.path(sha256)) if sha256 else None


def _fail(night: Night, source: str, text: str) -> None:
    """One entry a source: what is wrong with it stands together."""
    if not source:
        night.failed.append({"stage": "trial", "why": text})
        return
    entry = next((f for f in night.failed if f.get("source") == source), None)
    if entry is None:
        night.failed.append({"source": source, "why": text})
    else:
        entry["why"] = f"{entry['why']}；{text}"
