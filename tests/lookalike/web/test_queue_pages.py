"""The queue: every lead once whatever the paging, every state in the address, and told what is not shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from lookalike.review import leases
from lookalike.store import ranking
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Lead
from lookalike.store.queue import ORDERS
from lookalike.store.search_fields import CHOICES
from lookalike.web.queue_address import FIELDS, address, filter_of
from tests.lookalike.web.desk_at_work import AtWork


def ids_of(text: str) -> list[int]:
    return [int(n) for n in re.findall(r'href="/leads/(\d+)[^"]*" data-open', text)]


def counted(text: str) -> int:
    return int(re.findall(r"共 (\d+) 条", text)[0])


def test_filters_stand_in_the_address_and_in_the_page(fresh_desk: AtWork) -> None:
    client = fresh_desk.signed_in()
    page = client.get("/leads?kind=advert&q=host:cx").text
    assert len(ids_of(page)) == 3
    assert re.search(r'name="kind" value="advert" checked', page)
    links = re.findall(r'href="(/leads/[^"]*)" data-open', page)
    assert links
    assert all("?kind=advert&amp;q=host%3Acx" in link for link in links)


def test_each_choice_leaves_as_many_as_it_promises(fresh_desk: AtWork) -> None:
    client = fresh_desk.signed_in()
    page = client.get("/leads?status=all&band=all").text
    promised = re.findall(
        r'name="(\w+)" value="([^"]*)"[^>]*> <span class="t">[^<]*</span> <span class="n">(\d+)<', page
    )
    assert {name for name, _, _ in promised} >= {
        "status",
        "kind",
        "band",
        "platform",
        "signal",
        "icp",
        "region",
        "day",
        "alive",
    }
    for name, value, n in promised:
        rest = "".join(f"&{each}=all" for each in ("status", "band") if each != name)
        answer = client.get(f"/leads?{name}={quote(unescape(value))}{rest}").text
        assert counted(answer) == int(n), (name, value)


def test_low_leads_are_counted_and_one_link_away(fresh_desk: AtWork) -> None:
    number = fresh_desk.lead("cx0.").id
    with writing(fresh_desk.factory) as session:
        session.get_one(Lead, number).band = "low"
    client = fresh_desk.signed_in()
    page = client.get("/leads").text
    link = re.search(r'<a href="([^"]*)">另有 1 条低分线索</a>', page)
    assert link is not None
    assert ids_of(client.get(link[1].replace("&amp;", "&")).text) == [number]


def test_what_somebody_else_looks_at_is_left_out_and_one_link_away(fresh_desk: AtWork) -> None:
    number, now = fresh_desk.lead("cx1.").id, datetime.now(UTC)
    client, other = fresh_desk.signed_in(), fresh_desk.signed_in(name="另一人")
    before = client.get("/leads").text
    with writing(fresh_desk.factory) as session:
        leases.open_lead(session, number, "另一人", now)
    page = client.get("/leads").text
    assert number in ids_of(before)
    assert set(ids_of(before)) - set(ids_of(page)) == {number}
    assert counted(page) == counted(before) - 1
    link = re.search(r'<a href="([^"]*)">1 条他人正在看</a>', page)
    assert link is not None
    assert ids_of(client.get(link[1].replace("&amp;", "&")).text) == [number]
    assert number in ids_of(other.get("/leads").text)
    assert ids_of(client.get("/leads?owner=另一人").text) == [number]


def test_a_rank_can_be_worked_out_from_what_its_line_says(fresh_desk: AtWork) -> None:
    number, now = fresh_desk.lead("cx1.").id, datetime.now(UTC)
    with writing(fresh_desk.factory) as session:
        session.get_one(Lead, number).first_seen = now - timedelta(hours=36)
    page = fresh_desk.signed_in().get("/leads").text
    assert ids_of(page)[0] == number
    told = re.search(
        r"排序值 ([\d.]+) = 分数 ([\d.]+) × 2\^\(−([\d.]+) 小时 ÷ 72\) × 危害 ([\d.]+) × 可达 ([\d.]+)", page
    )
    assert told is not None
    rank, score, age, harm, fresh = map(float, told.groups())
    assert (score, harm, fresh) == (89.0, 1.15, 1.0)
    assert rank == pytest.approx(score * 2 ** (-age / 72) * harm * fresh, rel=0.01)


def test_priority_by_hand_sorts_first_until_it_is_taken_back(fresh_desk: AtWork) -> None:
    client = fresh_desk.signed_in()
    usual = ids_of(client.get("/leads").text)
    last = usual[-1]
    answer = client.post(f"/leads/{last}/priority?kind=site", data={"priority": "2"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/leads/{last}?kind=site")
    assert ids_of(client.get("/leads").text) == [last, *usual[:-1]]
    with reading(fresh_desk.factory) as session:
        entry = session.query(Audit).filter(Audit.what == "priority").one()
        assert (entry.lead_id, entry.before, entry.after) == (last, {"priority": 0}, {"priority": 2})
        assert session.get_one(Lead, last).version == 1
    client.post(f"/leads/{last}/priority", data={"priority": "0"})
    assert ids_of(client.get("/leads").text) == usual


@pytest.mark.parametrize("sent", ["", "4", "-1", "x", "9" * 30])
def test_no_other_priority_is_taken(read_desk: AtWork, sent: str) -> None:
    number = read_desk.lead("cx1.").id
    assert read_desk.signed_in().post(f"/leads/{number}/priority", data={"priority": sent}).status_code == 400
    with reading(read_desk.factory) as session:
        assert session.get_one(Lead, number).priority == 0


def test_a_few_leads_come_by_lot_the_same_for_everybody(fresh_desk: AtWork) -> None:
    with writing(fresh_desk.factory) as session:
        low = [session.get_one(Lead, fresh_desk.lead(f"cx{n}.").id) for n in range(5)]
        for lead in low:
            lead.band, lead.score = "low", 12.0
        numbers = {lead.id for lead in low}
    pages = [fresh_desk.signed_in(name=name).get("/leads").text for name in ("甲", "乙")]
    drawn = [[int(n) for n in re.findall(r'id="lead-(\d+)" class="drawn"', page)] for page in pages]
    assert drawn[0] == drawn[1]
    assert len(drawn[0]) == 3
    assert set(drawn[0]) < numbers
    assert pages[0].count("抽查</span>") == 3
    assert "drawn" not in fresh_desk.signed_in().get("/leads?kind=site").text


def test_after_a_lead_by_lot_the_list_begins(fresh_desk: AtWork) -> None:
    with writing(fresh_desk.factory) as session:
        session.get_one(Lead, fresh_desk.lead("cx0.").id).band = "low"
    client = fresh_desk.signed_in()
    page = client.get("/leads").text
    link = re.search(r'href="(/leads/(\d+)\?drawn=1)" data-open', page)
    assert link is not None
    form = {"verdict": "false_positive", "reason": "school", "version": "1"}
    answer = client.post(link[1].replace("?", "/verdict?"), data=form)
    first = ids_of(page)[0]
    assert answer.headers["location"] == f"/leads/{first}?done={link[2]}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("免考 foo:1", "第 4 个字符：没有“foo”这个字段"),
        ("score:abc", "第 1 个字符：“abc”不是 0 至 100 的分数"),
        ("host:cx status:open", "第 9 个字符：不认识“open”。可用：new"),
        ("wechat:", "第 1 个字符：“wechat:”后面要写内容"),
        ("day:昨天", "第 1 个字符：“昨天”不是日期"),
        ("x" * 300, "第 201 个字符起超出长度"),
        ("!!! ---", "第 1 个字符：“!!!”中没有可查找的字"),
    ],
)
def test_a_search_that_cannot_be_read_tells_the_place(read_desk: AtWork, typed: str, said: str) -> None:
    answer = read_desk.signed_in_as_reader.get("/leads", params={"q": typed})
    assert answer.status_code == 200
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert ids_of(answer.text) == []
    assert "没有查找" in answer.text


def test_fields_find_what_they_name(read_desk: AtWork) -> None:
    client = read_desk.signed_in_as_reader
    number = read_desk.lead("cx1.").id
    every = ids_of(client.get("/leads").text)
    for typed in ("host:cx1", "host:cx1.example", "域名：cx1", "score:89 host:example.top platform:mem-cx host:cx1"):
        assert ids_of(client.get("/leads", params={"q": typed}).text) == [number], typed
    assert ids_of(client.get("/leads", params={"q": "score:>=0"}).text) == every
    assert ids_of(client.get("/leads", params={"q": "status:closed"}).text) == []
    assert ids_of(client.get("/leads", params={"q": "score:>89.9 score:<90.1"}).text) == ids_of(
        client.get("/leads", params={"q": "score:90"}).text
    )


def test_an_empty_list_says_what_to_do(fresh_desk: AtWork) -> None:
    client = fresh_desk.signed_in()
    assert "没有符合条件的线索" in client.get("/leads?q=nothing-like-it").text
    with writing(fresh_desk.factory) as session:
        session.query(Lead).update({"status": "confirmed"})
    page = client.get("/leads").text
    assert "没有待研判的线索" in page
    link = re.search(r'<a href="([^"]*)">查看全部线索</a>', page)
    assert link is not None
    assert len(ids_of(client.get(link[1].replace("&amp;", "&")).text)) == 10


def test_a_script_is_sent_the_list_with_its_facets_alone(read_desk: AtWork) -> None:
    part = read_desk.signed_in_as_reader.get("/leads", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert '<section id="list"' in part
    assert 'id="facet-status"' in part


def test_going_back_in_the_browser_brings_a_whole_page(read_desk: AtWork) -> None:
    asked = {"hx-request": "true", "hx-history-restore-request": "true"}
    assert "<html" in read_desk.signed_in_as_reader.get("/leads", headers=asked).text


@pytest.mark.parametrize(
    "query", ["after=x", "after=rank~nan~1", "after=rank~1", "before=rank~inf~9", "after=rank~1~99999999999999999999"]
)
def test_a_place_that_is_none_is_the_start(read_desk: AtWork, query: str) -> None:
    client = read_desk.signed_in_as_reader
    assert ids_of(client.get(f"/leads?{query}").text) == ids_of(client.get("/leads").text)


@pytest.mark.parametrize("typed", ['" OR *', "NEAR(", "%", "_", "'; DROP TABLE lead; --", "\u202e", "\x00", "\ud83d"])
@pytest.mark.parametrize("name", ["q", "platform", "campaign", "office", "signal", "day", "owner"])
def test_nothing_that_is_asked_breaks_the_page(read_desk: AtWork, typed: str, name: str) -> None:
    answer = read_desk.signed_in_as_reader.get(f"/leads?{name}={quote(typed, errors='surrogatepass')}")
    assert answer.status_code == 200


def test_every_field_of_the_address_reads_back() -> None:
    said = "status=later&kind=site&band=low&platform=none&platform=mem-cx&alive=yes&contact=no&source=ct&office=甲"
    said += "&campaign=C-0001&signal=icp&owner=甲&icp=stolen&region=US&day=2026-11-21&q=score:>70 免考&order=new"
    asked = filter_of(QueryParams(said))
    again = filter_of(QueryParams(address(asked).partition("?")[2]))
    assert again == asked
    assert asked.order == "new"
    assert not asked.usual


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(lambda w: w.strip() == w)


@settings(max_examples=40)
@given(
    st.dictionaries(st.sampled_from([n for n in FIELDS if n not in CHOICES]), st.lists(words, max_size=3), max_size=4),
    st.sampled_from(list(ORDERS)),
    words,
)
def test_any_choice_reads_back_from_its_address(fields: dict[str, list[str]], order: str, typed: str) -> None:
    pairs = [(name, value) for name, values in fields.items() for value in values]
    asked = filter_of(QueryParams([*pairs, ("order", order), ("q", typed)]))
    again = filter_of(QueryParams(address(asked).partition("?")[2]))
    assert address(again) == address(asked)
    assert again.filter == asked.filter


def test_a_script_whose_session_has_ended_is_sent_to_the_door(read_desk: AtWork) -> None:
    answer = read_desk.client().get("/leads", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"], answer.content) == (204, "/signin", b"")


def test_a_line_tells_how_often_it_was_seen_and_where(fresh_desk: AtWork) -> None:
    page = fresh_desk.signed_in().get("/leads?q=host:zs-evil").text
    assert len(ids_of(page)) == 1
    assert re.search(r"出现 ×\d+ \w+", page)


def test_the_stored_rank_sorts_as_the_shown_one(fresh_desk: AtWork) -> None:
    now = datetime.now(UTC)
    with reading(fresh_desk.factory) as session:
        leads = session.query(Lead).order_by(Lead.rank.desc()).all()
    shown = [ranking.rank(ranking.inputs_of(lead.rank_inputs), now) for lead in leads]
    assert all(lead.rank_inputs for lead in leads)
    assert shown == sorted(shown, reverse=True)
