"""The night's reading of pictures: once a visit, texts where they can matter, codes lead on, judging anew is the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest

from lookalike.config import Config
from lookalike.night import Night, open_night
from lookalike.picture_reading import NO_BUDGET, NOT_SUSPECT, SMALL
from lookalike.stages.pictures import read_pictures
from lookalike.stages.score import case_of
from lookalike.stages.visit import _warc
from lookalike.store import runs, sites, visits
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run, Site
from scoring.case import Hop
from scoring.sitekey import site_key
from spiders.items import Exchange, PageVisit, PictureVisit, VisitItem

AT = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
HTML = [("Content-Type", "text/html; charset=utf-8")]
PROSE = "<p>" + "本厂生产机床配件，欢迎来电洽谈。" * 30 + "</p>"
FAKE, HONEST, BARE = "http://cx.mem.gov.cn.zs.example.com/", "http://jichuang.example.com/", "http://b.example.org/"
LEADS_ON = "http://q7w2.example.net/c/1"


@pytest.fixture
def a_night(tmp_path: Path) -> Callable[..., Night]:
    def make(**settings: object) -> Night:
        night = open_night(Config(home=tmp_path, now=AT, **settings))
        with writing(night.factory) as session:
            night.run_id = runs.begin_or_resume(session, "nightly", AT, {})[0].id
        return night

    return make


@pytest.fixture
def card(draw_photo) -> bytes:
    stream = BytesIO()
    draw_photo((), LEADS_ON).save(stream, "PNG")
    return stream.getvalue()


def visited(night: Night, url: str, html: str, *pictures: bytes | None) -> int:
    """Store a visit of ``url`` that brought these pictures; None for one that was not found."""
    body = html.encode()
    page = Exchange(url, "GET", [], 200, "", HTML, body, AT)
    item = VisitItem(
        site_key(url), url, AT, [PageVisit("desktop", url, [Hop(url, 200)], [page], body_sha256=str(hash(html)))]
    )
    for number, data in enumerate(pictures):
        shown = Exchange(f"{url}{number}.png", "GET", [], 404 if data is None else 200, "", [], data or b"", AT)
        item.pictures.append(PictureVisit(shown, url))
    warc = night.blobs.put_as_is(_warc(item))
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        sites.add_pending(session, run, sites.Seen(item.site, url, AT))
        (job,) = sites.lease(session, run, "test", 1)
        visits.record_visit(session, run, job.id, item, visits.StoredVisit(warc))
        return job.id


def states(night: Night, site_id: int) -> list[tuple[str, str, str]]:
    case, _ = case_of(night, site_id, AT)
    return [(p.qr.state, p.text.state, p.text.why) for p in case.pictures]


def test_codes_are_read_on_every_site_and_a_missing_picture_says_why(a_night, card) -> None:
    night = a_night(picture_texts=0)
    site_id = visited(night, HONEST, PROSE, card, None)
    read_pictures(night)
    case, documents = case_of(night, site_id, AT)
    assert case.pictures[0].qr.value == (LEADS_ON,)
    assert (case.pictures[1].qr.state, "404" in case.pictures[1].qr.why) == ("failed", True)
    assert len(documents) == 2


def test_the_text_of_an_honest_pages_pictures_is_not_read_and_says_so(a_night, card) -> None:
    night = a_night()
    site_id = visited(night, HONEST, PROSE, card)
    read_pictures(night)
    assert states(night, site_id) == [("ok", "unknown", NOT_SUSPECT)]


def test_the_text_of_a_tiny_picture_is_not_read_and_says_so(a_night, draw_photo) -> None:
    night, stream = a_night(), BytesIO()
    draw_photo().resize((60, 60)).save(stream, "PNG")
    site_id = visited(night, FAKE, PROSE, stream.getvalue())
    read_pictures(night)
    assert states(night, site_id) == [("ok", "unknown", SMALL)]


def test_the_budget_goes_to_the_most_suspicious_and_the_rest_say_so(a_night, draw_photo) -> None:
    night = a_night(picture_texts=1)
    pictures = []
    for size in (300, 310):
        stream = BytesIO()
        draw_photo().resize((size, size)).save(stream, "PNG")
        pictures.append(stream.getvalue())
    bare, fake = visited(night, BARE, "<img src=0.png>", pictures[0]), visited(night, FAKE, PROSE, pictures[1])
    read_pictures(night)
    assert states(night, bare) == [("ok", "unknown", NO_BUDGET)]
    assert states(night, fake)[0][2] != NO_BUDGET
    with reading(night.factory) as session:
        assert session.get_one(Run, night.run_id).summary["pictures"] == {
            "visits": 2,
            "pictures": 2,
            "texts": 1,
            "left_out": 1,
        }


def test_sites_that_a_suspects_code_leads_to_wait_for_a_visit_and_an_honest_ones_do_not(a_night, card) -> None:
    night = a_night(picture_texts=0)
    visited(night, HONEST, PROSE, card)
    assert read_pictures(night) == 0
    visited(night, FAKE, PROSE + "<title>特种作业操作证查询</title>主办单位：中华人民共和国应急管理部", card)
    assert read_pictures(night) == 1
    with reading(night.factory) as session:
        assert [s.host for s in session.query(Site).filter_by(state="pending")] == ["q7w2.example.net"]


def test_pictures_are_read_once_and_judging_anew_sees_the_same(a_night, card, monkeypatch) -> None:
    night = a_night(picture_texts=0)
    site_id = visited(night, FAKE, PROSE, card)
    read_pictures(night)
    first = case_of(night, site_id, AT)
    monkeypatch.setattr("lookalike.stages.pictures.PictureReader", None)
    assert read_pictures(night) == 0
    assert case_of(night, site_id, AT) == first
