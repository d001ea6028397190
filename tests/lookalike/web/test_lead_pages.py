"""A lead's page: rows that add up, no live link to anywhere, captured markup as text, pictures drawn anew."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from lookalike.store import casefile
from lookalike.store.engine import reading
from lookalike.web.comparison import Side, compared
from lookalike.web.redraw import TALLEST, WIDEST, redraw, redrawn
from lookalike.web.templating import defanged, visible
from lookalike.web.waterfall import waterfall
from scoring.case import Hosting
from scoring.page import parse
from spiders.limited import ChildFailed
from tests.lookalike.evidence.stored import png
from tests.lookalike.web.desk_at_work import LEAK, PAYLOADS, AtWork

LOADS = {"href", "src", "action", "formaction", "srcset", "poster", "data", "background", "ping", "hx-get", "hx-post"}


class Links(HTMLParser):
    """Every address that the page could lead to or load, every element, and attributes that run."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: set[str] = set()
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name in LOADS:
                self.addresses.append(value or "")
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.odd.append(f"{tag} {name}")


@pytest.fixture(scope="module")
def hostile_page(read_desk: AtWork) -> str:
    answer = read_desk.signed_in("analyst").get(f"/leads/{read_desk.lead('zs-evil').id}")
    assert answer.status_code == 200
    return answer.text


def test_nothing_captured_becomes_markup(hostile_page: str) -> None:
    found = Links()
    found.feed(hostile_page)
    assert found.odd == []
    assert [a for a in found.addresses if not re.fullmatch(r"/[^/\\].*|/|#main", a)] == []
    assert not found.tags & {"iframe", "object", "embed", "base", "style", "video", "audio", "frame"}


def test_what_was_captured_is_shown_all_the_same(hostile_page: str) -> None:
    shown = unescape(hostile_page)
    for payload in PAYLOADS:
        assert visible(payload) in shown, payload


def test_characters_that_reorder_a_line_are_written_out(hostile_page: str) -> None:
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", hostile_page)
    assert r"\u202e" in hostile_page


def test_suspect_addresses_are_defanged(read_desk: AtWork) -> None:
    page = read_desk.signed_in("analyst").get(f"/leads/{read_desk.lead('zs-one').id}").text
    assert "hxxp://cx[.]mem[.]gov[.]cn[.]zs-one[.]top/" in page
    assert "http://cx.mem" not in page
    assert defanged("HTTPS://A.b/c.html") == "hxxpS://A[.]b/c.html"


def test_the_rows_add_up_to_the_total_and_the_total_to_the_score(read_desk: AtWork) -> None:
    lead = read_desk.lead("zs-one")
    page = read_desk.signed_in("analyst").get(f"/leads/{lead.id}").text
    points = [round(float(p) * 1000) for p in re.findall(r'data-points="(-?[\d.]+)"', page)]
    total = re.search(r'data-total="(-?[\d.]+)"', page)
    assert total is not None
    assert len(points) > 5
    assert sum(points) == round(float(total[1]) * 1000)
    with reading(read_desk.factory) as session:
        file = casefile.read(session, lead.id)
    assert file is not None
    assert file.assessment is not None
    assert waterfall(file.assessment.rows, {}).score == pytest.approx(lead.score, abs=0.05)


def test_bars_begin_where_the_row_before_ends() -> None:
    rows = [
        {"signal": s, "points": p, "text": "", "evidence": {}} for s, p in (("prior", -3.2), ("a", 5.0), ("b", -1.0))
    ]
    made = waterfall(rows, {"a": "甲"})
    assert [step.end for step in made.steps] == [-3.2, 1.8, 0.8]
    assert [step.signal for step in made.lowered] == ["b"]
    assert made.zero == pytest.approx(64.0)
    assert made.steps[1].x == 0.0
    assert made.steps[1].x + made.steps[1].width == pytest.approx(100.0)


def test_the_source_is_text(read_desk: AtWork) -> None:
    client, lead = read_desk.signed_in("analyst"), read_desk.lead("zs-evil")
    link = re.search(r'href="(/leads/\d+/captures/\d+/0)"', client.get(f"/leads/{lead.id}").text)
    assert link is not None
    page = client.get(link[1]).text
    found = Links()
    found.feed(page)
    assert LEAK in unescape(page)
    assert [a for a in found.addresses if not a.startswith("/") and a != "#main"] == []
    assert client.get(link[1].replace("/0", "/99")).status_code == 404


def test_a_screenshot_is_a_picture_of_ours(read_desk: AtWork) -> None:
    client, lead = read_desk.signed_in("analyst"), read_desk.lead("zs-one")
    link = re.search(r'src="(/leads/\d+/pictures/[^"]+)"', client.get(f"/leads/{lead.id}").text)
    assert link is not None
    answer = client.get(link[1])
    assert answer.headers["content-type"] == "image/png"
    assert Image.open(BytesIO(answer.content)).size == (320, 640)


def test_pictures_and_sources_of_another_lead_are_not_found(read_desk: AtWork) -> None:
    client = read_desk.signed_in("analyst")
    link = re.search(r'src="/leads/\d+(/pictures/[^"]+)"', client.get(f"/leads/{read_desk.lead('zs-one').id}").text)
    assert link is not None
    other = read_desk.lead("chaxun-two").id
    assert client.get(f"/leads/{other}{link[1]}").status_code == 404
    assert client.get(f"/leads/{other}/captures/1/0").status_code in {200, 404}
    assert client.get("/leads/999999").status_code == 404


def test_a_drawn_picture_carries_nothing_else_of_its_file() -> None:
    out, said = BytesIO(), PngImagePlugin.PngInfo()
    said.add_text("Comment", "<script>alert(1)</script>")
    Image.new("RGBA", (40, 30), (1, 2, 3, 255)).save(out, "PNG", pnginfo=said)
    fresh = redraw(out.getvalue() + b"<html><script>alert(2)</script>")
    assert b"script" not in fresh
    assert Image.open(BytesIO(fresh)).getpixel((5, 5)) == (1, 2, 3)


def test_large_screenshots_are_made_to_fit() -> None:
    assert Image.open(BytesIO(redraw(png("red", 2880, 100)))).size == (WIDEST, 50)
    assert Image.open(BytesIO(redraw(png("red", 10, TALLEST + 5)))).size == (10, TALLEST)


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", png("red")[:60], b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_picture_ends_in_the_child(data: bytes) -> None:
    with pytest.raises(ChildFailed):
        redrawn(data)


def test_a_damaged_capture_is_told_and_the_rest_is_shown(fresh_desk: AtWork) -> None:
    lead = fresh_desk.lead("zs-one")
    with reading(fresh_desk.factory) as session:
        file = casefile.read(session, lead.id)
    assert file is not None
    assert file.judged_visit is not None
    assert file.judged_visit.warc_sha256 is not None
    path = fresh_desk.blobs.path(file.judged_visit.warc_sha256)
    path.write_bytes(path.read_bytes()[:-20])
    page = fresh_desk.signed_in().get(f"/leads/{lead.id}")
    assert page.status_code == 200
    assert "取证文件不能读出" in page.text
    assert 'data-total="' in page.text


def test_a_lead_without_a_site_has_a_page(fresh_desk: AtWork) -> None:
    assert fresh_desk.signed_in().get(f"/leads/{fresh_desk.lead('cx0.').id}").status_code == 200


def test_long_lists_are_cut_and_say_so(hostile_page: str) -> None:
    assert "另有 100 条未列出" in hostile_page


def test_unknown_is_not_different_and_none_is_not_unknown() -> None:
    page = parse("<title>甲</title><p>无</p>", "http://a.example/")
    facts = {f.name: f for f in compared(Side("a.example", page, Hosting()), Side("b.example", page, Hosting()))}
    assert (facts["host"].same, facts["title"].same) == (False, True)
    assert (facts["icp"].suspect, facts["icp"].same) == ("", True)
    assert (facts["issuer"].suspect, facts["issuer"].same) == (None, None)
    alone = {f.name: f.same for f in compared(Side("a.example", page, Hosting()), Side("b.example", None, Hosting()))}
    assert alone["title"] is None
