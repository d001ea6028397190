"""Campaigns through the pages: drawn and told in words, judged whole save exceptions, parted and put together again."""

from __future__ import annotations

import re

import pytest

from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from tests.lookalike.web.crew_at_work import SHARED, add_crew, campaign_of
from tests.lookalike.web.desk_at_work import AtWork


@pytest.fixture
def crew_desk(fresh_desk: AtWork) -> AtWork:
    add_crew(fresh_desk)
    return fresh_desk


def crew(desk: AtWork) -> list[Lead]:
    with reading(desk.factory) as session:
        mine = session.query(Lead).filter(Lead.host.startswith("crew")).order_by(Lead.id)
        return list(mine)


def picks(leads: list[Lead]) -> list[str]:
    return [f"{lead.id}:{lead.version}" for lead in leads]


def test_the_list_leads_to_every_campaign(crew_desk: AtWork) -> None:
    number = campaign_of(crew_desk, crew(crew_desk)[0].id)
    text = crew_desk.signed_in().get("/campaigns").text
    assert f'href="/campaigns/{number}"' in text
    assert "联系方式" in text


def test_without_campaigns_the_list_says_what_makes_them(read_desk: AtWork) -> None:
    assert "还没有团伙" in read_desk.signed_in().get("/campaigns").text


def test_every_lead_and_key_is_drawn_and_told_in_words(crew_desk: AtWork) -> None:
    leads = crew(crew_desk)
    text = crew_desk.signed_in().get(f"/campaigns/{campaign_of(crew_desk, leads[0].id)}").text
    picture = text[text.index("<svg") : text.index("</svg>")]
    for lead in leads:
        assert f'href="/leads/{lead.id}" class="node lead"' in picture
    assert SHARED.partition(":")[2] in picture
    assert len(re.findall(r"<path class=\"tie strong\"", picture)) == 2 * len(leads)
    table = text[text.index('aria-labelledby="h-links"') :]
    assert table.count(SHARED.partition(":")[2]) > 1
    assert "留有同一联系方式" in table


def test_hostile_contacts_are_text_in_the_picture_too(crew_desk: AtWork) -> None:
    text = crew_desk.signed_in().get(f"/campaigns/{campaign_of(crew_desk, crew(crew_desk)[0].id)}").text
    assert "<script>alert" not in text
    assert "<svgonload" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert 'href="javascript' not in text
    assert "\u202e" not in text


def test_the_whole_is_ticked_save_what_is_judged_already(crew_desk: AtWork) -> None:
    leads = crew(crew_desk)
    with writing(crew_desk.factory) as session:
        session.get_one(Lead, leads[0].id).status = "confirmed"
    client, number = crew_desk.signed_in(), campaign_of(crew_desk, leads[0].id)
    assert " checked" not in client.get(f"/campaigns/{number}").text
    text = client.get(f"/campaigns/{number}?picked=all").text
    ticked = re.findall(r'value="(\d+):\d+"[^>]* checked', text)
    assert sorted(map(int, ticked)) == [lead.id for lead in leads[1:]]
    assert "1 条已有判定，未选" in text


def test_a_verdict_on_the_campaign_minus_an_exception(crew_desk: AtWork) -> None:
    leads, client = crew(crew_desk), crew_desk.signed_in()
    place = client.post("/selections", data={"pick": picks(leads[1:])}).headers["location"]
    client.post(f"{place}/verdict", data={"verdict": "confirmed", "reason": "known_case"})
    assert [lead.status for lead in crew(crew_desk)] == ["new", *["confirmed"] * 4]


def test_who_may_not_judge_looks_only(crew_desk: AtWork) -> None:
    leads = crew(crew_desk)
    number = campaign_of(crew_desk, leads[0].id)
    text = crew_desk.signed_in_as_reader.get(f"/campaigns/{number}").text
    assert "<svg" in text
    assert 'name="pick"' not in text
    assert "撤销这次拆分" not in text


def test_what_would_be_taken_out_is_shown_first(crew_desk: AtWork) -> None:
    leads, client = crew(crew_desk), crew_desk.signed_in()
    number = campaign_of(crew_desk, leads[0].id)
    answer = client.post(f"/campaigns/{number}/part", data={"pick": picks(leads[:2])})
    assert answer.status_code == 200
    assert "把下列 2 条线索拆出，其余 3 条留在团伙中" in answer.text
    assert {lead.campaign for lead in crew(crew_desk)} == {f"C-{number:04d}"}


def test_leads_are_taken_out_and_put_back(crew_desk: AtWork) -> None:
    leads, client = crew(crew_desk), crew_desk.signed_in()
    number = campaign_of(crew_desk, leads[0].id)
    data = {"pick": picks(leads[:1]), "why": "只是同一家建站公司"}
    answer = client.post(f"/campaigns/{number}/part/sure", data=data)
    assert answer.headers["location"] == f"/campaigns/{number}?told=1"
    assert crew(crew_desk)[0].campaign is None
    text = client.get(answer.headers["location"]).text
    assert "已拆出 1 条线索" in text
    assert "只是同一家建站公司" in text
    assert "有人拆开过，永不归并" in text
    back = client.post(f"/campaigns/{number}/rejoin", data={"one": leads[0].id, "other": leads[1].id})
    assert back.headers["location"] == f"/campaigns/{number}?told=now"
    assert {lead.campaign for lead in crew(crew_desk)} == {f"C-{number:04d}"}


@pytest.mark.parametrize(
    ("chosen", "why", "said"),
    [(slice(0, 1), "", "请写明为什么"), (slice(0, 5), "x", "至少留下一条"), (slice(0, 0), "x", "没有选中")],
)
def test_what_cannot_be_taken_out_is_told(crew_desk: AtWork, chosen: slice, why: str, said: str) -> None:
    leads, client = crew(crew_desk), crew_desk.signed_in()
    number = campaign_of(crew_desk, leads[0].id)
    answer = client.post(f"/campaigns/{number}/part/sure", data={"pick": picks(leads[chosen]), "why": why})
    assert answer.status_code == 422
    assert said in answer.text
    assert {lead.campaign for lead in crew(crew_desk)} == {f"C-{number:04d}"}


def test_a_campaign_that_fell_apart_says_where_its_leads_are(crew_desk: AtWork) -> None:
    numbers = add_crew(crew_desk, 2, "pair", "phone:19900000012")
    client, number = crew_desk.signed_in(), campaign_of(crew_desk, numbers[0])
    client.post(f"/campaigns/{number}/part/sure", data={"pick": f"{numbers[0]}:1", "why": "只是同名"})
    text = client.get(f"/campaigns/{number}").text
    assert "已不存在" in text
    assert text.count("现不属任何团伙") == 2


@pytest.mark.parametrize(
    "query", ["after=x", "after=nan:1", "after=1:99999999999999999999", "after=inf:3", "picked=no"]
)
def test_addresses_of_nowhere_are_no_error(crew_desk: AtWork, query: str) -> None:
    number = campaign_of(crew_desk, crew(crew_desk)[0].id)
    client = crew_desk.signed_in()
    assert client.get(f"/campaigns/{number}?{query}").status_code == 200
    assert client.get(f"/campaigns?{query}").status_code == 200
    assert client.get("/campaigns/999999").status_code == 404
