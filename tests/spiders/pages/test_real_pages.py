"""Real captures of 2012 to 2022, where the folder of real data is present."""

import csv
from pathlib import Path

import pytest

from spiders.pages.baidu import BaiduPage
from spiders.pages.base import SerpPage, decode_serp
from spiders.pages.bing import BingPage
from spiders.pages.so360 import So360Page
from spiders.pages.sogou import SogouPage

ENGINES: dict[str, type[SerpPage]] = {"360": So360Page, "baidu": BaiduPage, "sogou": SogouPage, "bing": BingPage}


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "serp" / "html_index.csv").open(encoding="utf-8") as file:
        return [r for r in csv.DictReader(file) if r["file"].partition("_")[0] in ENGINES]


def read(folder: Path, name: str, url: str) -> SerpPage:
    body = (folder / "serp" / "html" / name).read_bytes()
    return ENGINES[name.partition("_")[0]](decode_serp(body), url)


def test_nearly_all_organic_blocks_are_found_with_title_and_url(real_data: Path) -> None:
    counted = found = 0
    for row in rows(real_data):
        page = read(real_data, row["file"], row["original_url"])
        expected = int(row["organic_blocks"])
        counted += expected
        found += min(expected, sum(bool(b.title and b.url) for b in page.blocks if not b.paid))
    assert counted == 190
    assert found / counted >= 0.95


def test_no_page_shows_more_organic_blocks_than_it_has(real_data: Path) -> None:
    for row in rows(real_data):
        page = read(real_data, row["file"], row["original_url"])
        assert sum(not b.paid for b in page.blocks) <= int(row["organic_blocks"]), row["file"]


def test_every_real_results_page_is_read_by_its_layout(real_data: Path) -> None:
    for row in rows(real_data):
        page = read(real_data, row["file"], row["original_url"])
        if int(row["organic_blocks"]):
            assert page.outcome == "results", row["file"]
            assert not page.by_headings, row["file"]


def test_paid_results_are_exactly_the_labelled_ones(real_data: Path) -> None:
    for row in rows(real_data):
        page = read(real_data, row["file"], row["original_url"])
        assert sum(r.paid for r in page.blocks) == int(row["ad_label_nodes"]), row["file"]


def test_the_advertisers_own_addresses_are_kept(real_data: Path) -> None:
    (row,) = [r for r in rows(real_data) if int(r["ad_label_nodes"])]
    targets = [r.target for r in read(real_data, row["file"], row["original_url"]).results if r.paid]
    hosts = [t.split("/")[2] for t in targets]
    assert hosts == ["www.evus-onlinevisa.org", "online.evus.us"] * 2 + ["flights.ctrip.com"]


@pytest.mark.parametrize(
    ("start", "url", "outcome"),
    [
        ("360_20200215", "https://www.so.com/s?q=a", "none"),
        ("sogou_20170429", "http://www.sogou.com/sogou?query=a", "none"),
        ("baidu_20220128", "http://zhannei.baidu.com/cse/site?q=a", "none"),
        ("baidu_20181224", "https://wenku.baidu.com/search?word=a", "none"),
        ("baidu_20180506", "http://tieba.baidu.com/f?kw=eru", "unparsed"),
        ("baidu_20211209", "https://wenku.baidu.com/search?word=a", "unparsed"),
        ("bing_sescraper", "https://www.bing.com/", "unparsed"),
        ("baidu_googlescraper_number", "http://www.baidu.com/s?wd=number", "results"),
        ("baidu_googlescraper_noresults", "http://www.baidu.com/s?wd=a", "results"),
    ],
)
def test_other_pages_are_told_from_empty_ones(real_data: Path, start: str, url: str, outcome: str) -> None:
    (path,) = (real_data / "serp" / "html").glob(f"{start}*.html")
    assert read(real_data, path.name, url).outcome == outcome


def test_the_next_page_is_found_on_every_full_page_but_one(real_data: Path) -> None:
    """One capture of 360 was cut before its page links."""
    full = [r for r in rows(real_data) if int(r["organic_blocks"])]
    assert sum(not read(real_data, r["file"], r["original_url"]).next_url for r in full) == 1
