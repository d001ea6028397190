"""Judging again what is stored: the same bits under the same version, and back from any other."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lookalike.errors import StoreError
from lookalike.night import open_night
from lookalike.review.verdicts import give
from lookalike.stages import rescore as stage
from lookalike.stages.rescore import rescore
from lookalike.stages.score import score
from lookalike.stages.visit import archive
from lookalike.store import baselines, listing, runs, verdicts, weights
from lookalike.store.engine import reading, writing
from lookalike.store.models import Assessment, Lead, ReferenceSet, WeightsVersion
from scoring.weights import shipped
from tests.lookalike.stages.stored_night import FORM, GENUINE, NOW, judged_night, seen_again, stored_night, visit_of


def rows(night):
    """Everything that is stored of every judgement."""
    names = [c.key for c in Assessment.__table__.columns]
    with reading(night.factory) as session:
        return [{n: getattr(a, n) for n in names} for a in session.scalars(select(Assessment).order_by(Assessment.id))]


def leads_of(night):
    with reading(night.factory) as session:
        return {view.host: view for view in listing.listing(session)}


def a_harsher_version(night):
    with writing(night.factory) as session:
        harsher = replace(shipped(), site={k: v * 0.25 if v > 0 else v for k, v in shipped().site.items()})
        return weights.as_weights(weights.add(session, NOW, "wang", harsher, shipped().version, {}))


def test_the_same_version_gives_the_same_bits_although_the_clock_has_moved(tmp_path):
    night = judged_night(tmp_path, clock=True)
    before = rows(night)
    later = open_night(night.config.model_copy(update={"now": NOW + timedelta(days=400)}))
    again = rescore(later, later.weights, keep=True)
    assert [(r.host, r.same, r.notes) for r in again] == [(r.host, True, ()) for r in again]
    assert len(again) == 4
    assert rows(night) == before


def test_there_and_back_again_ends_at_the_same_bits(tmp_path):
    night = judged_night(tmp_path)
    before, shown = rows(night), leads_of(night)
    with writing(night.factory) as session:
        session.scalars(select(WeightsVersion)).one()
    changed = rescore(night, a_harsher_version(night), who="wang", keep=True)
    assert any(not r.same for r in changed)
    assert {row["weights_version"] for row in rows(night)} == {"2026-03-01.1"}
    with reading(night.factory) as session:
        first = weights.get(session, before[0]["weights_version"])
    assert first is not None
    rescore(night, first, who="wang", keep=True)
    assert rows(night) == before
    assert {h: v.score for h, v in leads_of(night).items()} == {h: v.score for h, v in shown.items()}


def test_a_dry_run_stores_nothing(tmp_path):
    night = judged_night(tmp_path)
    before = rows(night)
    assert any(not r.same for r in rescore(night, a_harsher_version(night), keep=False))
    assert rows(night) == before


def test_what_was_seen_later_has_no_part_in_it(tmp_path):
    night = judged_night(tmp_path)
    seen_again(night, "http://chaxun-two.top/q", "别的查询")
    assert all(r.same for r in rescore(night, night.weights, keep=False))


def test_a_baseline_captured_later_has_no_part_in_it(tmp_path):
    night = judged_night(tmp_path)
    fresh = visit_of(GENUINE, FORM.replace("合格", "通过"), "192.0.2.1", NOW + timedelta(days=3))
    (warc,) = asyncio.run(archive(night, [fresh]))
    with writing(night.factory) as session:
        run, _ = runs.begin_or_resume(session, "refresh", NOW + timedelta(days=3), {})
        baselines.save(session, run, baselines.Captured("mem-cx", GENUINE, NOW + timedelta(days=3), warc_sha256=warc))
    assert all(r.same and not r.notes for r in rescore(night, night.weights, keep=False))


def test_a_lead_confirmed_later_has_no_part_in_it_but_judges_in_the_next_night(tmp_path):
    night = judged_night(tmp_path)
    one = leads_of(night)["cx.mem.gov.cn.zs-one.top"]
    with writing(night.factory) as session:
        give(session, one.id, "confirmed", "fake_site", "", "wang", NOW)
    assert all(r.same for r in rescore(night, night.weights, keep=False))
    with reading(night.factory) as session:
        assert verdicts.confirmed_addresses(session) == {"203.0.113.7": ["cx.mem.gov.cn.zs-one.top"]}
    seen_again(night, "http://chaxun-two.top/q", "别的查询")
    seen_again(night, "http://cx.mem.gov.cn.zs-one.top/", "又一个查询")
    next_night = open_night(night.config)
    stage.load_reference(next_night)
    next_night.run_id = 3
    assert next_night.reference.confirmed_ips == {"203.0.113.7"}
    score(next_night)
    with reading(night.factory) as session:
        judged = session.scalars(select(Assessment).where(Assessment.run_id == 3)).all()
        sets = session.scalars(select(ReferenceSet)).all()
    assert len(judged) == 1, "the site that this night saw"
    assert [r["signal"] for r in judged[0].rows if r["signal"] == "shared_with_confirmed"] == []
    assert [s.confirmed for s in sets] == [{}, {"203.0.113.7": ["cx.mem.gov.cn.zs-one.top"]}]


def test_an_address_of_a_confirmed_fake_speaks_against_its_neighbour_and_never_against_itself(tmp_path):
    night = stored_night(tmp_path)
    night.compared = replace(night.compared, confirmed={"203.0.113.7": ["cx.mem.gov.cn.zs-one.top"]})
    night.reference.confirmed_ips = frozenset(night.compared.confirmed)
    score(night)
    found = {
        v.host: [r["signal"] for r in v.reasons if r["signal"] == "shared_with_confirmed"]
        for v in leads_of(night).values()
    }
    assert found["cx.mem.gov.cn.zs-one.top"] == []
    assert found["chaxun-two.top"] == ["shared_with_confirmed"]


def test_other_seeds_or_code_than_then_are_told(tmp_path, monkeypatch):
    night = judged_night(tmp_path)
    monkeypatch.setattr(stage, "of_program", lambda: "0" * 64)
    monkeypatch.setattr(stage, "of_seeds", lambda _: "1" * 64)
    assert {r.notes for r in rescore(night, night.weights, keep=False)} == {(stage.SEEDS, stage.PROGRAM)}


def test_a_judgement_without_a_recorded_reference_says_so(tmp_path):
    night = judged_night(tmp_path)
    with writing(night.factory) as session:
        for judged in session.scalars(select(Assessment)):
            judged.reference_sha256 = None
    assert {r.notes for r in rescore(night, night.weights, keep=False)} == {(stage.NO_REFERENCE,)}


def test_a_missing_capture_is_an_error_and_not_a_low_score(tmp_path):
    night = judged_night(tmp_path)
    with reading(night.factory) as session:
        warc = session.scalars(select(Assessment.documents)).first()[0]
    night.blobs.path(warc).unlink()
    with pytest.raises(StoreError, match="missing"):
        rescore(night, night.weights, keep=True)


def test_only_the_leads_that_are_named_are_judged_again(tmp_path):
    night = judged_night(tmp_path)
    with reading(night.factory) as session:
        first = session.scalars(select(Lead.id).order_by(Lead.id)).first()
    assert [r.lead_id for r in rescore(night, night.weights, [first], keep=False)] == [first]
