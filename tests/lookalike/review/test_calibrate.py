"""A refit from verdicts: what it learns, what it refuses, what it writes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from lookalike.errors import UsageError
from lookalike.review import calibrate
from lookalike.review.effects import strengths_of
from lookalike.review.verdicts import give, undo
from lookalike.store import audit, weights
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, WeightsVersion
from scoring.gate import Floors, GateCase
from scoring.gate_table import GateTable
from scoring.tally import Hit
from scoring.weights import shipped
from tests.lookalike.review.judged_leads import CORE, decide, invented_hits, judged, make_leads
from tests.lookalike.store.builders import DAY, NIGHT

EASY = Floors(0.5, 0.5, 0.5, 0.5, 0.5, 0.5)
PLAIN = ("name_embedded", "name_fake_gov", "claim_organ", "title_match", "text_similarity", "stolen_icp")
PORTAL = "official_marks"
"""In these stories whatever carries official marks turns out to be a portal."""


def a_table(*cases: GateCase, floors: Floors = EASY) -> GateTable:
    """A gate of one clear fake, one clear advert, an honest site, and what a test adds."""
    fake = GateCase("clear-fake", "fake", tuple(Hit(s, 1.0, "mem-cx") for s in PLAIN), "mem-cx")
    advert = GateCase("clear-advert", "advert", (Hit("advert_slogans", 1.0), Hit("advert_contact", 1.0)), bare=True)
    honest = GateCase("school", "benign", (Hit("query_form", 1.0), Hit("edu_label", 1.0)))
    return GateTable(floors, CORE, (fake, advert, honest, *cases))


@pytest.fixture
def taught(store_factory, store_run):
    """Forty-eight verdicts that speak against one sign."""
    hits = invented_hits(48)
    numbers = make_leads(store_factory, store_run, hits)
    decide(store_factory, numbers, [PORTAL not in {h.signal for h in one} for one in hits])
    return store_factory


def proposed(factory, **options):
    with reading(factory) as session:
        return calibrate.propose(session, **{"table": a_table()} | options)


def applied(factory, proposal, who="wang", now=NIGHT):
    with writing(factory) as session:
        return calibrate.apply(session, proposal, who, now).version


def test_a_sign_that_keeps_turning_out_harmless_loses_weight_and_never_its_side(taught):
    proposal = proposed(taught, pull=0.25)
    assert 0 <= proposal.proposed.site[PORTAL] < shipped().site[PORTAL] / 2
    assert [s for s, w in shipped().site.items() if proposal.proposed.site[s] * w < 0] == []


def test_unseen_verdicts_are_foretold_better_than_before(taught):
    found = proposed(taught).fits["site"]
    assert found.after.log_loss < found.before.log_loss
    assert found.after.brier < found.before.brier
    assert (found.confirmed + found.false_positive) == 48


def test_a_kind_without_verdicts_keeps_its_shipped_weights(taught):
    proposal = proposed(taught)
    assert proposal.proposed.advert == shipped().advert
    assert proposal.too_few == {"advert": (0, 0)}


def test_the_same_verdicts_give_the_same_proposal(taught):
    assert proposed(taught) == proposed(taught)


def test_leads_that_would_change_are_told_with_band_and_rank(taught):
    proposal = proposed(taught, pull=0.05)
    assert proposal.leads
    first = proposal.leads[0]
    assert first.score_before != first.score_after
    ranks = [c.rank_after for c in proposal.leads if c.rank_after is not None]
    assert len(set(ranks)) == len(ranks)


def test_too_few_verdicts_are_refused_in_one_line(store_factory, store_run):
    hits = invented_hits(12)
    decide(store_factory, make_leads(store_factory, store_run, hits), [n % 2 == 0 for n in range(12)])
    with pytest.raises(UsageError, match=r"6 confirmed and 6 false positives.*at least 30"):
        proposed(store_factory)


def test_verdicts_of_one_sort_alone_teach_nothing(store_factory, store_run):
    hits = invented_hits(40)
    decide(store_factory, make_leads(store_factory, store_run, hits), [True] * 40)
    with pytest.raises(UsageError, match="40 confirmed and 0 false positives"):
        proposed(store_factory)


def test_an_undone_verdict_teaches_nothing(taught):
    before = proposed(taught).verdicts
    with writing(taught) as session:
        undo(session, 1, "wang", NIGHT)
        give(session, 2, "later", "", "", "wang", NIGHT)
    assert proposed(taught).verdicts == before - 2


def test_a_refit_that_would_miss_a_case_of_the_gate_is_refused_and_says_which(taught):
    marks = tuple(Hit(s, 1.0, "mem-cx") for s in (PORTAL, "claim_organ", "registration_age"))
    table = a_table(GateCase("known-by-its-marks", "fake", marks, "mem-cx"))
    proposal = proposed(taught, table=table, pull=0.01)
    assert any("known-by-its-marks" in line for line in proposal.against)
    with pytest.raises(UsageError, match="gate speaks against"):
        applied(taught, proposal)
    with reading(taught) as session:
        assert [row.origin for row in weights.every(session)] == ["shipped"]


def test_a_gate_that_is_below_its_floors_refuses_every_refit(taught):
    strict = a_table(GateCase("hopeless", "fake", (), "mem-cx"), floors=Floors(0.5, 0.5, 0.5, 0.5, 0.97, 0.5))
    assert any("召回率" in line and "hopeless" in line for line in proposed(taught, table=strict).against)


def test_applying_makes_a_version_of_the_day_with_its_parent_and_uses_it(taught):
    version = applied(taught, proposed(taught))
    with reading(taught) as session:
        row = weights.in_use(session)
        used = weights.active(session)
        trail = [(e.what, e.who, e.after.get("version")) for e in session.scalars(select(Audit).order_by(Audit.id))][
            -2:
        ]
        assert audit.broken(session) == []
    assert version == row.version == used.version == "2026-03-01.1"
    assert (row.origin, row.parent, row.made_by) == ("refit", shipped().version, "wang")
    assert row.facts["verdicts"] == 48
    assert trail == [("weights.made", "wang", version), ("weights.used", "wang", version)]


def test_the_version_in_use_is_the_proposal_to_the_bit(taught):
    proposal = proposed(taught)
    applied(taught, proposal)
    with reading(taught) as session:
        used = weights.active(session)
    assert (used.prior, used.site, used.advert) == (
        proposal.proposed.prior,
        proposal.proposed.site,
        proposal.proposed.advert,
    )


def test_a_second_refit_of_the_day_has_the_next_number_and_starts_from_the_shipped_weights(taught):
    first = proposed(taught)
    applied(taught, first)
    again = proposed(taught)
    assert again.proposed == first.proposed
    assert applied(taught, again) == "2026-03-01.2"


def test_a_proposal_that_was_overtaken_is_not_applied(taught):
    stale = proposed(taught)
    applied(taught, proposed(taught))
    with pytest.raises(UsageError, match="changed meanwhile"):
        applied(taught, stale)


def test_verdicts_on_a_version_that_is_not_kept_are_left_out_and_counted(taught):
    with writing(taught) as session:
        row = session.scalars(select(WeightsVersion)).one()
        row.version = "forgotten"
    with pytest.raises(UsageError, match="too few"):
        proposed(taught)


def test_going_back_to_an_older_version(taught):
    applied(taught, proposed(taught))
    with writing(taught) as session:
        weights.use(session, NIGHT + DAY, "li", shipped().version)
    with reading(taught) as session:
        assert weights.active(session) == shipped()


def test_strengths_are_read_back_from_rows_as_exactly_as_rows_show_points():
    using = shipped()
    for hits in invented_hits(60):
        rows = [r.as_json() for r in judged(hits, using).rows]
        found = strengths_of(rows, using, "site")
        assert found == {h.signal: pytest.approx(h.strength, abs=1e-4 / abs(using.site[h.signal])) for h in hits}
        again = [Hit(name, strength, "mem-cx") for name, strength in found.items()]
        assert judged(again, using).score == judged(hits, using).score


def test_a_version_that_forgets_a_signal_reads_no_strength_from_it():
    using = replace(shipped(), site={**shipped().site, PORTAL: 0.0})
    assert strengths_of([{"signal": PORTAL, "points": 0.7}], using, "site") == {}
