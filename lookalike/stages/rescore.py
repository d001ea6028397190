"""Judging again what is stored: the same capture, sightings, time and reference set, under any version of the weights.

Under the version that a judgement was made with, rows and score come out the same to the bit, as long as seeds and
scoring code are those of then; where they are not, it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lookalike.fingerprints import of_program, of_seeds
from lookalike.night import Night
from lookalike.stages.refresh import load_reference, reference_of
from lookalike.stages.score import case_from, found_contacts, in_order, reference_for, telling_address
from lookalike.store import assessments, audit, campaign_keys, leads, references, sites
from lookalike.store.assessments import Newest
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
class Told:
    """A judgement in short."""

    weights: str
    kind: str
    score: float
    band: str
    impersonates: str | None


@dataclass(frozen=True, slots=True)
class Rescored:
    """One judgement before and after."""

    site_id: int
    lead_id: int | None
    host: str
    at: datetime
    before: Told
    after: Told
    same: bool
    """Whether kind, score, platform and every row are equal to the bit."""
    notes: tuple[str, ...]
    """Why the same version need not give the same rows."""

    def as_json(self) -> dict[str, Any]:
        """As ``rescore --json`` prints it."""
        return {
            "lead": self.lead_id,
            "host": self.host,
            "at": self.at.isoformat(),
            "same": self.same,
            "before": asdict(self.before),
            "after": asdict(self.after),
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class _Draft:
    """What came out, with what is stored beside it; let go chunk by chunk, as cases are large."""

    told: Rescored
    was: Stored
    judged: Assessment
    case: Case
    keys: tuple[Key, ...]


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
        again, notes = _night_of_then(night, group[0].reference_sha256)
        for start in range(0, len(group), CHUNK):
            drafts = [_again(again, weights, notes, judgement) for judgement in group[start : start + CHUNK]]
            if keep:
                with writing(night.factory) as session:
                    _keep(session, drafts)
            found += [draft.told for draft in drafts]
            night.progress("score", len(drafts), None)
    if keep and found:
        with writing(night.factory) as session:
            changed = sum(not r.same for r in found)
            audit.note(session, night.now(), who, "rescore", after={"version": weights.version, "changed": changed})
    return sorted(found, key=lambda r: (-r.after.score, r.site_id))


def _again(night: Night, weights: Weights, notes: tuple[str, ...], judgement: Newest) -> _Draft:
    with reading(night.factory) as session:
        was = session.get_one(Stored, judgement.assessment_id)
        site = session.get_one(Site, was.site_id)
        seen = in_order(sites.sightings(session, site.id, upto=was.sightings_to))
        bare = Case(now=was.at, site=sites.key_of(site), url=next(iter(site.urls), ""), sightings=seen)
    case, documents = case_from(night, bare, was.documents)
    if list(documents) != list(was.documents):
        notes = (*notes, NO_CAPTURE)
    mine = assess(case, reference_for(night, case), weights)
    before = Told(was.weights_version, was.kind, was.score, was.band, was.impersonates)
    after = Told(mine.weights_version, mine.kind, mine.score, mine.band, mine.impersonates)
    same = replace(before, weights=after.weights) == after and was.rows == [r.as_json() for r in mine.rows]
    told = Rescored(site.id, judgement.lead_id, site.host, was.at, before, after, same, notes)
    return _Draft(told, was, mine, case, keys_of(case, night.reference, mine))


def _keep(session: Session, drafts: Sequence[_Draft]) -> None:
    """Replace judgements; what they were made from stays as it was."""
    for draft in drafts:
        was = draft.was
        if draft.told.same and draft.told.before.weights == draft.told.after.weights:
            continue
        leads.record(
            session,
            session.get_one(Run, was.run_id),
            session.get_one(Site, was.site_id),
            draft.judged,
            contacts=found_contacts(draft.case),
            now=was.at,
            url=telling_address(draft.case, draft.judged),
            documents=was.documents,
            reference=was.reference_sha256,
            sightings_to=was.sightings_to,
        )
        campaign_keys.keep(session, draft.told.site_id, draft.keys, was.at)


def _by_reference(due: Sequence[Newest]) -> Iterator[list[Newest]]:
    """A reference is dear to build: judgements of one set come together."""
    groups: dict[str | None, list[Newest]] = {}
    for judgement in due:
        groups.setdefault(judgement.reference_sha256, []).append(judgement)
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
