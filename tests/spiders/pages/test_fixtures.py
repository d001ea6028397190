"""Every folder of tests/fixtures/pages is one page: what came (response.html, meta.json), and what it means (output.json)."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import pytest

from spiders.pages.baidu import BaiduPage
from spiders.pages.baixing import BaixingPage
from spiders.pages.base import SerpPage, decode_serp
from spiders.pages.bing import BingPage
from spiders.pages.shenma import ShenmaPage
from spiders.pages.so360 import So360Page
from spiders.pages.sogou import SogouPage
from spiders.pages.tieba import TiebaPage
from spiders.pages.weibo import WeiboPage
from spiders.pages.weixin import WeixinPage
from spiders.pages.wuba import WubaPage

FIXTURES = Path(__file__).parents[2] / "fixtures" / "pages"
PAGES: dict[str, type[SerpPage]] = {
    "Baidu": BaiduPage,
    "Bing": BingPage,
    "So360": So360Page,
    "Sogou": SogouPage,
    "Shenma": ShenmaPage,
    "Weixin": WeixinPage,
    "Tieba": TiebaPage,
    "Weibo": WeiboPage,
    "Wuba": WubaPage,
    "Baixing": BaixingPage,
}
FOLDERS = sorted(folder for engine in PAGES for folder in (FIXTURES / engine).iterdir())


def load(folder: Path) -> SerpPage:
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    html = decode_serp((folder / "response.html").read_bytes(), meta["headers"].get("Content-Type", ""))
    now = datetime.fromisoformat(meta["now"]) if "now" in meta else None
    return PAGES[folder.parent.name](html, meta["url"], meta["status"], meta["headers"], now)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_a_stored_page_reads_as_its_output_says(folder: Path) -> None:
    page = load(folder)
    blocks = [{k: v for k, v in asdict(b).items() if v not in {"", False}} for b in page.blocks]
    got = {"outcome": page.outcome, "next_url": page.next_url, "by_headings": page.by_headings, "blocks": blocks}
    assert got == json.loads((folder / "output.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("engine", PAGES)
def test_every_engine_has_pages_of_all_four_outcomes(engine: str) -> None:
    outcomes = {load(f).outcome for f in FOLDERS if f.parent.name == engine}
    assert outcomes >= {"results", "none", "captcha"}
    assert "unparsed" in outcomes or any(load(f).by_headings for f in FOLDERS if f.parent.name == engine)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_positions_count_from_one_paid_and_organic_apart(folder: Path) -> None:
    blocks = load(folder).blocks
    for paid in (True, False):
        assert [b.position for b in blocks if b.paid is paid] == list(range(1, sum(b.paid is paid for b in blocks) + 1))


def test_a_results_page_without_its_blocks_is_unparsed_and_not_empty() -> None:
    """The layout changes: same page, all class names and headings gone."""
    for engine, name in (("Baidu", "2023-new-pmd"), ("So360", "2022-rich"), ("Sogou", "2017-rb"), ("Bing", "2024-ck")):
        page = load(FIXTURES / engine / name)
        html = page.html
        for old, new in (
            ("class=", "data-c="),
            ("id=", "data-i="),
            ("<h3", "<b"),
            ("<h2", "<b"),
            ("data-landurl", "data-l"),
        ):
            html = html.replace(old, new)
        assert type(page)(html, page.url).outcome == "unparsed", engine


def test_paid_results_alone_are_kept_and_doubted() -> None:
    page = load(FIXTURES / "Baidu" / "2023-new-pmd")
    html = page.html.replace("class=", "data-c=").replace("id=", "data-i=").replace("<h3", "<b")
    changed = BaiduPage(html, page.url)
    assert [r.paid for r in changed.results] == [True]
    assert changed.doubtful
    assert not page.doubtful


def test_words_of_a_snippet_are_no_confirmation_that_nothing_was_found() -> None:
    page = load(FIXTURES / "Baidu" / "changed-layout")
    assert "没有找到" in page.html
    assert page.outcome == "unparsed"


def test_a_snippet_about_captchas_does_not_make_a_page_a_verification_page() -> None:
    page = load(FIXTURES / "Baidu" / "2018-containers")
    assert type(page)(page.html.replace("先到", "安全验证 captcha 先到"), page.url).outcome == "results"


def test_the_searched_word_for_advert_does_not_make_a_result_paid() -> None:
    page = load(FIXTURES / "Baidu" / "2023-new-pmd")
    assert [r.paid for r in page.results] == [True, False, False]


def test_a_label_above_three_blocks_marks_all_three_and_no_other() -> None:
    ads = "".join(f'<div class="rb"><h3><a href="http://p{i}.example/">推广位{i}</a></h3></div>' for i in range(3))
    plain = '<div class="rb"><h3><a href="http://o.example/">自然结果</a></h3></div>'
    html = f'<div class="results"><div class="g7"><span>赞助商链接</span>{ads}</div>{plain}</div>'
    assert [r.paid for r in SogouPage(html, "https://www.sogou.com/web?query=a").results] == [True, True, True, False]


def test_a_label_with_hidden_characters_still_counts() -> None:
    html = '<div id="content_left"><div class="result c-container"><h3><a href="http://a.example/">甲乙丙丁</a></h3><span>广\u200b 告</span></div></div>'
    assert [r.paid for r in BaiduPage(html, "https://www.baidu.com/s?wd=a").results] == [True]


def test_an_advert_outside_every_known_block_is_collected() -> None:
    html = '<section class="zz"><p><a href="/baidu.php?url=1" data-landurl="http://ad.example/x">不考试拿证</a> 说明</p></section>'
    (found,) = BaiduPage(html, "https://www.baidu.com/s?wd=a").results
    assert (found.paid, found.target, found.title) == (True, "http://ad.example/x", "不考试拿证")


def test_the_same_search_at_another_own_address_is_a_move_and_no_refusal() -> None:
    page = load(FIXTURES / "Bing" / "moved-host")
    assert page.moved_to.startswith("https://cn.bing.com/search?")
    assert not page.is_captcha


def test_a_redirect_to_a_stranger_is_neither_captcha_nor_move() -> None:
    page = BaiduPage("", "https://www.baidu.com/s?wd=a", 302, {"location": "http://portal.example/login"})
    assert (page.is_captcha, page.moved_to, page.outcome) == (False, "", "unparsed")


def test_the_last_page_links_no_next_one() -> None:
    assert load(FIXTURES / "So360" / "2022-rich").next_url == ""


def test_a_next_link_to_a_stranger_is_not_followed() -> None:
    html = '<div id="page"><a id="snext" href="http://evil.example/s?q=a&pn=2">下一页</a></div>'
    assert So360Page(html, "https://www.so.com/s?q=a").next_url == ""
