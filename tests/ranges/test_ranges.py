"""Whole nights on two ranges that nothing was tuned on: ``harbour`` is realistic, ``border`` is awkward and hostile.

The floors are what was measured when the ranges were written, less a little; ``pytest -s`` prints the numbers.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lookalike.cyber_range.load import check_range, load_range
from lookalike.cyber_range.model import Engine, Range, Truth
from lookalike.cyber_range.names import split_folder
from lookalike.cyber_range.pages import indexed_pages
from lookalike.cyber_range.search import Index
from lookalike.cyber_range.serve import RunningRange, serve_process
from scoring.gate import average_precision
from tests.ranges.outcome import environment

HERE = Path(__file__).resolve().parent
LONGEST_S = 300
SHOWN_AS_WORK = {"high", "medium"}
GENUINE = ("genuine",)
REFUSED = {"neibu.example-cn", "mixed-dns.example-cn"}


@dataclass(frozen=True)
class Examined:
    """One night on one range, as its commands tell it and as the range saw it."""

    content: Range
    code: int
    seconds: float
    errors: str
    summary: dict[str, Any]
    rows: list[dict[str, Any]]
    log: list[dict[str, Any]]

    def best(self, truth: Truth) -> dict[str, Any] | None:
        """The first row, best first, of the host that a line of truth.toml names."""
        host, port = split_folder(truth.host.replace(":", "_"))
        return next((r for r in self.rows if r["host"] == host and port in (None, urlsplit(r["url"]).port)), None)

    def labelled(self, label: str) -> list[tuple[Truth, dict[str, Any] | None]]:
        return [(t, self.best(t)) for t in self.content.truth if t.label == label]

    def as_work(self, label: str) -> list[str]:
        """Hosts of a label that an analyst is shown: band medium or high."""
        return [t.host for t, row in self.labelled(label) if row and row["band"] in SHOWN_AS_WORK]

    def average_precision(self) -> float:
        """Of fakes against honest sites, in the order of the listing; a fake that was never seen counts as a miss."""
        first = {id(row): t.label for t, row in reversed(list(zip_rows(self))) if row is not None}
        ranked = [first[id(r)] == "fake" for r in self.rows if first.get(id(r)) in {"fake", "benign"}]
        return average_precision(ranked) * sum(ranked) / len(self.labelled("fake"))

    def named_right(self) -> list[str]:
        return [t.host for t, row in self.labelled("fake") if row and row["impersonates"] == t.impersonates]

    def crews(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Pairs of leads in one crew by the truth, and by the campaigns; a lead without a crew is one by itself."""
        rows = [(t, row) for t, row in zip_rows(self) if row is not None and row["id"] is not None]
        pairs = list(itertools.combinations(sorted(rows, key=lambda r: r[0].host), 2))
        true = {(a.host, b.host) for (a, _), (b, _) in pairs if a.campaign and a.campaign == b.campaign}
        got = {(a.host, b.host) for (a, x), (b, y) in pairs if x["campaign"] and x["campaign"] == y["campaign"]}
        return true, got


def zip_rows(night: Examined) -> Iterator[tuple[Truth, dict[str, Any] | None]]:
    for truth in night.content.truth:
        yield truth, night.best(truth)


def a_night(folder: Path, home: Path) -> Examined:
    with serve_process(folder) as running:
        started = time.monotonic()
        done = command(running, home, "nightly", "--json")
        seconds = time.monotonic() - started
        listed = command(running, home, "leads", "--all", "--json")
        log: list[dict[str, Any]] = running.requests()
    assert listed.returncode == 0, listed.stderr
    return Examined(
        content=load_range(folder),
        code=done.returncode,
        seconds=seconds,
        errors=done.stderr,
        summary=json.loads(done.stdout),
        rows=[json.loads(line) for line in listed.stdout.splitlines()],
        log=log,
    )


def command(running: RunningRange, home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = environment(home, running.env)
    return subprocess.run(  # noqa: PLW1510 - the exit code is what is looked at
        [sys.executable, "-m", "lookalike", *words], env=env, capture_output=True, text=True, timeout=2 * LONGEST_S
    )


def shown(night: Examined) -> set[str]:
    """Hosts that the engines showed on a page of results or paid places, worked out from what they were asked."""
    index = Index(indexed_pages(night.content.hosts))
    found: set[str] = set()
    for engine in night.content.engines:
        for line in night.log:
            if line["kind"] == "http" and (line["host"], line["path"]) == (engine.host, engine.path):
                found |= _on_page(engine, index, line) if line["status"] == 200 else set()
    return found


def _on_page(engine: Engine, index: Index, line: dict[str, Any]) -> set[str]:
    asked = query_of(line["query"], engine.encoding)
    words = asked.get(engine.query_param, "")
    number = asked.get(engine.offset_param, "")
    steps = max(0, int(number) - engine.offset_start) if number.isdecimal() else 0
    offset = steps * (engine.page_size if engine.offset_unit == "page" else 1)
    pages = index.search(words)[offset : offset + engine.page_size]
    ads = [ad for ad in engine.ads if any(word in words for word in ad.match)]
    return {page.host for page in pages} | {str(urlsplit(ad.url).hostname) for ad in ads}


def query_of(query: str, encoding: str) -> dict[str, str]:
    """Parameters; a spider may write UTF-8 to an engine that speaks GBK, as browsers do."""
    from urllib.parse import unquote_to_bytes  # noqa: PLC0415 - one use

    values: dict[str, str] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        raw = unquote_to_bytes(value.replace("+", " "))
        try:
            values.setdefault(name, raw.decode())
        except UnicodeDecodeError:
            values.setdefault(name, raw.decode(encoding, "replace"))
    return values


def numbers(night: Examined) -> str:
    fakes, adverts = night.labelled("fake"), night.labelled("advert")
    crews, found = night.crews()
    return (
        f"\n{night.content.name}: {night.seconds:.0f} s, exit {night.code}, sites {len(night.rows)}\n"
        f"  average precision, fakes against honest: {night.average_precision():.3f}\n"
        f"  fakes at medium or above: {len(night.as_work('fake'))} of {len(fakes)}\n"
        f"  adverts at medium or above: {len(night.as_work('advert'))} of {len(adverts)}\n"
        f"  honest at medium or above: {night.as_work('benign')}\n"
        f"  platform named right: {len(night.named_right())} of {len(fakes)}\n"
        f"  fakes missed: {sorted({t.host for t, _ in fakes} - set(night.as_work('fake')))}\n"
        f"  adverts missed: {sorted({t.host for t, _ in adverts} - set(night.as_work('advert')))}\n"
        f"  pairs in one crew: {len(crews)}, found {len(crews & found)}; not found {sorted(crews - found)}; "
        f"found and not in the truth {sorted(found - crews)}"
    )


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Examined:
    return a_night(HERE / "harbour", tmp_path_factory.mktemp("harbour"))


@pytest.fixture(scope="module")
def border(tmp_path_factory: pytest.TempPathFactory) -> Examined:
    return a_night(HERE / "border", tmp_path_factory.mktemp("border"))


@pytest.fixture(params=["harbour", "border"])
def night(request: pytest.FixtureRequest) -> Examined:
    found: Examined = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize("name", ["harbour", "border"])
def test_the_range_is_described_without_a_slip(name) -> None:
    assert check_range(HERE / name) == []


@pytest.mark.slow
def test_the_night_ends_in_time(night) -> None:
    assert night.seconds < LONGEST_S


@pytest.mark.slow
def test_the_night_writes_no_traceback(night) -> None:
    assert "Traceback" not in night.errors


@pytest.mark.slow
def test_a_night_in_which_every_source_answered_exits_with_0(harbour) -> None:
    assert (harbour.code, harbour.summary["failed"]) == (0, [])


@pytest.mark.slow
def test_a_source_that_asks_for_a_verification_is_reported_and_the_rest_is_kept(border) -> None:
    assert border.code == 3
    assert [f["source"] for f in border.summary["failed"]] == ["baidu"]
    assert border.summary["sources"]["baidu"]["captcha"] == 1
    assert border.summary["sources"]["sogou"]["results"] > 0


@pytest.mark.slow
def test_every_source_was_read(night) -> None:
    for name, told in night.summary["sources"].items():
        assert told["results"] > 0, name
        assert told["unparsed"] == 0, name


@pytest.mark.slow
def test_every_host_that_an_engine_showed_is_listed(night) -> None:
    assert shown(night) - {row["host"] for row in night.rows} == set()


@pytest.mark.slow
def test_paid_places_are_kept_as_paid(night) -> None:
    for engine in night.content.engines:
        for host in {str(urlsplit(ad.url).hostname) for ad in engine.ads} & shown(night):
            seen = [s for row in night.rows if row["host"] == host for s in row["sightings"]]
            assert any(s["paid"] for s in seen), host


@pytest.mark.slow
def test_a_name_with_a_private_address_is_never_asked(border) -> None:
    asked = {line["host"] for line in border.log if line["kind"] in {"http", "connect"}}
    assert asked & REFUSED == set()


@pytest.mark.slow
def test_no_redirect_leads_inside(border) -> None:
    asked = {line["host"] for line in border.log if line["kind"] in {"http", "connect"}}
    assert asked & {"169.254.169.254", "127.0.0.1", "10.0.0.5", "192.168.1.1"} == set()


@pytest.mark.slow
def test_nothing_but_get_is_sent(night) -> None:
    assert {line["method"] for line in night.log if line["kind"] == "http"} == {"GET"}


@pytest.mark.slow
def test_genuine_platforms_stand_in_no_band_that_is_shown(night) -> None:
    genuine = [t.host for t in night.content.truth if t.label == "benign" and t.why.startswith(GENUINE)]
    assert len(genuine) >= 2
    assert set(genuine) & set(night.as_work("benign")) == set()


@pytest.mark.slow
def test_harbour_is_judged_as_well_as_it_was_first(harbour) -> None:
    print(numbers(harbour))
    assert harbour.average_precision() >= 0.98
    assert len(harbour.as_work("fake")) >= 17
    assert len(harbour.as_work("advert")) >= 6
    assert len(harbour.as_work("benign")) <= 1
    assert len(harbour.named_right()) >= 17
    true, found = harbour.crews()
    assert len(true - found) <= 2  # a bare address that shares nothing but the network
    assert len(found - true) <= 1  # an advert, and the fake that it links to and shares a server with


@pytest.mark.slow
def test_border_is_judged_as_well_as_it_was_first(border) -> None:
    print(numbers(border))
    assert border.average_precision() >= 0.95
    assert len(border.as_work("fake")) >= 9
    assert len(border.as_work("advert")) == 2
    assert len(border.as_work("benign")) <= 1
    assert len(border.named_right()) >= 9
    true, found = border.crews()
    assert true == found
