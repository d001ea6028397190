"""Judging again what is stored: the same capture, sightings, time and reference set, under any version of the weights.

Under the version that a judgement was made with, rows and score come out the same to the bit, as long as seeds and
scoring code are those of then; where they are not, it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from lookalike.fingerprints import of_program, of_seeds
from lookalike.night import Night
from lookalike.stages.refresh import load_reference, reference_of
from lookalike.stages.score import case_from, found_contacts, in_order, reference_for, telling_address
from lookalike.store import assessments, audit, campaign_keys, leads, references, sites
from lookalike.store.engine import reading, writing
from lookalike.store.models import Assessment as Stored
from lookalike.store.models import Run, Site
from lookalike.store.references import Compared
from scoring.case import Case
from scoring.engine import assess
from scoring.link import Key
from scoring.linking.keys import keys_of
from scoring.result import Assessment
from scoring.weights import Weights

CHUNK = 25
SEEDS = "种子数据与当时不同"
PROGRAM = "评分程序与当时不同"
NO_REFERENCE = "当时没有记录参照集，用现在的"
BASELINES = "有基线页面后来被替换，少了 {} 个"
NO_CAPTURE = "采集文件读不出来"


@dataclass(frozen=True, slots=True)
class Rescored:
    """One judgement before and after."""

    site_id: int
    lead_id: int | None
    host: str
    before: Stored
    after: Assessment
    case: Case
    keys: tuple[Key, ...]
    """By what it is linked: that depends on the judgement too."""
    notes: tuple[str, ...]
    """Why the same version need not give the same rows."""

    @property
    def same(self) -> bool:
        """Whether kind, score, platform and every row are equal to the bit."""
        mine = self.after
        told = (mine.kind, mine.score, mine.band, mine.impersonates, [r.as_json() for r in mine.rows])
        was = self.before
        return told == (was.kind, was.score, was.band, was.impersonates, was.rows)

    def as_json(self) -> dict[str, Any]:
        """As ``rescore --json`` prints it."""
        was, mine = self.before, self.after
        return {
            "lead": self.lead_id,
            "host": self.host,
            "at": was.at.isoformat(),
            "same": self.same,
            "before": _told(was.weights_version, was.kind, was.score, was.band, was.impersonates),
            "after": _told(mine.weights_version, mine.kind, mine.score, mine.band, mine.impersonates),
            "notes": list(self.notes),
        }


def rescore(
    night: Night, weights: Weights, lead_ids: Sequence[int] = (), *, who: str = "", keep: bool
) -> list[Rescored]:
    """Judge the latest capture of these leads again, or of every site; ``keep`` stores what comes out.

    Raises StoreError when a capture that a judgement was made from is missing.
    """
    load_reference(night)
    with reading(night.factory) as session:
        due = assessments.newest(session, lead_ids)
    night.progress("score", 0, len(due))
    found: list[Rescored] = []
    for group in _by_reference(due):
        again, notes = _night_of_then(night, group[0][0].reference_sha256)
        for start in range(0, len(group), CHUNK):
            part = [_again(again, weights, notes, *row) for row in group[start : start + CHUNK]]
            if keep:
                with writing(night.factory) as session:
                    _keep(session, part)
            found += part
            night.progress("score", len(part), None)
    if keep and found:
        with writing(night.factory) as session:
            changed = sum(not r.same for r in found)
            audit.note(session, night.now(), who, "rescore", after={"version": weights.version, "changed": changed})
    return sorted(found, key=lambda r: (-r.after.score, r.site_id))


def _again(night: Night, weights: Weights, notes: tuple[str, ...], was: Stored, lead_id: int | None) -> Rescored:
    with reading(night.factory) as session:
        site = session.get_one(Site, was.site_id)
        seen = in_order(sites.sightings(session, site.id, upto=was.sightings_to))
        bare = Case(now=was.at, site=sites.key_of(site), url=next(iter(site.urls), ""), sightings=seen)
    case, documents = case_from(night, bare, was.documents)
    if list(documents) != list(was.documents):
        notes = (*notes, NO_CAPTURE)
    judged = assess(case, reference_for(night, case), weights)
    keys = keys_of(case, night.reference, judged)
    return Rescored(was.site_id, lead_id, site.host, was, judged, case, keys, notes)


def _keep(session: Session, part: Sequence[Rescored]) -> None:
    """Replace judgements; what they were made from stays as it was."""
    for one in part:
        if one.same and one.before.weights_version == one.after.weights_version:
            continue
        was = one.before
        leads.record(
            session,
            session.get_one(Run, was.run_id),
            session.get_one(Site, one.site_id),
            one.after,
            contacts=found_contacts(one.case),
            now=was.at,
            url=telling_address(one.case, one.after),
            documents=was.documents,
            reference=was.reference_sha256,
            sightings_to=was.sightings_to,
        )
        campaign_keys.keep(session, one.site_id, one.keys, was.at)


def _by_reference(due: Sequence[tuple[Stored, int | None]]) -> Iterator[list[tuple[Stored, int | None]]]:
    """A reference is dear to build: judgements of one set come together."""
    groups: dict[str | None, list[tuple[Stored, int | None]]] = {}
    for row in due:
        groups.setdefault(row[0].reference_sha256, []).append(row)
    yield from groups.values()


def _night_of_then(night: Night, sha256: str | None) -> tuple[Night, tuple[str, ...]]:
    """The night with the reference of a set, and what differs from then."""
    with reading(night.factory) as session:
        compared = references.get(session, sha256) if sha256 else None
        rows = references.rows_of(session, compared) if compared else []
    if compared is None:
        return night, (NO_REFERENCE,)
    reference, used = reference_of(night, rows, compared.confirmed)
    return replace(night, reference=reference, compared=compared), _differs(night, compared, len(used))


def _differs(night: Night, compared: Compared, used: int) -> tuple[str, ...]:
    found = [SEEDS] if compared.seeds != of_seeds(night.seeds) else []
    found += [PROGRAM] if compared.program != of_program() else []
    lost = len(compared.baselines) - used
    return (*found, BASELINES.format(lost)) if lost else tuple(found)


def _told(version: str, kind: str, score: float, band: str, impersonates: str | None) -> dict[str, Any]:
    return {"weights": version, "kind": kind, "score": score, "band": band, "impersonates": impersonates}
