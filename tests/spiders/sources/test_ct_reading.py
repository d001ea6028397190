"""Reading a log from where it was left: both interfaces, over HTTP on loopback, with all that logs do wrong."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response

from seeds.ct_model import CtFollow, CtLog
from spiders.feeds.ctlog.errors import CtError
from spiders.feeds.ctlog.state import Place
from spiders.options import Options
from spiders.sources import ct_reading
from spiders.sources.ct_asking import TRIES, CtClient, NotAnswered
from spiders.sources.ct_reading import Batch, LogReader
from tests.spiders.feeds.ctlog.made_log import AT, MadeLog, serving

FOLLOW = CtFollow(newest=10_000, entries=10_000, seconds=60, batch=300, delay_s=0, retry_s=0.001)
KINDS = ("tiled", "rfc6962")
LARGEST = 2_000_000


async def download(request: Request) -> Response:
    """As the crawler's downloader, without a crawler: statuses are answers, what is too large is cancelled."""

    def get() -> Response:
        headers = {k.decode(): v[0].decode() for k, v in request.headers.items() if v}
        asked = urllib.request.Request(request.url, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=10) as answer:
                status, told, body = answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            status, told, body = error.code, error.headers, error.read()
        if len(body) > LARGEST:
            raise DownloadCancelledError("too large")
        return Response(request.url, status=status, headers=dict(told.items()), body=body)

    return await asyncio.to_thread(get)


class Reading:
    """What one run over a log gave."""

    def __init__(self, log: MadeLog, place: Place | None = None, follow: CtFollow = FOLLOW, **row: Any) -> None:
        configured = CtLog("a1", log.kind, log.url, **{"key": log.public_key, **row})
        client = CtClient(configured, follow, Options(delay=0), download)
        reader = LogReader(configured, follow, client, place, lambda: AT + timedelta(hours=1))
        self.batches: list[Batch] = []
        self.error: Exception | None = None

        async def read() -> None:
            try:
                async for batch in reader.batches():
                    self.batches.append(batch)
            except (CtError, NotAnswered) as error:
                self.error = error

        asyncio.run(read())
        self.place = reader.place

    @property
    def names(self) -> list[str]:
        return [name for batch in self.batches for name in batch.named]

    @property
    def bad(self) -> int:
        return sum(batch.bad for batch in self.batches)


@pytest.fixture(params=KINDS)
def small_log(request: pytest.FixtureRequest) -> Iterator[MadeLog]:
    """700 entries, every second one a precertificate."""
    log = MadeLog(request.param)
    for n in range(700):
        log.add(f"a{n}.example", precert=bool(n % 2))
    with serving(log):
        yield log


@pytest.fixture
def tiled_log() -> Iterator[MadeLog]:
    log = MadeLog("tiled")
    for n in range(300):
        log.add(f"a{n}.example")
    with serving(log):
        yield log


@pytest.fixture
def paged_log() -> Iterator[MadeLog]:
    log = MadeLog("rfc6962")
    for n in range(100):
        log.add(f"a{n}.example")
    with serving(log):
        yield log


EVERY = [f"a{n}.example" for n in range(700)]


def test_every_entry_is_read_once_and_in_order_however_short_the_pages(small_log: MadeLog) -> None:
    read = Reading(small_log)
    assert read.names == EVERY
    assert read.error is None
    assert [b.more for b in read.batches][-1] is False
    assert max(small_log.asked.values()) == 1


def test_a_second_run_reads_what_came_since_and_nothing_else(small_log: MadeLog) -> None:
    place = Reading(small_log).place
    for n in range(5):
        small_log.add(f"b{n}.example")
    read = Reading(small_log, place)
    assert read.names == [f"b{n}.example" for n in range(5)]
    assert read.place is not None
    assert read.place.next == 705


def test_where_nothing_came_one_empty_batch_says_so(small_log: MadeLog) -> None:
    (batch,) = Reading(small_log, Reading(small_log).place).batches
    assert (batch.entries, batch.more, batch.stop, batch.size) == (0, False, 700, 700)


def test_a_first_run_begins_with_the_newest_entries(small_log: MadeLog) -> None:
    read = Reading(small_log, follow=replace(FOLLOW, newest=100))
    first = 700 - 100 if small_log.kind == "rfc6962" else 512  # a tile is read as a whole
    assert read.names == EVERY[first:]


def test_a_run_ends_with_its_entries_and_the_next_one_goes_on(small_log: MadeLog) -> None:
    few = replace(FOLLOW, entries=256, batch=256)
    first = Reading(small_log, follow=few)
    second = Reading(small_log, first.place, follow=few)
    assert [len(first.names), len(second.names)] == [256, 256]
    assert first.names + second.names == EVERY[:512]
    assert first.batches[-1].more is False


def test_a_run_ends_with_its_seconds(small_log: MadeLog) -> None:
    row = CtLog("a1", small_log.kind, small_log.url)
    client = CtClient(row, FOLLOW, Options(delay=0), download)
    reader = LogReader(row, FOLLOW, client, None, lambda: AT, deadline=0.0)

    async def all_batches() -> list[Batch]:
        return [batch async for batch in reader.batches()]

    (batch,) = asyncio.run(all_batches())
    assert (batch.entries, batch.more) == (0, False)


def test_an_entry_that_is_no_certificate_is_counted_with_its_number(small_log: MadeLog) -> None:
    for precert in (False, True):
        small_log.add(der=b"\x30\x82garbage", precert=precert)
    small_log.add("z.example")
    read = Reading(small_log)
    assert read.names == [*EVERY, "z.example"]
    assert (read.bad, [number for number, _ in read.batches[-1].shown]) == (2, [700, 701])


def test_a_log_that_shrinks_is_not_read_and_keeps_its_place(small_log: MadeLog) -> None:
    place = Reading(small_log).place
    small_log.shown = 690
    read = Reading(small_log, place)
    assert "变小" in str(read.error)
    assert (read.batches, read.place) == ([], place)


def test_two_trees_of_one_size_are_told(small_log: MadeLog) -> None:
    place = Reading(small_log).place
    small_log.root = b"\x01" * 32
    read = Reading(small_log, place)
    assert "分叉" in str(read.error)
    assert (read.batches, read.place) == ([], place)


def test_a_tree_head_with_a_wrong_signature_is_not_believed(small_log: MadeLog) -> None:
    read = Reading(small_log, key=MadeLog().public_key)
    assert "签名" in str(read.error)
    assert (read.batches, read.place) == ([], None)
    assert len(small_log.asked) == 1


def test_a_log_without_a_key_is_read_and_called_unverified(small_log: MadeLog) -> None:
    read = Reading(small_log, key="")
    assert read.names == EVERY
    assert not read.batches[0].verified


def test_who_says_too_many_is_asked_again_after_the_pause_that_it_names(small_log: MadeLog) -> None:
    refused = []

    def fault(path: str) -> Any:
        if ("tile" in path or "entries" in path) and len(refused) < 3:
            refused.append(path)
            return 429, {"Retry-After": "0"}, b"slow down"
        return None

    small_log.faults = fault
    read = Reading(small_log)
    assert (read.names, read.error, len(refused)) == (EVERY, None, 3)


def test_who_keeps_saying_too_many_is_left_and_what_came_before_is_kept(small_log: MadeLog) -> None:
    def fault(path: str) -> Any:
        return (429, {}, b"") if "tile/data/001" in path or "start=256" in path or "start=288" in path else None

    small_log.faults = fault
    read = Reading(small_log)
    assert "HTTP 429" in str(read.error)
    assert read.names == EVERY[: len(read.names)]
    assert read.place is not None
    assert read.place.next == len(read.names) > 200
    assert max(small_log.asked.values()) == TRIES


def test_a_pause_beyond_the_runs_end_is_not_sat_out(small_log: MadeLog) -> None:
    small_log.faults = lambda path: (503, {"Retry-After": "7200"}, b"")
    assert "要等的时间" in str(Reading(small_log).error)
    assert sum(small_log.asked.values()) == 1


def test_a_redirect_is_told_and_not_followed(small_log: MadeLog) -> None:
    small_log.faults = lambda path: (300, {"Location": "http://10.0.0.1/"}, b"")
    assert "HTTP 300" in str(Reading(small_log).error)


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one(tiled_log: MadeLog) -> None:
    tiled_log.shown = 300
    for n in range(300, 600):
        tiled_log.add(f"a{n}.example")
    read = Reading(tiled_log)
    assert read.names == EVERY[:300]  # no further than the signed tree head
    assert tiled_log.asked["/tile/data/001.p/44"] == tiled_log.asked["/tile/data/001"] == 1


def test_a_truncated_tile_is_read_up_to_where_it_breaks_and_again_from_there(tiled_log: MadeLog) -> None:
    whole = tiled_log.tile(0)
    tiled_log.faults = lambda path: (200, {}, whole[: len(whole) // 2]) if path == "/tile/data/000" else None
    read = Reading(tiled_log)
    assert "断开" in str(read.error)
    assert 100 < len(read.names) < 256
    assert tiled_log.asked["/tile/data/000"] == 2
    tiled_log.faults = lambda _path: None
    assert read.names + Reading(tiled_log, read.place).names == EVERY[:300]


def test_a_tile_that_stays_truncated_is_passed_over_at_last_and_counted(tiled_log: MadeLog) -> None:
    whole = tiled_log.tile(0)
    tiled_log.faults = lambda path: (200, {}, whole[: len(whole) // 2]) if path == "/tile/data/000" else None
    first = Reading(tiled_log)
    place = first.place
    for _ in range(ct_reading.GIVE_UP - 2):
        place = Reading(tiled_log, place).place
    last = Reading(tiled_log, place)
    assert last.error is None
    assert last.names == EVERY[256:300]
    assert last.bad == 256 - len(first.names)


def test_a_page_of_html_in_place_of_tiles_is_never_passed_over(tiled_log: MadeLog) -> None:
    tiled_log.faults = lambda path: (200, {}, b"<html>maintenance</html>") if "tile" in path else None
    place = None
    for _ in range(ct_reading.GIVE_UP + 2):
        read = Reading(tiled_log, place)
        place = read.place
        assert read.error is not None
    assert place is not None
    assert place.next == 0


def test_a_tile_that_is_too_large_is_passed_over_at_last_and_counted(tiled_log: MadeLog) -> None:
    tiled_log.faults = lambda path: (200, {}, bytes(LARGEST + 1)) if path == "/tile/data/000" else None
    place = None
    for _ in range(ct_reading.GIVE_UP - 1):
        read = Reading(tiled_log, place)
        assert "E_TOO_LONG" in str(read.error)
        place = read.place
    last = Reading(tiled_log, place)
    assert (last.names, last.bad, last.error) == (EVERY[256:300], 256, None)


def test_a_tile_of_another_place_is_not_taken(tiled_log: MadeLog) -> None:
    tiled_log.faults = lambda path: (200, {}, tiled_log.tile(0)) if "/tile/data/001" in path else None
    read = Reading(tiled_log)
    assert "自称第 0 条" in str(read.error)
    assert read.names == EVERY[:256]


def test_a_log_that_refuses_large_ranges_is_asked_for_smaller_ones(paged_log: MadeLog) -> None:
    def fault(path: str) -> Any:
        if "get-entries" not in path:
            return None
        start, end = (int(part.partition("=")[2]) for part in path.partition("?")[2].split("&"))
        return (400, {}, b"too many") if end - start >= 16 else None

    paged_log.faults = fault
    assert Reading(paged_log).names == EVERY[:100]


def test_answers_that_are_too_large_are_asked_for_in_halves_and_one_entry_alone_is_passed_over(
    paged_log: MadeLog,
) -> None:
    def fault(path: str) -> Any:
        if "get-entries" not in path:
            return None
        start, end = (int(part.partition("=")[2]) for part in path.partition("?")[2].split("&"))
        return (200, {}, bytes(LARGEST + 1)) if start <= 50 <= end else None

    paged_log.faults = fault
    paged_log.page = 1000
    read = Reading(paged_log)
    assert read.names == [name for n, name in enumerate(EVERY[:100]) if n != 50]
    assert (read.bad, read.error) == (1, None)


@pytest.mark.parametrize("body", [b'{"entries": []}', b"<html>", b'{"entries": 7}'])
def test_an_answer_without_entries_ends_the_run_and_loses_none(paged_log: MadeLog, body: bytes) -> None:
    paged_log.faults = lambda path: (200, {}, body) if "start=64" in path else None
    read = Reading(paged_log)
    assert "get-entries" in str(read.error)
    assert read.names == EVERY[:64]
    paged_log.faults = lambda _path: None
    assert Reading(paged_log, read.place).names == EVERY[64:100]


def test_an_entry_dated_far_ahead_says_nothing_of_how_far_reading_came(paged_log: MadeLog) -> None:
    paged_log.entries[50].at_ms = 2**62
    read = Reading(paged_log)
    assert read.place is not None
    assert read.place.newest_ms == paged_log.entries[99].at_ms


def test_logs_are_asked_under_our_own_name(paged_log: MadeLog) -> None:
    Reading(paged_log)
    assert paged_log.agents == {"lookalike"}
    assert paged_log.methods == {"GET"}
