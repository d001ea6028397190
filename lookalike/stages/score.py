"""Scoring: every examined site of the run that has no assessment yet is read back and judged."""

from __future__ import annotations

from pathlib import Path

from lookalike.night import Night
from lookalike.stages.pictures import readings
from lookalike.store import assessments, leads, runs, sites, visits
from lookalike.store.assessments import Contact
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run, Site
from scoring.case import Case, Sighting
from scoring.contacts import contacts
from scoring.engine import assess
from scoring.qr import code_contacts
from scoring.result import Assessment
from scoring.weights import Weights, shipped
from spiders.case import build_case
from spiders.items import VisitItem
from spiders.warc import BrokenWarc, read_visit

CHUNK = 25
"""Sites judged between two commits: what a kill costs at most."""


def score(night: Night) -> int:
    """Judge what is still to be judged; returns how many leads are new."""
    weights = shipped()
    with reading(night.factory) as session:
        due = [site.id for site in assessments.due(session, session.get_one(Run, night.run_id))]
    night.progress("score", 0, len(due))
    new = 0
    for start in range(0, len(due), CHUNK):
        new += _judge(night, due[start : start + CHUNK], weights)
        night.progress("score", len(due[start : start + CHUNK]), None)
    return new


def _judge(night: Night, site_ids: list[int], weights: Weights) -> int:
    """Judge outside of the transaction, store inside it."""
    judged = []
    for site_id in site_ids:
        case, documents = case_of(night, site_id)
        judged.append((site_id, documents, case, assess(case, night.reference, weights)))
    new = 0
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        for site_id, documents, case, assessment in judged:
            site = session.get_one(Site, site_id)
            _, is_new = leads.record(
                session,
                run,
                site,
                assessment,
                contacts=found_contacts(case),
                now=night.now(),
                url=telling_address(case, assessment),
                documents=documents,
            )
            new += is_new
        # Counted in the same transaction, so that a resumed run tells the whole number.
        before = run.summary.get("score", {}).get("leads_new", 0)
        runs.note_step(session, run, "score", {"leads_new": before + new})
    return new


def case_of(night: Night, site_id: int) -> tuple[Case, tuple[str, ...]]:
    """The case of a site's latest visit and the hashes of what it was made from (WARC, readings of pictures).

    Without a visit the address and its sightings alone.
    """
    with reading(night.factory) as session:
        site = session.get_one(Site, site_id)
        seen = tuple(sorted(sites.sightings(session, site_id), key=_order))
        visit = visits.latest(session, site_id)
        warc = visit.warc_sha256 if visit else None
        pictures, read = readings(night, visit), visit.readings_sha256 if visit else None
        key, url = sites.key_of(site), next(iter(site.urls), "")
    if warc:
        stored = _read(night, night.blobs.path(warc), str(key))
        if stored is not None:
            return build_case(stored, seen, night.now(), pictures), tuple(filter(None, (warc, read)))
    return Case(now=night.now(), site=key, url=url, sightings=seen), ()


def _order(seen: Sighting) -> tuple[bool, int, str, str, str]:
    """An order that does not depend on which source answered first: a resumed night gives the same case."""
    return (not seen.paid, seen.position, seen.source, seen.query, seen.url)


def _read(night: Night, path: Path, site: str) -> VisitItem | None:
    try:
        return read_visit(path)
    except BrokenWarc as error:
        night.failed.append({"stage": "score", "site": site, "why": str(error)})
        return None


def telling_address(case: Case, assessment: Assessment) -> str:
    """The page that the weightiest evidence stands on: what an analyst opens first, and not just the front page."""
    requested = {v.final_url: v.requested_url for v in reversed(case.views)}
    for row in sorted(assessment.rows, key=lambda r: -r.points):
        for evidence in row.evidence:
            if row.points > 0 and evidence.url in requested:
                return requested[evidence.url]
    return case.url


def found_contacts(case: Case) -> list[Contact]:
    """Contacts on the pages, in their pictures and in the results' texts, each once, in the order they were found."""
    texts = [v.page.text for v in case.pages if v.page] + [f"{s.title} {s.snippet}" for s in case.sightings]
    read = ["\n".join(p.text.value) for p in case.pictures if p.text.value]
    codes = [c for p in case.pictures for content in p.qr.value or () for c in code_contacts(content)]
    found = [c for text in [*texts, case.text, *read] for c in contacts(text)]
    return list(dict.fromkeys((c.type, c.value) for c in [*found, *codes]))
