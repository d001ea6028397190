"""Leads with invented rows, as many as a refit needs, made with the shipped weights."""

from __future__ import annotations

import random
from collections.abc import Sequence

from sqlalchemy import select

from lookalike.review.verdicts import give
from lookalike.store import leads, searches, weights
from lookalike.store.engine import Factory, writing
from lookalike.store.models import Run, Site
from scoring.result import Assessment, Evidence, Row
from scoring.sitekey import site_key
from scoring.tally import Hit, platform_of, points_of, prior_of, score_of_sum, total
from scoring.weights import Weights
from tests.lookalike.store.builders import NIGHT, make_page

CORE = ("mem-cx",)


def judged(hits: Sequence[Hit], using: Weights, kind: str = "site") -> Assessment:
    """What the engine would say of these hits."""
    rows = [Row("prior", prior_of(kind, using), "先验")]
    rows += [Row(h.signal, points_of(h, kind, using), h.signal, (Evidence("x"),)) for h in hits]
    score = score_of_sum(total(hits, kind, using))
    return Assessment(kind, score, using.band(score), platform_of(hits, using, CORE), tuple(rows), (), using.version)


def invented_hits(number: int, seed: int = 11) -> list[list[Hit]]:
    """Hits of leads: each has enough against it to be shown."""
    dice = random.Random(seed)
    found = []
    for _ in range(number):
        names = [
            "title_match",
            "query_form",
            "registration_age",
            "official_marks",
            "foreign_network",
            "young_certificate",
        ]
        hits = [Hit(n, dice.choice((0.4, 0.7, 1.0)), "mem-cx") for n in names if dice.random() < 0.5]
        found.append(
            [Hit("name_embedded", 1.0, "mem-cx"), Hit("claim_organ", dice.choice((0.5, 1.0)), "mem-cx"), *hits]
        )
    return found


def make_leads(
    factory: Factory, run: Run, hits: Sequence[Sequence[Hit]], kind: str = "site", name: str = ""
) -> list[int]:
    """A lead for every list of hits; their numbers."""
    urls = [f"http://{name or kind}{n}.example/" for n in range(len(hits))]
    numbers = []
    with writing(factory) as session:
        using = weights.keep_shipped(session, NIGHT)
        for start in range(0, len(urls), 10):
            page = make_page(*urls[start : start + 10], page=1 + start // 10, query=name or kind)
            searches.record_page(session, run, page, max_pages=99, now=NIGHT, unit=site_key)
        by_host = {s.host: s for s in session.scalars(select(Site))}
        for n, one in enumerate(hits):
            site = by_host[f"{name or kind}{n}.example"]
            site.state, site.visit_run_id = "done", run.id
            lead, _ = leads.record(session, run, site, judged(one, using, kind), contacts=[], now=NIGHT)
            assert lead is not None, one
            numbers.append(lead.id)
    return numbers


def decide(factory: Factory, numbers: Sequence[int], guilty: Sequence[bool]) -> None:
    """Verdicts by Wang."""
    with writing(factory) as session:
        for number, bad in zip(numbers, guilty, strict=True):
            word, reason = ("confirmed", "fake_site") if bad else ("false_positive", "portal")
            give(session, number, word, reason, "", "wang", NIGHT)
