"""A rendered visit reads back as it was written; a file that was cut is told."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from scoring.case import Hop, Screen, SiteKey
from spiders.browser.warc import read_rendered, write_rendered
from spiders.items import RenderedPage, RenderedRequest, RenderedVisit
from spiders.warc import BrokenWarc

AT = datetime(2026, 3, 1, 2, tzinfo=UTC)
TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=30)


def a_page(**more) -> RenderedPage:
    facts = {
        "client": "wechat",
        "requested_url": "http://a.example/",
        "at": AT,
        "hops": [Hop("http://a.example/", 200, "start", "http://b.example/"), Hop("http://b.example/", None, "script")],
        "final_url": "http://b.example/",
        "title": "查询",
        "dom": "<p>字</p>".encode(),
        "fold": b"\x89PNG fold",
        "whole": b"\x89PNG whole",
        "screen": Screen(2**63 + 1, 2**64 - 1, "a" * 64, 2**255 + 7, None),
        "requests": [RenderedRequest("http://a.example/x.js", "script", "GET", 200)],
        "refused": {"127.0.0.1:80": "E_NET_PRIVATE …"},
        "counts": {"E_NET_PRIVATE": 1},
        "downloads": ["http://a.example/x.apk"],
        "certificate": "net::ERR_CERT_AUTHORITY_INVALID",
        "seconds": 1.25,
    }
    return RenderedPage(**facts | more)


def written(visit: RenderedVisit) -> bytes:
    stream = BytesIO()
    write_rendered(visit, stream, "lookalike/test")
    return stream.getvalue()


def a_visit(*pages: RenderedPage) -> RenderedVisit:
    return RenderedVisit(SiteKey("a.example", 8081, "/s"), "http://a.example/", AT, "Chromium 1", list(pages))


def test_a_visit_reads_back_as_it_was(tmp_path) -> None:
    visit = a_visit(a_page(), a_page(dom=b"", fold=b"", whole=b"", screen=None, error="E_TIMEOUT x"))
    path = tmp_path / "x.warc.gz"
    path.write_bytes(written(visit))
    assert read_rendered(path) == visit


@settings(max_examples=30)
@given(title=TEXT, dom=st.binary(max_size=60), url=TEXT)
def test_whatever_a_page_says_reads_back(tmp_path_factory, title, dom, url) -> None:
    visit = a_visit(a_page(title=title, dom=dom, final_url=url))
    path = tmp_path_factory.mktemp("warc") / "x.warc.gz"
    path.write_bytes(written(visit))
    assert read_rendered(path) == visit


def test_other_tools_find_sources_and_pictures_by_their_names() -> None:
    found = {
        record.rec_headers.get_header("WARC-Target-URI"): record.rec_headers.get_header("Content-Type")
        for record in ArchiveIterator(BytesIO(written(a_visit(a_page()))), check_digests="raise")
        if record.rec_type == "resource"
    }
    assert found == {
        "urn:lookalike:dom:0": "text/html; charset=utf-8",
        "urn:lookalike:screen:fold:0": "image/png",
        "urn:lookalike:screen:whole:0": "image/png",
    }


def test_a_file_that_was_cut_anywhere_is_told(tmp_path) -> None:
    data = written(a_visit(a_page()))
    path = tmp_path / "x.warc.gz"
    for end in range(0, len(data) - 1, 37):
        path.write_bytes(data[:end])
        with pytest.raises(BrokenWarc):
            read_rendered(path)


def test_a_file_that_is_no_rendered_visit_is_told(tmp_path) -> None:
    path = Path(tmp_path / "x.warc.gz")
    path.write_bytes(b"no archive")
    with pytest.raises(BrokenWarc):
        read_rendered(path)
