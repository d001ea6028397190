"""The search engines of the smoke range, asked over the wire."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
from selectolax.lexbor import LexborHTMLParser

from lookalike.cyber_range.engines import Engines
from lookalike.cyber_range.exchange import Request
from lookalike.cyber_range.model import Engine
from lookalike.cyber_range.search import Index

from .conftest import Client

BAIDU = "http://www.baidu.com/s?wd="
SOGOU = "http://www.sogou.com/web?query="


def hits(text: str) -> list[str]:
    return [node.attributes["data-target"] or "" for node in LexborHTMLParser(text).css(".hit")]


def links(text: str, selector: str) -> list[str]:
    return [node.attributes["href"] or "" for node in LexborHTMLParser(text).css(f"{selector}")]


def sogou(client: Client, query: str) -> str:
    """The page behind the verification that every fourth request gets."""
    for _ in range(2):
        got = client.get(SOGOU + query)
        if got.status == 200:
            return got.body.decode("gbk")
    raise AssertionError("two verifications one after the other")


def test_results_are_paged_by_offset_until_there_are_no_more(client: Client) -> None:
    url, seen, pages = BAIDU + quote("安全生产 特种作业"), [], 0
    while url:
        text = client.get(url).text
        seen += hits(text)
        url = next(iter(links(text, "#next")), "")
        pages += 1
    assert len(seen) == len(set(seen)) == 5
    assert pages == 2


def test_pages_are_counted_from_offset_start_where_the_unit_is_the_page(client: Client) -> None:
    text = sogou(client, quote("安全生产".encode("gbk")))
    assert 'data-offset="0"' in text
    follow = links(text, "#next")[0]
    assert follow.endswith("page=2")
    second = sogou(client, follow.removeprefix(SOGOU))
    assert 'data-offset="2"' in second
    assert not set(hits(text)) & set(hits(second))


def test_an_advert_is_shown_when_one_of_its_words_stands_in_the_query(client: Client) -> None:
    assert LexborHTMLParser(client.get(BAIDU + quote("叉车速成")).text).css(".ad")
    assert not LexborHTMLParser(client.get(BAIDU + quote("叉车证")).text).css(".ad")


def test_templates_are_autoescaped(client: Client) -> None:
    text = client.get(BAIDU + quote("<b>免考</b>")).text
    assert "特种作业&lt;免考&gt;" in text
    assert "<b>" not in text


def test_the_redirector_hides_the_target_and_answers_it_by_302(client: Client) -> None:
    text = client.get(BAIDU + quote("免考")).text
    link = links(text, ".ad a")[0]
    assert "kaozheng" not in link
    got = client.get(link)
    assert (got.status, got.header("Location")) == (302, "https://kaozheng.example-top/")


def test_an_unknown_token_is_not_found(client: Client) -> None:
    assert client.get("http://www.baidu.com/link?url=abc").status == 404


def test_the_script_redirector_holds_the_target_in_script_and_meta(client: Client) -> None:
    text = sogou(client, quote("免考".encode("gbk")))
    page = client.get(links(text, ".hit a")[0])
    assert page.status == 200
    assert 'window.location.replace("https://' in page.text
    assert re.search(r"URL='https://[^']+'", unescape(page.text))


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_queries_are_understood_in_the_engines_encoding_and_in_utf8(client: Client, encoding: str) -> None:
    text = sogou(client, quote("安全生产".encode(encoding)))
    assert "<title>安全生产</title>" in text
    assert hits(text)


def test_an_engine_in_utf8_understands_gbk_too(client: Client) -> None:
    assert "<title>安全生产</title>" in client.get(BAIDU + quote("安全生产".encode("gbk"))).text


def test_characters_outside_the_encoding_are_character_references(client: Client) -> None:
    text = sogou(client, quote("免考 𠮷😀"))
    assert "&#128512;" in text


def test_every_nth_request_is_sent_to_the_verification_page(client: Client) -> None:
    answers = [client.get(SOGOU + "x") for _ in range(8)]
    sent_away = [got for got in answers if got.status == 302]
    assert len(sent_away) == 2
    assert "安全验证" in client.get(sent_away[0].header("Location")).text


def test_a_verification_address_of_the_ranges_own_is_served(client: Client) -> None:
    got = client.get("http://jobs.example/yantai/?key=x")
    assert got.header("Location") == "https://jobs.example/check/"
    assert client.get("https://jobs.example/check/").status == 200


def test_two_engines_share_a_host_by_path(client: Client) -> None:
    assert "安全" in client.get("http://jobs.example/jinan/?key=" + quote("安全生产")).body.decode("gb18030")
    assert client.get("http://jobs.example/other").status == 404


def test_engines_at_one_address_are_told_apart_by_their_parameter(tmp_path) -> None:
    (tmp_path / "engines").mkdir()
    (tmp_path / "engines" / "a.j2").write_text("A {{ query }}")
    (tmp_path / "engines" / "b.j2").write_text("B {{ query }}")
    both = tuple(Engine(n, "e.example", "/s", p, f"{n}.j2") for n, p in (("a", "q"), ("b", "kw")))
    engines = Engines(both, Index(()), tmp_path)
    answer = engines.answer(Request("GET", "http", "e.example", 80, "/s?kw=x"))
    assert answer is not None
    assert answer.body == b"B x"


def test_two_kinds_of_search_at_one_address_are_told_apart_by_what_was_sent(tmp_path) -> None:
    (tmp_path / "engines").mkdir()
    for name in "ab":
        (tmp_path / "engines" / f"{name}.j2").write_text(f"{name} {{{{ query }}}}")
    both = (
        Engine("a", "e.example", "/s", "q", "a.j2"),
        Engine("b", "e.example", "/s", "q", "b.j2", when=(("type", "1"),)),
    )
    engines = Engines(both, Index(()), tmp_path)
    for sent, wanted in (("type=1&q=x", b"b x"), ("type=2&q=x", b"a x"), ("q=x", b"a x")):
        answer = engines.answer(Request("GET", "http", "e.example", 80, f"/s?{sent}"))
        assert answer is not None
        assert answer.body == wanted


def test_engines_answer_over_https_without_a_folder(client: Client) -> None:
    assert hits(client.get("https://www.baidu.com/s?wd=" + quote("安全生产")).text)


def test_a_search_is_not_answered_to_post(client: Client) -> None:
    assert client.get(BAIDU + "x", method="POST").status == 405


@pytest.mark.parametrize("offset", ["-1", "abc", "9" * 30, ""])
def test_an_offset_that_is_no_number_is_the_first_page(client: Client, offset: str) -> None:
    assert 'data-offset="0"' in client.get(f"{BAIDU}x&pn={offset}").text
