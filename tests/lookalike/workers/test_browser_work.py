"""Pages that only a browser sees, shown by workers: the same captures and the same outcome as by one process alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lookalike import browsing
from lookalike.cyber_range.serve import serve_process
from lookalike.store.blobs import Blobs
from lookalike.store.engine import open_engine, reading, session_factory
from lookalike.store.models import Site, Visit
from spiders.browser.launch import BrowserMissing, find_browser
from tests.lookalike.workers.crew_field import Field
from tests.lookalike.workers.shell_range import BEHIND, ENTRANCE, canteen, fake, write_shells
from tests.ranges.outcome import outcome

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
FAKES, CANTEENS = 9, 2
SETTINGS = {"LOOKALIKE_BROWSER": "auto", "LOOKALIKE_QUERIES": "2"}


@dataclass
class Found:
    """What a night left behind."""

    outcome: dict[str, list[Any]]
    shown: dict[str, list[str]]
    summary: dict[str, Any]

    @property
    def bands(self) -> dict[str, str]:
        """By host."""
        split = (row.split(" ", 2) for row in self.outcome["listing"])
        return {host: json.loads(view)["band"] for host, _, view in split}


def what_was_shown(home: Path, url: str = "") -> dict[str, list[str]]:
    """By host the pages that a browser was shown: client, address, where it led, what went wrong, what is kept of it."""
    engine = open_engine(url or f"sqlite:///{home / 'lookalike.db'}")
    blobs, found = Blobs(home / "captures"), {}
    with reading(session_factory(engine)) as session:
        rows = session.query(Site.host, Visit.rendered_sha256).join(Visit, Visit.site_id == Site.id).all()
    engine.dispose()
    for host, sha256 in rows:
        if sha256 is not None:
            assert browsing.is_rendered(blobs, sha256)
            pages = browsing.read_back(blobs, sha256).pages
            found[host] = [
                repr((p.client, p.requested_url, p.final_url, p.title, p.error, p.screen, bool(p.dom), bool(p.whole)))
                for p in pages
            ]
    return found


@pytest.fixture(scope="module")
def shells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        find_browser()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    return write_shells(tmp_path_factory.mktemp("shells") / "range", FAKES, CANTEENS)


@pytest.fixture(scope="module")
def by_one(shells: Path, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The night by one process on SQLite."""
    home = tmp_path_factory.mktemp("one")
    with serve_process(shells) as running:
        summary = Field(home, "", running, SETTINGS).night()
    return Found(outcome(home), what_was_shown(home), summary)


@pytest.fixture(scope="module")
def field(shells: Path, postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """An empty database for workers."""
    with psycopg.connect(host=postgres_server, user="postgres", dbname="template1", autocommit=True) as connection:
        connection.execute("CREATE DATABASE shells TEMPLATE template0")
        url = f"postgresql://postgres@/shells?host={postgres_server}"
        with serve_process(shells) as running:
            there = Field(tmp_path_factory.mktemp("two"), url, running, SETTINGS)
            there.prepare()
            yield there
            there.stop()
        connection.execute("DROP DATABASE shells WITH (FORCE)")


@pytest.fixture(scope="module")
def by_two(field: Field) -> Found:
    """The night by two workers."""
    for _ in range(2):
        field.start_worker()
    summary = field.night("--engine", "workers")
    return Found(outcome(field.home, field.url), what_was_shown(field.home, field.url), summary)


def test_what_only_a_browser_sees_decides_alone_as_the_range_means_it(by_one: Found) -> None:
    bands = by_one.bands
    assert {bands[fake(n)] for n in range(FAKES)} == {"high"}
    assert {bands[canteen(n)] for n in range(CANTEENS)} == {"low"}
    assert bands[BEHIND] == "high"


def test_leads_scores_and_reasons_are_those_of_a_night_alone(by_one: Found, by_two: Found) -> None:
    for part, rows in by_one.outcome.items():
        assert by_two.outcome[part] == rows, part
    assert by_two.summary["failed"] == by_one.summary["failed"] == []


def test_the_same_pages_were_shown_and_kept_in_the_same_kinds(by_one: Found, by_two: Found) -> None:
    assert by_one.shown.keys() >= {ENTRANCE, *map(fake, range(FAKES)), *map(canteen, range(CANTEENS))}
    assert by_two.shown == by_one.shown
    assert by_two.summary["render"] == by_one.summary["render"]


def test_both_workers_showed_pages_and_the_night_itself_none(field: Field, by_two: Found) -> None:
    rows = field.ask(
        "SELECT m.pid, b.work->'visits' FROM lookalike_work.night_batches b JOIN lookalike_work.members m"
        " ON m.id = b.member WHERE b.step = 'render' AND b.ended"
    )
    shown = Counter({pid: 0 for pid, _ in rows})
    for pid, visits in rows:
        shown[pid] += len(visits)
    assert set(shown) == {worker.pid for worker in field.workers}
    assert sum(shown.values()) == by_two.summary["render"]["rendered"]


def test_what_is_worth_telling_of_the_browser_is_told_once(by_one: Found, by_two: Found) -> None:
    def of_browser(found: Found) -> list[dict[str, str]]:
        return [note for note in found.summary["notes"] if note["source"] == "browser"]

    assert of_browser(by_two) == of_browser(by_one)
