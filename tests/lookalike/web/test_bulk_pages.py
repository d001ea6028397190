"""Bulk verdicts through the pages: what was ticked is what is touched, shown before it is done, and taken back whole."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from lookalike.review import verdicts
from lookalike.review.selections import MOST
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead, Selection
from tests.lookalike.store.builders import NIGHT
from tests.lookalike.web.desk_at_work import AtWork


def plain(desk: AtWork, count: int) -> list[Lead]:
    with reading(desk.factory) as session:
        mine = select(Lead).where(Lead.registrable_domain == "example.top").order_by(Lead.id)
        return list(session.scalars(mine))[:count]


def picks(leads: list[Lead]) -> list[str]:
    return [f"{lead.id}:{lead.version}" for lead in leads]


def statuses(desk: AtWork, leads: list[Lead]) -> list[str]:
    with reading(desk.factory) as session:
        return [session.get_one(Lead, lead.id).status for lead in leads]


def frozen(client: TestClient, leads: list[Lead], **more: str) -> str:
    answer = client.post("/selections", data={"pick": picks(leads), "source": "/leads?kind=site"} | more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_every_row_of_the_queue_can_be_ticked_without_scripts(read_desk: AtWork) -> None:
    text = read_desk.signed_in().get("/leads").text
    boxes = re.findall(r'<input type="checkbox" form="bulk" name="pick" value="(\d+):(\d+)"', text)
    assert len(boxes) == text.count("<tr data-row")
    assert '<form id="bulk"' in text


def test_who_may_not_judge_sees_no_boxes(read_desk: AtWork) -> None:
    text = read_desk.signed_in_as_reader.get("/leads").text
    assert 'name="pick"' not in text
    assert 'id="bulk"' not in text


def test_what_was_ticked_is_shown_with_three_samples_before_anything_is_done(fresh_desk: AtWork) -> None:
    client, leads = fresh_desk.signed_in(), plain(fresh_desk, 5)
    text = client.get(frozen(client, leads)).text
    assert "已选 5 条线索" in text
    assert "其中 3 条" in text
    assert statuses(fresh_desk, leads) == ["new"] * 5


def test_one_verdict_on_all_of_them_and_the_way_back_to_the_queue(fresh_desk: AtWork) -> None:
    client, leads = fresh_desk.signed_in(), plain(fresh_desk, 4)
    place = frozen(client, leads)
    answer = client.post(f"{place}/verdict", data={"verdict": "confirmed", "reason": "advert"})
    assert answer.headers["location"] == place
    assert statuses(fresh_desk, leads) == ["confirmed"] * 4
    text = client.get(place).text
    assert "已判定 4 条线索" in text
    assert 'href="/leads?kind=site"' in text


def test_what_changed_since_is_skipped_and_listed_with_who_changed_it(fresh_desk: AtWork) -> None:
    client, leads = fresh_desk.signed_in(), plain(fresh_desk, 3)
    place = frozen(client, leads)
    with writing(fresh_desk.factory) as session:
        verdicts.give(session, leads[1].id, "false_positive", "portal", "", "李某", NIGHT)
    assert "其中 1 条在选定之后已有变化" in client.get(place).text
    client.post(f"{place}/verdict", data={"verdict": "confirmed", "reason": "advert"})
    assert statuses(fresh_desk, leads) == ["confirmed", "false_positive", "confirmed"]
    text = client.get(place).text
    assert "跳过 1 条" in text
    assert "李某" in text


def test_the_whole_is_taken_back_and_what_was_judged_since_stays(fresh_desk: AtWork) -> None:
    client, leads = fresh_desk.signed_in(), plain(fresh_desk, 3)
    place = frozen(client, leads)
    client.post(f"{place}/verdict", data={"verdict": "confirmed", "reason": "advert"})
    with writing(fresh_desk.factory) as session:
        verdicts.give(session, leads[2].id, "false_positive", "portal", "", "李某", NIGHT)
    assert client.post(f"{place}/undo").headers["location"] == place
    assert statuses(fresh_desk, leads) == ["new", "new", "false_positive"]
    assert "1 条未撤销" in client.get(place).text


def test_put_off_in_bulk_needs_a_day_and_comes_back_by_it(fresh_desk: AtWork) -> None:
    client, leads = fresh_desk.signed_in(), plain(fresh_desk, 2)
    place = frozen(client, leads)
    assert "请选择哪天再看" in client.post(f"{place}/verdict", data={"verdict": "later"}).text
    far = client.post(f"{place}/verdict", data={"verdict": "later", "until": "2099-01-01"})
    assert (far.status_code, statuses(fresh_desk, leads)) == (422, ["new", "new"])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"verdict": "confirmed"}, "请从列出的理由中选一个"),
        ({"verdict": "confirmed", "reason": "other"}, "请在备注中写明理由"),
        ({"verdict": "duplicate"}, "请选择一种判定"),
        ({"verdict": "sold"}, "请选择一种判定"),
        ({}, "请选择一种判定"),
    ],
    ids=str,
)
def test_a_verdict_that_is_not_whole_is_refused_and_what_was_typed_is_kept(
    fresh_desk: AtWork, data: dict[str, str], said: str
) -> None:
    client, leads = fresh_desk.signed_in(), plain(fresh_desk, 2)
    answer = client.post(f"{frozen(client, leads)}/verdict", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert statuses(fresh_desk, leads) == ["new", "new"]


def test_a_selection_is_used_once(fresh_desk: AtWork) -> None:
    client, leads = fresh_desk.signed_in(), plain(fresh_desk, 2)
    place = frozen(client, leads)
    data = {"verdict": "confirmed", "reason": "advert"}
    client.post(f"{place}/verdict", data=data)
    again = client.post(f"{place}/verdict", data=data)
    assert again.status_code == 422
    assert "已经处理过" in again.text


def test_nobody_elses_selection_is_there(fresh_desk: AtWork) -> None:
    mine, other = fresh_desk.signed_in("analyst", "甲某"), fresh_desk.signed_in("analyst", "乙某")
    place = frozen(mine, plain(fresh_desk, 2))
    assert other.get(place).status_code == 404
    assert other.post(f"{place}/verdict", data={"verdict": "confirmed", "reason": "advert"}).status_code in {404, 422}
    assert statuses(fresh_desk, plain(fresh_desk, 2)) == ["new", "new"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "没有选中任何线索"),
        ([f"{n}:1" for n in range(1, MOST + 2)], "一次最多"),
        (["<script>:1"], "没有选定"),
        (["999999:1"], "没有选定"),
    ],
    ids=["none", "many", "no pick", "unknown"],
)
def test_what_cannot_be_selected_is_told_in_words(read_desk: AtWork, typed: list[str], said: str) -> None:
    answer = read_desk.signed_in().post("/selections", data={"pick": typed, "source": "//evil.example/"})
    assert answer.status_code == 422
    assert said in answer.text
    assert "evil.example" not in answer.text
    assert "<script>:1" not in answer.text


def test_the_whole_campaign_is_opened_and_nothing_is_chosen_unseen(fresh_desk: AtWork) -> None:
    client, leads = fresh_desk.signed_in(), plain(fresh_desk, 3)
    with writing(fresh_desk.factory) as session:
        for lead, name in zip(leads, ("C-0007", "C-0007", "C-0008"), strict=True):
            session.get_one(Lead, lead.id).campaign = name
    one = client.post("/selections/campaign", data={"pick": picks(leads[:2])})
    assert (one.status_code, one.headers["location"]) == (303, "/campaigns/7?picked=all")
    two = client.post("/selections/campaign", data={"pick": picks(leads)})
    assert two.status_code == 422
    assert "/campaigns/8?picked=all" in two.text
    with reading(fresh_desk.factory) as session:
        assert session.scalars(select(Selection)).all() == []
