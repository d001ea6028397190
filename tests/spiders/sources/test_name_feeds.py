"""Feeds of names and of reports as spiders: what they hand on, piece by piece, and what leaves nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from spiders.feeds.folder import FeedFile
from spiders.feeds.row import BadRow
from spiders.feeds.tip_items import TipsItem
from spiders.items import SerpItem
from spiders.sources import screened
from spiders.sources.ct import CtSpider
from spiders.sources.names import NamesSpider
from spiders.sources.tips import TipsSpider

NAMES = [
    "lvye-huahui.top",
    "CX.MEM.GOV.CN.zs-cx.top.",
    "not a name",
    "haiyue-lvyou.com",
    "cx.mem.gov.cn.zs-cx.top",
    "xn--fiqs8s",
]


def crawled(spider: type[Any], path: Path) -> list[SerpItem]:
    made = spider.from_crawler(get_crawler(spider), file=str(path))

    async def stored() -> None:
        """Nothing is stored here, so nothing is waited for."""

    made._stored = stored

    async def all_items() -> list[SerpItem]:
        return [item async for item in made.start()]

    return asyncio.run(all_items())


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("\n".join(NAMES), encoding="utf-8")
    return path


def test_only_names_that_look_alike_are_handed_on_each_once(listed: Path) -> None:
    (item,) = crawled(NamesSpider, listed)
    (seen,) = item.sightings
    assert (seen.source, seen.url) == ("names", "http://cx.mem.gov.cn.zs-cx.top/")
    assert "cx.mem.gov.cn" in seen.snippet
    assert "第 2 行" in seen.snippet


def test_the_counts_of_a_list_are_told(listed: Path) -> None:
    (item,) = crawled(NamesSpider, listed)
    assert item.outcome == "results"
    assert "读 4 个域名，1 个形近" in item.note
    assert "第 3、6 行不是域名" in item.note


def test_a_list_without_look_alikes_is_a_confirmed_none(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("lvye-huahui.top\nhaiyue-lvyou.com\n", encoding="utf-8")
    (item,) = crawled(NamesSpider, path)
    assert (item.outcome, item.sightings, item.note) == ("none", [], "读 2 个域名，0 个形近")


def test_names_of_certificates_are_judged_wildcards_included(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    entry = {"data": {"leaf_cert": {"all_domains": ["*.zlaq-mohurd.gov-cn.top", "zlaq-mohurd.gov-cn.top", "a.com"]}}}
    path.write_text(json.dumps(entry) + "\nbroken\n", encoding="utf-8")
    (item,) = crawled(CtSpider, path)
    assert [s.url for s in item.sightings] == ["http://zlaq-mohurd.gov-cn.top/"]
    assert item.sightings[0].source == "ct"


def test_a_file_that_is_gone_is_a_failed_page(tmp_path: Path) -> None:
    spider = NamesSpider.from_crawler(get_crawler(NamesSpider), file=str(tmp_path))
    found = spider.screen(FeedFile.at(tmp_path / "gone.txt"))
    assert found.error is not None


@pytest.mark.slow
def test_a_large_list_is_judged_as_a_small_one(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spider = NamesSpider.from_crawler(get_crawler(NamesSpider), file=str(listed))
    careful = spider.screen(FeedFile.at(listed))
    monkeypatch.setattr(screened, "LARGE", 0)
    compiled = spider.screen(FeedFile.at(listed))
    assert compiled.rows == careful.rows
    assert (compiled.names, compiled.bad) == (careful.names, careful.bad)


def reports(path: Path, count: int) -> Path:
    lines = [
        json.dumps({"编号": f"A-{n:06}", "内容": f"网站www.zs-{n}.top办假证"}, ensure_ascii=False) for n in range(count)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_reports_come_with_their_tips_in_pieces(tmp_path: Path) -> None:
    items = crawled(TipsSpider, reports(tmp_path / "a.jsonl", 501))
    assert [(i.page, len(i.tips), len(i.sightings), bool(i.next_url)) for i in items if isinstance(i, TipsItem)] == [
        (1, 500, 500, True),
        (2, 1, 1, False),
    ]
    assert items[0].sightings[0].query == "A-000000"


def test_a_report_without_a_number_is_quoted_by_its_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("序号,内容\n1,网站www.zs-cx.top办假证\n", encoding="utf-8")
    (item,) = crawled(TipsSpider, path)
    assert item.sightings[0].query == "a.csv 第 2 行"


def test_a_file_without_reports_is_a_failed_page_that_says_why(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("一,二\n1,2\n", encoding="utf-8")
    (item,) = crawled(TipsSpider, path)
    assert (item.outcome, "表头" in item.note) == ("failed", True)


def test_a_reader_yields_addresses_and_bad_rows_for_whoever_asks(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,内容\n1,网站www.zs-cx.top\n2,\n", encoding="utf-8")
    spider = TipsSpider.from_crawler(get_crawler(TipsSpider), file=str(path))
    seen, bad = list(spider.read(FeedFile.at(path)))
    assert seen.url == "http://www.zs-cx.top/"
    assert isinstance(bad, BadRow)
