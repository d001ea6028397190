"""What a night asks of files and interfaces, and what it tells of those that it cannot ask."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from lookalike.config import Config
from lookalike.night import Night, open_night
from lookalike.stages.discover import discover, plan
from lookalike.stages.wanted import not_ready, page_limit, searches_of
from lookalike.store import runs, searches
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from spiders.items import SerpItem

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")


@pytest.fixture
def night_with(tmp_path: Path) -> Callable[..., Night]:
    def begin(*sources: str, **settings: Any) -> Night:
        night = open_night(Config(home=tmp_path / "home", now=NOW, sources=sources, **settings))
        with writing(night.factory) as session:
            night.run_id = runs.begin_or_resume(session, "nightly", NOW, {})[0].id
        return night

    return begin


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    folder = tmp_path / "feeds"
    folder.mkdir()
    for name, content in {"fofa.csv": "host\na.example\n", "zz-hunter.csv": "url\nhttp://b.example/\n"}.items():
        (folder / name).write_text(content)
    return folder


def wanted(night: Night, source_id: str) -> list[str]:
    source = next(s for s in night.seeds.sources if s.id == source_id)
    with reading(night.factory) as session:
        return searches_of(night, session, source)


def test_the_searches_of_a_file_source_are_the_files(night_with, feeds: Path) -> None:
    found = wanted(night_with("assets", feeds=str(feeds)), "assets")
    assert [query.split(" ")[0] for query in found] == ["fofa.csv", "zz-hunter.csv"]


def test_a_setting_that_bounds_pages_cuts_no_file(night_with) -> None:
    night = night_with("assets", pages=1)
    limits = {s.id: page_limit(night, s) for s in night.seeds.sources}
    assert limits["baidu"] == 1
    assert limits["assets"] > 1000


def test_a_file_that_was_read_is_left_out_the_next_night(night_with, feeds: Path) -> None:
    night = night_with("assets", feeds=str(feeds))
    plan(night)
    first, second = wanted(night, "assets")
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        searches.record_page(
            session,
            run,
            SerpItem("assets", first, 1, "fofa.csv", "none", seen_at=NOW),
            max_pages=9,
            now=NOW,
            unit=night.unit,
        )
    assert wanted(night, "assets") == [second]


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_a_file_source_without_files_is_silent(night_with, tmp_path: Path, folder: str) -> None:
    night = night_with("assets", "saved", feeds=str(tmp_path / folder) if folder else "")
    plan(night)
    asyncio.run(discover(night))  # without a reactor: a crawl would fail at once
    assert night.failed == []
    assert night.notes == []


def test_an_interface_without_its_key_is_not_asked_and_is_no_failure(
    night_with, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOOKALIKE_BING_KEY", raising=False)
    night = night_with("bing_api")
    plan(night)
    asyncio.run(discover(night))
    assert night.failed == []
    assert [(n["source"], n["status"]) for n in night.notes] == [("bing_api", "no key")]
    monkeypatch.setenv("LOOKALIKE_BING_KEY", "k")
    assert wanted(night, "bing_api")


def test_a_searxng_without_an_address_says_which_setting_it_wants(night_with) -> None:
    night = night_with("searxng")
    source = next(s for s in night.seeds.sources if s.id == "searxng")
    told = not_ready(night, source)
    assert told is not None
    assert (told["status"], "LOOKALIKE_SEARXNG" in told["why"]) == ("no address", True)
    assert not_ready(night_with("searxng", searxng="http://10.0.0.8:8080"), source) is None
