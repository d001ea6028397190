"""Pages that a browser saved: which engine, which words, which results; and what is none of these."""

from __future__ import annotations

import quopri
from pathlib import Path

import pytest

from scoring.case import Sighting
from spiders.feeds import saved
from spiders.feeds.folder import FeedError, UnknownPageError
from spiders.sources.files import FeedFile
from spiders.sources.saved import SavedSpider, shown_address

FIXTURES = Path(__file__).parents[2] / "fixtures" / "pages"
BAIDU = "https://www.baidu.com/s?wd=%E7%94%B5%E5%B7%A5%E8%AF%81&pn=10"
RESULTS = (
    '<div id="content_left"><div class="result c-container" mu="http://a.example/"><h3 class="t">'
    '<a href="http://www.baidu.com/link?url=1">电工证查询</a></h3><div class="c-abstract">摘要</div></div></div>'
)


class Reader(SavedSpider):
    """Without a crawler around it."""

    def _now(self):  # type: ignore[no-untyped-def] # as in the base
        from datetime import UTC, datetime  # noqa: PLC0415

        return datetime(2026, 3, 18, tzinfo=UTC)


def read(path: Path) -> list[Sighting]:
    return [s for s in Reader().read(FeedFile.at(path)) if isinstance(s, Sighting)]


def page(tmp_path: Path, content: str, name: str = "a.html", encoding: str = "utf-8") -> Path:
    file = tmp_path / name
    file.write_bytes(content.encode(encoding))
    return file


def archive(html: str, url: str = BAIDU, date: str = "Mon, 16 Mar 2026 09:30:00 +0800") -> str:
    body = quopri.encodestring(html.encode()).decode().replace("\n", "\r\n")
    return (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {url}\r\nDate: {date}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B1----"\r\n\r\n'
        "------B1----\r\nContent-Type: text/css\r\nContent-Location: cid:css-1\r\n\r\n@charset 'utf-8';\r\n"
        f"------B1----\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        f"Content-Location: {url}\r\n\r\n{body}\r\n------B1------\r\n"
    )


def test_an_archive_gives_engine_words_places_and_the_day_it_was_saved(tmp_path: Path) -> None:
    (seen,) = read(page(tmp_path, archive(RESULTS), "a.mhtml"))
    assert (seen.source, seen.query, seen.url, seen.title) == ("baidu", "电工证", "http://a.example/", "电工证查询")
    assert seen.position == 11, "ten stood on the page before"
    assert str(seen.seen_at) == "2026-03-16 09:30:00+08:00"


@pytest.mark.parametrize(
    "head",
    [
        "<!-- saved from url=(0048){url} -->\n<html>",
        "<html><!--\n Page saved with SingleFile \n url: {url} \n saved date: Mon Mar 16 2026 09:30:00 GMT+0800 (中国标准时间)\n-->",
        '<html><head><link rel="canonical" href="{url}"></head>',
        '<html><head><meta property="og:url" content="{url}"></head>',
    ],
)
def test_the_engine_is_known_by_the_note_that_a_browser_leaves(tmp_path: Path, head: str) -> None:
    box = '<input name="wd" value="电工证">'
    (seen,) = read(page(tmp_path, head.format(url=BAIDU) + box + RESULTS))
    assert (seen.source, seen.query) == ("baidu", "电工证")


def test_words_in_an_address_are_read_in_the_encoding_of_their_page(tmp_path: Path) -> None:
    note = "<!-- saved from url=(0048)https://www.baidu.com/s?wd=%B5%E7%B9%A4%D6%A4 -->"
    assert read(page(tmp_path, note + RESULTS))[0].query == "电工证"


@pytest.mark.parametrize(
    ("fixture", "engine"),
    [
        ("Baidu/2018-containers", "baidu"),
        ("Bing/2024-ck", "bing"),
        ("So360/2022-rich", "so360"),
        ("Sogou/2017-rb", "sogou"),
        ("Shenma/2026-cards", "shenma"),
    ],
)
def test_without_a_note_the_engine_is_known_by_its_structure(tmp_path: Path, fixture: str, engine: str) -> None:
    file = tmp_path / "a.html"
    file.write_bytes((FIXTURES / fixture / "response.html").read_bytes())
    assert {s.source for s in read(file)} == {engine}


@pytest.mark.parametrize(
    ("names", "engine", "least"),
    [
        ("360_20*", "so360", 12),
        ("baidu_2019*", "baidu", 2),
        ("sogou_20*", "sogou", 5),
        ("*search-gaokao-article.html", "weixin", 1),
        ("tieba_list_*", "tieba_forum", 1),
    ],
)
def test_real_pages_are_known_and_read_without_their_address(
    tmp_path: Path, real_data: Path, names: str, engine: str, least: int
) -> None:
    readable = 0
    for source in sorted((real_data / "serp" / "html").glob(names)):
        file = tmp_path / "a.html"
        file.write_bytes(source.read_bytes())
        found = read(file)
        assert {s.source for s in found} <= {engine}, source.name
        assert all(s.query for s in found), source.name
        readable += bool(found)
    assert readable >= least


def test_pages_that_are_no_results_are_not_taken_for_some(tmp_path: Path, real_data: Path) -> None:
    for name in ("zhihu_search*", "bing_sescraper*", "wechatsogou_article_detail_expired*"):
        for source in (real_data / "serp" / "html").glob(name):
            file = tmp_path / "a.html"
            file.write_bytes(source.read_bytes())
            with pytest.raises(UnknownPageError):
                read(file)


def test_a_target_behind_a_redirector_is_told_by_what_the_result_prints(tmp_path: Path) -> None:
    html = RESULTS.replace(' mu="http://a.example/"', "").replace(
        "摘要</div>", "摘要</div><div class='c-showurl'>www.b.example/x...</div>"
    )
    (seen,) = read(page(tmp_path, f"<!-- saved from url=(0048){BAIDU} -->{html}"))
    assert seen.url == "http://www.b.example/"


@pytest.mark.parametrize(
    ("display", "address"),
    [
        ("www.b.example/x...", "http://www.b.example/"),
        ("https://B.example:8443/a › c", "http://b.example:8443/"),
        ("b.example", "http://b.example/"),
        ("某某考试网", ""),
        ("v1.2 说明", ""),
        ("", ""),
    ],
)
def test_a_printed_address_is_one_only_where_it_is_a_host(display: str, address: str) -> None:
    assert shown_address(display) == address


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<html><title>会议通知</title><p>下午开会</p></html>", "认不出是哪个搜索引擎"),
        ('<title>百度安全验证</title><input name="wd"><div class="passmod"></div>', "验证页"),
        (f"<!-- saved from url=(0048){BAIDU} --><div>{'<p>新版</p>' * 50}</div>", "版式可能已变"),
    ],
)
def test_what_holds_no_results_is_unparsed_with_its_name(tmp_path: Path, html: str, why: str) -> None:
    with pytest.raises(UnknownPageError, match=why) as error:
        read(page(tmp_path, html))
    assert str(error.value).startswith("a.html：")


def test_a_page_that_says_nothing_was_found_is_an_empty_file(tmp_path: Path) -> None:
    html = f'<!-- saved from url=(0048){BAIDU} --><div class="content_none">很抱歉，没有找到与“x”相关的网页。</div>'
    assert read(page(tmp_path, html)) == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "Content-Type: text/plain\r\n\r\nno page",
        'Content-Type: multipart/related; boundary="a"\r\n\r\n--a\r\n\r\nno page\r\n--a--',
        "Content-Type: multipart/related; boundary=" * 100,
        "".join(f'Content-Type: multipart/mixed; boundary="{i}"\r\n\r\n--{i}\r\n' for i in range(39)),
    ],
)
def test_an_archive_without_a_page_is_one_clear_line(tmp_path: Path, content: str) -> None:
    with pytest.raises(FeedError) as error:
        read(page(tmp_path, content, "a.mhtml"))
    assert "\n" not in str(error.value)


def test_a_page_over_the_limit_says_how_to_save_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST", 10)
    with pytest.raises(FeedError, match="仅 HTML"):
        read(page(tmp_path, RESULTS))


def test_a_page_in_the_engines_old_encoding_is_read(tmp_path: Path) -> None:
    html = f'<!-- saved from url=(0048){BAIDU} --><meta http-equiv="Content-Type" content="text/html; charset=gb2312">{RESULTS}'
    assert read(page(tmp_path, html, encoding="gb18030"))[0].title == "电工证查询"
