"""Tonight through the pages: what broke stands in words, beside its median, and every night can be looked at."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from lookalike.store.engine import writing
from lookalike.store.models import Run
from tests.lookalike.web.crew_at_work import add_nights
from tests.lookalike.web.desk_at_work import AtWork


@pytest.fixture
def night_desk(fresh_desk: AtWork) -> AtWork:
    add_nights(fresh_desk)
    return fresh_desk


def row(text: str, source: str) -> str:
    return next(part for part in text.split("<tr")[1:] if f">{source}</span>" in part)


def test_an_engine_that_gave_nothing_is_told_in_words_and_beside_its_median(night_desk: AtWork) -> None:
    text = night_desk.signed_in().get("/tonight").text
    baidu = row(text, "baidu")
    assert 'class="alarm"' in baidu
    assert "零结果" in baidu
    assert "310" in baidu, "the median of the nights before"
    assert "被拒" in row(text, "bing")
    assert "2 个来源需要处理" in text


def test_what_was_cut_refused_not_visited_or_hacked_is_there(night_desk: AtWork) -> None:
    text = night_desk.signed_in().get("/tonight").text
    assert "解压后超过上限" in text
    assert "磁盘空间不足" in text
    assert "还有 7 个站点排队" in text
    assert "www[.]<wbr>town[.]<wbr>gov[.]<wbr>cn" in text


def test_every_night_can_be_looked_at(night_desk: AtWork) -> None:
    client = night_desk.signed_in()
    first = min(int(part.split('"')[0]) for part in client.get("/tonight").text.split('href="/tonight/')[1:])
    text = client.get(f"/tonight/{first}").text
    assert "各来源正常" in text
    assert client.get("/tonight/99999").status_code == 404


def test_what_came_from_outside_is_text(night_desk: AtWork) -> None:
    text = night_desk.signed_in().get("/tonight").text
    assert "<script>alert" not in text
    assert "<svg onload" not in text
    assert "\u202e" not in text


def test_before_the_first_night_the_page_says_what_makes_one(fresh_desk: AtWork) -> None:
    with writing(fresh_desk.factory) as session:
        session.execute(update(Run).where(Run.kind == "nightly").values(kind="other"))
    assert "还没有运行过夜间任务" in fresh_desk.signed_in().get("/tonight").text
