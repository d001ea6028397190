"""What a night tells of its sources, also when it was killed in between."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from lookalike.config import Config
from lookalike.night import Night, open_night
from lookalike.stages.discover import chosen_sources, discover, plan
from lookalike.store import runs, searches
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from spiders.items import SerpItem

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")


@pytest.fixture
def night(tmp_path) -> Night:
    """A planned night with one source, nothing asked yet."""
    night = open_night(Config(home=tmp_path, now=NOW, sources=("baidu",), queries=3))
    with writing(night.factory) as session:
        night.run_id = runs.begin_or_resume(session, "nightly", NOW, {})[0].id
    plan(night)
    return night


def test_a_source_that_refused_before_a_kill_is_told_and_not_asked_again(night) -> None:
    with reading(night.factory) as session:
        first = searches.pending(session, session.get_one(Run, night.run_id), "baidu")[0]
    refusal = SerpItem("baidu", first.query, 1, "https://www.baidu.com/s", "captcha", seen_at=NOW)
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        searches.record_page(session, run, refusal, max_pages=1, now=NOW, unit=night.unit)
    asyncio.run(discover(night))  # without a reactor: a crawl would fail at once
    assert [f["source"] for f in night.failed] == ["baidu"]
    assert "验证码" in night.failed[0]["why"]
    with reading(night.factory) as session:
        assert not searches.pending(session, session.get_one(Run, night.run_id), "baidu")


def test_only_the_named_sources_are_chosen(night) -> None:
    assert [s.id for s in chosen_sources(night)] == ["baidu"]
