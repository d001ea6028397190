from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.case import DnsFacts, Fact, Hop, Hosting, NetworkFacts, RegistrationFacts, SiteKey, TlsFacts
from spiders import warc
from spiders.items import Exchange, PageVisit, PictureVisit, VisitItem
from spiders.warc import BrokenWarc, read_visit, write_visit

AT = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
HEADER = st.tuples(
    st.from_regex(r"[A-Za-z][A-Za-z-]{0,20}", fullmatch=True),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=40),
)


def an_exchange(
    url: str = "http://a.example/", body: bytes = b"<p>x</p>", headers=None, status: int | None = 200
) -> Exchange:
    return Exchange(url, "GET", [("User-Agent", "t")], status, "", headers or [], body, AT, ip="192.0.2.1")


def write(visit: VisitItem, path: Path) -> None:
    with path.open("wb") as stream:
        write_visit(visit, stream, "lookalike/test")


def a_visit(*exchanges: Exchange) -> VisitItem:
    hosting = Hosting(
        dns=Fact("ok", DnsFacts({"A": ("192.0.2.1",), "AAAA": ()}, errors={"TXT": "timeout"}), AT, "dns:x"),
        whois=Fact("refused", why="rate limited"),
        rdap=Fact("ok", RegistrationFacts(created=AT, name_servers=("ns1.example",)), AT, "rdap:x"),
        networks=Fact("ok", (NetworkFacts("192.0.2.1", 64500, "TEST", "CN"),), AT),
        tls=Fact("ok", TlsFacts(issuer="R11", names=("a.example",), not_before=AT, verified=False), AT),
    )
    pages = [
        PageVisit("desktop", e.url, [Hop(e.url, e.status, error=e.error)], [e], "utf-8", "header", "0" * 64)
        for e in exchanges
    ]
    return VisitItem(
        SiteKey("a.example"),
        "http://a.example/",
        AT,
        pages,
        an_exchange(),
        hosting,
        {"whois.txt": b"No match\xff"},
        counts={"E_DNS": 1},
    )


def test_a_visit_reads_back_exactly_as_it_was_made(tmp_path: Path) -> None:
    visit = a_visit(
        an_exchange(headers=[("Content-Type", "text/html"), ("Location", "/中文"), ("Transfer-Encoding", "chunked")]),
        an_exchange("http://a.example/坏?q=1 2", status=None, body=b""),
        an_exchange(body=gzip.compress(b"x" * 1000), headers=[("Content-Encoding", "gzip"), ("Content-Length", "3")]),
    )
    write(visit, tmp_path / "v.warc.gz")
    assert read_visit(tmp_path / "v.warc.gz") == visit


def test_pictures_read_back_with_the_page_that_shows_them(tmp_path: Path) -> None:
    visit = a_visit(an_exchange())
    came = an_exchange("http://a.example/ewm.png", b"\x89PNG\r\n", [("Content-Type", "image/png")])
    gone = an_exchange("http://a.example/wx.png", b"", status=None)
    visit.pictures = [PictureVisit(came, "http://a.example/"), PictureVisit(gone, "http://a.example/x")]
    visit.inline_pictures = 2
    write(visit, tmp_path / "v.warc.gz")
    assert read_visit(tmp_path / "v.warc.gz") == visit


def test_a_visit_kept_before_pictures_were_fetched_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = warc._visit_record
    monkeypatch.setattr(warc, "_visit_record", lambda *a: {k: v for k, v in whole(*a).items() if "pictures" not in k})
    write(a_visit(an_exchange()), tmp_path / "v.warc.gz")
    found = read_visit(tmp_path / "v.warc.gz")
    assert (found.pictures, found.inline_pictures) == ([], 0)


@settings(max_examples=40, deadline=None)
@given(body=st.binary(max_size=3000), headers=st.lists(HEADER, max_size=6), status=st.integers(100, 599))
def test_any_answer_survives_the_archive(tmp_path_factory, body, headers, status) -> None:
    path = tmp_path_factory.mktemp("warc") / "v.warc.gz"
    visit = a_visit(an_exchange(body=body, headers=headers, status=status))
    write(visit, path)
    assert read_visit(path) == visit


def test_a_file_cut_anywhere_is_never_taken_for_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "v.warc.gz"
    write(a_visit(an_exchange()), path)
    whole = path.read_bytes()
    for cut in range(0, len(whole) - 1, 37):
        path.write_bytes(whole[:cut])
        with pytest.raises(BrokenWarc):
            read_visit(path)


def test_a_changed_body_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "v.warc.gz"
    write(a_visit(an_exchange(body=b"A" * 50)), path)
    plain = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(plain.replace(b"A" * 50, b"A" * 49 + b"B")))
    with pytest.raises(BrokenWarc):
        read_visit(path)
