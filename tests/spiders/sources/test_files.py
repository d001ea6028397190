"""The route of files: pieces that can be taken up again, what is told of bad rows, and what is left of a broken file."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from scoring.case import Sighting
from spiders.feeds import pieces
from spiders.feeds.folder import FeedError, FeedFile, UnknownPageError
from spiders.feeds.row import BadRow
from spiders.items import SerpItem
from spiders.options import Options
from spiders.sources import files
from spiders.sources.assets import AssetsSpider
from spiders.sources.files import FileSpider, told
from spiders.sources.task import SearchTask

ROOT = Path(__file__).resolve().parents[3]
NOW = "2026-03-01T02:00:00+08:00"


class Counted(FileSpider):
    """A number a line: an even one is a site, an odd one a bad row, what is none breaks the file."""

    name = "counted"
    feed = "assets"

    def _inc(self, key: str, count: int = 1) -> None:
        """No crawl runs, so nothing is counted and nothing stored."""

    async def _stored(self) -> None: ...

    def read(self, file: FeedFile) -> Iterator[Sighting | BadRow]:
        for line in file.path.read_text().split():
            if line == "unknown":
                raise UnknownPageError(f"{file.name}：认不出")
            if not line.isdigit():
                raise FeedError(f"{file.name}：坏了")
            number = int(line)
            yield BadRow(number, "是奇数") if number % 2 else self.sighting(f"http://h{number}.example/")


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "CHUNK", 4)
    monkeypatch.setattr(pieces, "CHUNK", 4)


def spider(folder: Path, **arguments: object) -> Counted:
    settings = Settings({"LOOKALIKE_OPTIONS": Options(feeds=str(folder), now=NOW)})
    return Counted.from_crawler(Crawler(Counted, settings), **arguments)


def items(reader: FileSpider) -> list[SerpItem]:
    async def collect() -> list[SerpItem]:
        return [item async for item in reader.start()]

    return asyncio.run(collect())


def laid(tmp_path: Path, content: str, name: str = "assets.txt") -> Path:
    (tmp_path / name).write_text(content)
    return tmp_path


def numbers(count: int) -> str:
    return " ".join(map(str, range(count)))


def test_a_file_comes_in_pieces_that_each_name_the_next(tmp_path: Path) -> None:
    found = items(spider(laid(tmp_path, numbers(10))))
    assert [(i.page, i.outcome, len(i.sightings), i.next_url) for i in found] == [
        (1, "results", 2, "assets.txt#5"),
        (2, "results", 2, "assets.txt#9"),
        (3, "results", 1, ""),
    ]
    assert [s.position for i in found for s in i.sightings] == [1, 3, 5, 7, 9], "the place in the file"
    assert {(s.source, s.query) for i in found for s in i.sightings} == {("counted", found[0].query)}


@pytest.mark.parametrize("page", [1, 2, 3])
def test_a_killed_night_goes_on_at_its_piece(tmp_path: Path, page: int) -> None:
    folder = laid(tmp_path, numbers(10))
    whole = items(spider(folder))
    again = items(spider(folder, searches=[SearchTask(whole[0].query, page, "assets.txt#x")]))
    assert again == whole[page - 1 :]


def test_a_file_of_exactly_one_piece_has_no_second(tmp_path: Path) -> None:
    assert [i.next_url for i in items(spider(laid(tmp_path, numbers(4))))] == [""]


def test_bad_rows_are_counted_and_named_by_reason(tmp_path: Path) -> None:
    (item,) = items(spider(laid(tmp_path, "0 1 3")))
    assert (item.outcome, item.note) == ("results", "2 行不能用：第 1、3 行是奇数")
    many = told([BadRow(n, "坏") for n in range(30)])
    assert many.startswith("30 行不能用：第 0、1、2")
    assert many.endswith("、19 行坏 等")


def test_a_file_without_one_good_row_is_unparsed_and_an_empty_one_is_none(tmp_path: Path) -> None:
    assert [i.outcome for i in items(spider(laid(tmp_path, "1 3")))] == ["unparsed"]
    assert [i.outcome for i in items(spider(laid(tmp_path, "")))] == ["none"]


def test_a_piece_of_bad_rows_alone_does_not_end_the_file(tmp_path: Path) -> None:
    found = items(spider(laid(tmp_path, "1 3 5 7 8")))
    assert [(i.outcome, len(i.sightings)) for i in found] == [("results", 0), ("results", 1)]


def test_what_stood_before_the_place_where_a_file_breaks_is_kept(tmp_path: Path) -> None:
    found = items(spider(laid(tmp_path, "0 2 broken")))
    assert [(i.page, i.outcome, len(i.sightings)) for i in found] == [(1, "results", 2), (2, "failed", 0)]
    assert found[1].note == "assets.txt：坏了"


def test_a_file_that_nobody_knows_is_unparsed(tmp_path: Path) -> None:
    (item,) = items(spider(laid(tmp_path, "unknown")))
    assert (item.outcome, item.note) == ("unparsed", "assets.txt：认不出")


def test_a_file_that_went_away_is_a_failed_search_and_the_next_one_goes_on(tmp_path: Path) -> None:
    folder = laid(tmp_path, "0")
    there = items(spider(folder))[0].query
    tasks = [SearchTask("gone.txt 0123456789ab"), SearchTask(there)]
    assert [i.outcome for i in items(spider(folder, searches=tasks))] == ["failed", "results"]


def test_without_files_nothing_comes(tmp_path: Path) -> None:
    assert items(spider(tmp_path)) == []


def test_a_file_argument_that_is_not_there_is_one_clear_line() -> None:
    with pytest.raises(ValueError, match="-a file=/nonexistent") as error:
        AssetsSpider(file="/nonexistent")
    assert "\n" not in str(error.value)


def test_a_file_is_read_by_hand_without_a_database(tmp_path: Path) -> None:
    laid(tmp_path, "https://a.example/\nb.example\n", "list.txt")
    command = [sys.executable, "-m", "scrapy", "crawl", "assets", "-a", f"file={tmp_path / 'list.txt'}"]
    out = tmp_path / "out.jsonl"
    done = subprocess.run([*command, "-O", str(out)], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert "Traceback" not in done.stderr, done.stderr
    (line,) = out.read_text().splitlines()
    assert [s["url"] for s in json.loads(line)["sightings"]] == ["https://a.example/", "http://b.example"]
