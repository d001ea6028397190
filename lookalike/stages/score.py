"""Scoring: every examined site of the run that has no assessment yet is read back and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from lookalike import browsing
from lookalike.night import Night
from lookalike.stages.onward import note_onward
from lookalike.store import assessments, campaign_keys, leads, references, runs, sites, verdicts, visits, weights
from lookalike.store.assessments import Contact
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run, Site
from lookalike.store.pictures import read_back
from scoring.case import Case, PictureFacts, Sighting
from scoring.contacts import contacts
from scoring.context import Context
from scoring.domains import is_ip
from scoring.engine import assess
from scoring.linking.keys import keys_of
from scoring.onward import onward
from scoring.qr import code_contacts
from scoring.reference import Reference
from scoring.result import Assessment
from spiders.browser.choose import says_nothing
from spiders.browser.warc import read_rendered
from spiders.case import build_case
from spiders.warc import BrokenWarc, read_visit

T = TypeVar("T")

CHUNK = 25
"""Sites judged between two commits: what a kill costs at most."""


def score(night: Night) -> int:
    """Judge what is still to be judged; returns how many new sites adverts led to."""
    keep_what_judges(night)
    with reading(night.factory) as session:
        due = [site.id for site in assessments.due(session, session.get_one(Run, night.run_id))]
    night.progress("score", 0, len(due))
    led_on = 0
    for start in range(0, len(due), CHUNK):
        led_on += judge(night, due[start : start + CHUNK])
        night.progress("score", len(due[start : start + CHUNK]), None)
    return led_on


def score_again(night: Night) -> int:
    """Judge once more what has been seen or visited since it was judged; returns how many new sites adverts led to.

    So that a judgement rests on all that the night knows, in whatever order it came to know it.
    """
    with reading(night.factory) as session:
        stale = assessments.stale(session, session.get_one(Run, night.run_id))
    return judge_again(night, stale) if stale else 0


def keep_what_judges(night: Night) -> None:
    """Keep the weights in use, and what suspects are compared with, so that judgements can be made again."""
    with writing(night.factory) as session:
        night.weights = weights.keep_shipped(session, night.now())
        if night.compared is not None:
            references.keep(session, night.compared, night.now())


def judge_again(night: Night, site_ids: Sequence[int]) -> int:
    """Judge sites of this run once more, since more is known of them; returns how many new sites adverts led to."""
    led_on = 0
    night.progress("score", 0, len(site_ids))
    for start in range(0, len(site_ids), CHUNK):
        led_on += judge(night, list(site_ids[start : start + CHUNK]))
        night.progress("score", len(site_ids[start : start + CHUNK]), None)
    return led_on


def judge(night: Night, site_ids: Sequence[int], also: Callable[[Session], None] = lambda _session: None) -> int:
    """Judge outside of the transaction, store inside it, with what is ``also`` to be noted there.

    Returns how many new sites adverts led to.
    """
    judged = []
    now = night.now()  # one instant for scoring and for the row that says when
    for site_id in site_ids:
        case, documents = case_of(night, site_id, now)
        assessment = assess(case, reference_for(night, case), night.weights)
        judged.append((site_id, documents, case, assessment, keys_of(case, night.reference, assessment)))
    new = led_on = 0
    with writing(night.factory) as session:
        run = runs.hold(session, night.run_id)
        for site_id, documents, case, assessment, keys in judged:
            site = session.get_one(Site, site_id)
            _, is_new = leads.record(
                session,
                run,
                site,
                assessment,
                contacts=found_contacts(case),
                now=now,
                url=telling_address(case, assessment),
                documents=documents,
                reference=night.compared.sha256 if night.compared else None,
                sightings_to=sites.newest_sighting(session, site_id),
            )
            campaign_keys.keep(session, site_id, keys, now)
            verdicts.note_addresses(session, site_id, addresses_of(case), now)
            new += is_new
            led_on += note_onward(night, session, run, onward(Context(case, night.reference), assessment))
        # Counted in the same transaction, so that a resumed run tells the whole number.
        before = run.summary.get("score", {}).get("leads_new", 0)
        runs.note_step(session, run, "score", {"leads_new": before + new})
        if shells := [site_id for site_id, _, case, *_ in judged if says_nothing(case)]:
            known = run.summary.get("shells", {}).get("sites", [])
            runs.note_step(session, run, "shells", {"sites": sorted({*known, *shells})})
        also(session)
    return led_on


def reference_for(night: Night, case: Case) -> Reference:
    """The night's reference without the confirmed addresses that are this site's alone."""
    if night.compared is None or case.site is None:
        return night.reference
    confirmed = night.compared.confirmed
    return night.reference.leaving_out(frozenset(a for a, hosts in confirmed.items() if set(hosts) == {case.site.host}))


def addresses_of(case: Case) -> list[str]:
    """Where the site's name led, or the bare address that it is."""
    if case.site is not None and is_ip(case.site.host):
        return [case.site.host]
    dns = case.hosting.dns.value
    return [a for kind in ("A", "AAAA") for a in dns.records.get(kind, ())] if dns else []


def case_of(night: Night, site_id: int, now: datetime) -> tuple[Case, tuple[str, ...]]:
    """The case of a site's latest visit and the hashes of what it was made from (WARC, readings of pictures).

    Without a visit the address and its sightings alone.
    """
    with reading(night.factory) as session:
        site = session.get_one(Site, site_id)
        seen = in_order(sites.sightings(session, site_id))
        visit = visits.telling(session, site_id)
        warc = visit.warc_sha256 if visit else None
        further = (visit.readings_sha256, visit.rendered_sha256) if visit else ()
        key, url = sites.key_of(site), next(iter(site.urls), "")
    documents = tuple(filter(None, (warc, *further))) if warc else ()
    return case_from(night, Case(now=now, site=key, url=url, sightings=seen), documents)


def case_from(night: Night, bare: Case, documents: Sequence[str]) -> tuple[Case, tuple[str, ...]]:
    """``bare`` with what its documents hold, if they can be read, and those of them that could.

    The visit's WARC comes first; then, in any order, readings of its pictures and what a browser made of its pages,
    which their files tell apart.
    """
    if not documents:
        return bare, ()
    stored = _read(night, documents[0], str(bare.site), read_visit)
    if stored is None:
        return bare, ()
    used, pictures, rendered = [documents[0]], list[PictureFacts](), None
    for sha256 in documents[1:]:
        if not browsing.is_rendered(night.blobs, sha256):
            pictures += read_back(night.blobs, sha256)
        elif (shown := _read(night, sha256, str(bare.site), read_rendered)) is not None:
            rendered = shown
        else:
            continue
        used.append(sha256)
    return build_case(stored, bare.sightings, bare.now, pictures, rendered), tuple(used)


def in_order(found: Iterable[Sighting]) -> tuple[Sighting, ...]:
    """Sightings as scoring takes them."""
    return tuple(sorted(found, key=_order))


def _order(seen: Sighting) -> tuple[bool, int, str, str, str]:
    """An order that does not depend on which source answered first: a resumed night gives the same case."""
    return (not seen.paid, seen.position, seen.source, seen.query, seen.url)


def _read(night: Night, sha256: str, site: str, read: Callable[[Path], T]) -> T | None:
    try:
        return read(night.blobs.path(sha256))
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
