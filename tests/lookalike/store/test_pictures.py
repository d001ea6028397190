"""Readings of pictures: kept as a document of the visit, read back to the bit, never replaced."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import StoreError
from lookalike.store import pictures, sites, visits
from lookalike.store.blobs import Blobs
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Run
from lookalike.store.sites import Seen
from scoring.case import Fact, PictureFacts
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, make_visit

URL = "http://a.example/"
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
FACT = st.one_of(
    st.builds(lambda v: Fact("ok", tuple(v), NIGHT, "picture"), st.lists(TEXT, max_size=3)),
    st.builds(lambda why: Fact("unknown", why=why), TEXT),
)


def a_reading(*codes: str) -> tuple[PictureFacts, ...]:
    text = Fact("ok", ("签发机关应急管理部",), NIGHT, "picture")
    picture = PictureFacts(f"{URL}q.png", "c" * 64, URL, 600, 400, 2**64 - 3, Fact("ok", codes, NIGHT, "picture"), text)
    return (picture, PictureFacts(f"{URL}w.png", "", URL, qr=Fact("failed", why="图片没有取到（HTTP 404）")))


@pytest.fixture
def unread_visit(store_factory: Factory, store_run: Run) -> int:
    """A visit that brought two pictures, one of them within the page."""
    with writing(store_factory) as session:
        sites.add_pending(session, store_run, Seen(site_key(URL), URL, NIGHT))
        site_id = sites.lease(session, store_run, "w1", 1)[0].id
        visit = make_visit(URL)
        visit.inline_pictures = 2
        visits.record_visit(session, store_run, site_id, visit, visits.StoredVisit("a" * 64))
        return site_id


def test_a_document_reads_back_exactly_as_it_was_kept(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    sha256 = pictures.keep(blobs, a_reading("http://b.example/"), "1; pillow 13")
    assert pictures.read_back(blobs, sha256) == a_reading("http://b.example/")


@given(qr=FACT, text=FACT, phash=st.one_of(st.none(), st.integers(0, 2**64 - 1)))
def test_any_facts_survive_being_written_as_rows(qr, text, phash) -> None:
    facts = (PictureFacts(URL, "d" * 64, "", 1, 1, phash, qr, text),)
    assert pictures.from_rows(pictures.as_rows(facts)) == facts


def test_the_same_readings_are_one_document(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    assert pictures.keep(blobs, a_reading("x"), "1") == pictures.keep(blobs, a_reading("x"), "1")
    assert pictures.keep(blobs, a_reading("x"), "1") != pictures.keep(blobs, a_reading("x"), "2")


def test_what_is_no_document_of_readings_is_said_so(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with pytest.raises(StoreError, match="expected a document of picture facts"):
        pictures.read_back(blobs, blobs.put(b'{"pictures": [{"url": 7}]}'))


def test_a_visit_waits_until_its_pictures_are_read(store_factory: Factory, unread_visit: int) -> None:
    with writing(store_factory) as session:
        (waiting,) = pictures.unread(session)
        assert (waiting.site_id, waiting.pictures) == (unread_visit, 2)
        pictures.note(session, waiting.id, "e" * 64)
    with reading(store_factory) as session:
        assert pictures.unread(session) == []


def test_readings_that_judgements_were_made_with_are_never_replaced(store_factory: Factory, unread_visit: int) -> None:
    with writing(store_factory) as session:
        (waiting,) = pictures.unread(session)
        pictures.note(session, waiting.id, "e" * 64)
        pictures.note(session, waiting.id, hashlib.sha256(b"").hexdigest())
    with reading(store_factory) as session:
        visit = visits.latest(session, unread_visit)
        assert visit is not None
        assert visit.readings_sha256 == "e" * 64
