from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scoring.case import Case, Hop, Sighting, SiteKey, View
from scoring.context import Context
from scoring.page import parse

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
WARNING = "<title>五句骗人的话</title><h4>“免考拿证”</h4><p>国家规定必须考试，无例外，谁说能免考都是骗局。</p>"


def seen(snippet: str, title: str = "五句骗人的话") -> Sighting:
    return Sighting("baidu", "电工证 免考", 3, False, "http://a.example.com/", title, snippet, seen_at=NOW)


@pytest.fixture
def texts(reference):
    """The search-result text that the context keeps beside the pages."""

    def kept(html: str, *sightings: Sighting) -> list[str]:
        url = "http://a.example.com/"
        views = (View("desktop", url, (Hop(url, 200),), parse(html, url)),) if html else ()
        case = Case(NOW, SiteKey("a.example.com"), url, views, sightings=sightings)
        return [t.text for t in Context(case, reference).texts if t.where == "search result"]

    return kept


def test_an_excerpt_of_a_page_that_is_at_hand_is_no_second_witness(texts) -> None:
    assert texts(WARNING, seen("…免考拿证” 国家规定必须考试，无例外…")) == []


def test_a_snippet_that_the_page_does_not_show_is_kept(texts) -> None:
    assert "先出证后付款" in texts(WARNING, seen("电工证先出证后付款，包过免考，加微信"))[0]


def test_without_a_page_all_that_results_say_is_kept(texts) -> None:
    assert "免考拿证" in texts("", seen("…免考拿证” 国家规定必须考试，无例外…"))[0]


@pytest.mark.parametrize(
    ("scope", "pages"),
    [pytest.param("/xY7k", 0, id="a link of many is not its target"), pytest.param("", 1, id="a front page is a door")],
)
def test_where_a_shorteners_link_leads_is_no_page_of_the_shortener(reference, scope: str, pages: int) -> None:
    asked, ended = "http://dwz.duan-lian.com/xY7k", "http://cx-mem.top/"
    view = View("desktop", asked, (Hop(asked, 302), Hop(ended, 200)), parse(WARNING, ended))
    case = Case(NOW, SiteKey("dwz.duan-lian.com", 80, scope), asked, (view,))
    assert len(Context(case, reference).pages) == pages


def test_a_shared_hosts_own_pages_stay_its_own_whatever_label_answers(reference) -> None:
    asked, ended = "http://a.bbs-example.com/thread-1", "http://www.bbs-example.com/thread-1"
    view = View("desktop", asked, (Hop(asked, 302), Hop(ended, 200)), parse(WARNING, ended))
    case = Case(NOW, SiteKey("a.bbs-example.com", 80, "/thread-1"), asked, (view,))
    assert len(Context(case, reference).pages) == 1


def test_a_link_of_a_bare_address_that_ends_at_another_address_is_that_ones_page(reference) -> None:
    asked, ended = "http://203.0.113.9/xY7k", "http://198.51.100.7/"
    view = View("desktop", asked, (Hop(asked, 302), Hop(ended, 200)), parse(WARNING, ended))
    case = Case(NOW, SiteKey("203.0.113.9", 80, "/xY7k"), asked, (view,))
    assert Context(case, reference).pages == ()
