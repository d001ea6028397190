"""Letting go: what is harmless and old goes, with an audit entry; evidence never does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lookalike.config import Config
from lookalike.ops import prune as pruning
from lookalike.ops.prune import look, prune
from lookalike.store import audit, runs
from lookalike.store.blobs import Blobs
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Assessment, Audit, Export, Handover, Lead, Visit
from tests.lookalike.evidence.stored import NOW

YEARS = NOW + timedelta(days=800)


@pytest.fixture
def old(kept_config: Config, kept_store: Factory) -> tuple[int, str]:
    """A lead's site with an old visit that a newer one has followed: number of the lead, hash of the old recording."""
    blobs = Blobs(kept_config.captures)
    digest = blobs.put_as_is(b"an old recording")
    with writing(kept_store) as session:
        lead = session.scalars(select(Lead).where(Lead.site_id.is_not(None)).order_by(Lead.id)).first()
        newest = session.scalars(select(Visit).where(Visit.site_id == lead.site_id)).one()
        now = newest.warc_sha256
        newest.warc_sha256 = digest  # the first visit; judgements were made from the second one
        run, _ = runs.begin_or_resume(session, "nightly", NOW + timedelta(days=1), {"second": True})
        second = Visit(site_id=lead.site_id, run_id=run.id, url=newest.url, started_at=NOW, outcome="ok", why="")
        second.counts, second.warc_sha256, second.document_sha256 = {}, now, newest.document_sha256
        second.life, second.pictures = "alive", 0
        second.rendered_sha256, newest.rendered_sha256 = newest.rendered_sha256, None
        session.add(second)
        lead.status = "false_positive"
        return lead.id, digest


def there(config: Config, digest: str) -> bool:
    return bool(list(config.captures.rglob(f"{digest}.*")))


def test_an_old_recording_of_a_false_positive_goes(kept_config: Config, kept_store: Factory, old) -> None:
    done = prune(kept_config, kept_store, YEARS, "王一")
    assert (done.visits, done.files) == (1, 1)
    assert not there(kept_config, old[1])


def test_unless_told_to_nothing_goes(kept_config: Config, kept_store: Factory, old) -> None:
    told = look(kept_config, kept_store, YEARS)
    assert (told.applied, told.visits, told.files) == (False, 1, 1)
    assert there(kept_config, old[1])


def test_the_deletion_is_in_the_audit_trail(kept_config: Config, kept_store: Factory, old) -> None:
    prune(kept_config, kept_store, YEARS, "王一")
    with reading(kept_store) as session:
        [entry] = session.scalars(select(Audit).where(Audit.what == "prune"))
        assert (entry.who, entry.before["files"]) == ("王一", [old[1]])
        assert audit.verify(session).broken is None


@pytest.mark.parametrize("status", ["confirmed", "referred", "closed", "relapsed", "new"])
def test_evidence_of_a_guilty_or_unjudged_lead_stays(kept_config, kept_store, old, status: str) -> None:
    with writing(kept_store) as session:
        session.get_one(Lead, old[0]).status = status
    assert prune(kept_config, kept_store, YEARS, "王一").visits == 0
    assert there(kept_config, old[1])


@pytest.mark.parametrize("how", ["handed over", "exported", "guilty campaign", "judged from"])
def test_evidence_that_something_leans_on_stays(kept_config, kept_store, old, how: str) -> None:
    with writing(kept_store) as session:
        lead = session.get_one(Lead, old[0])
        if how == "handed over":
            row = Handover(
                lead_id=lead.id, office="派出所", kind="police", state="handed", handed_at=NOW, handed_by="王一"
            )
            session.add(row)
        elif how == "exported":
            session.add(Export(at=NOW, by="王一", form="csv", leads=[lead.id], file="x.csv"))
        elif how == "guilty campaign":
            other = session.scalars(select(Lead).where(Lead.id != lead.id)).first()
            lead.campaign = other.campaign = "C-0001"
            other.status = "confirmed"
        else:
            session.get_one(Assessment, lead.assessment_id).documents = [old[1]]
    assert prune(kept_config, kept_store, YEARS, "王一").visits == 0
    assert there(kept_config, old[1])


def test_what_is_young_and_what_is_newest_stays(kept_config: Config, kept_store: Factory, old) -> None:
    assert prune(kept_config, kept_store, NOW + timedelta(days=100), "王一").visits == 0
    prune(kept_config, kept_store, YEARS, "王一")
    assert prune(kept_config, kept_store, YEARS, "王一").visits == 0


def test_cut_short_before_the_files_the_next_prune_deletes_them(kept_config, kept_store, old, monkeypatch) -> None:
    calls, real = [0], pruning._delete

    def stop(*args: object) -> None:
        calls[0] += 1
        if calls[0] == 2:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(pruning, "_delete", stop)
    with pytest.raises(KeyboardInterrupt):
        prune(kept_config, kept_store, YEARS, "王一")
    monkeypatch.undo()
    assert there(kept_config, old[1])
    assert prune(kept_config, kept_store, YEARS, "王一").files == 1
    assert not there(kept_config, old[1])
