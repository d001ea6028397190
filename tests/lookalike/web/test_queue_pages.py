"""The queue: every lead once whatever the paging, every state in the address, and told what is not shown."""

from __future__ import annotations

import re
from itertools import chain
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.store import worklist
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from lookalike.store.worklist import Filters, Key
from lookalike.web.views.queue import key_of, key_text
from tests.lookalike.web.desk_at_work import AtWork


def ids_of(text: str) -> list[int]:
    return [int(n) for n in re.findall(r'href="/leads/(\d+)[^"]*" data-open', text)]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_paging_shows_every_lead_once_forth_and_back(fresh_desk: AtWork, size: int) -> None:
    with reading(fresh_desk.factory) as session:
        whole = [line.lead.id for line in worklist.page(session, Filters(), size=1000).lines]
        forth, at = [], None
        while True:
            found = worklist.page(session, Filters(), after=at, size=size)
            forth.append([line.lead.id for line in found.lines])
            if found.after is None:
                break
            at = found.after
        back, at = [forth[-1]], found.before
        while at is not None:
            found = worklist.page(session, Filters(), before=at, size=size)
            back.insert(0, [line.lead.id for line in found.lines])
            at = found.before
    assert [*chain(*forth)] == [*chain(*back)] == whole
    assert len(set(whole)) == len(whole) == 10


def test_neighbours_are_the_ones_of_the_list(fresh_desk: AtWork) -> None:
    with reading(fresh_desk.factory) as session:
        lines = worklist.page(session, Filters(), size=100).lines
        for at, line in enumerate(lines):
            up, down = worklist.neighbours(session, Filters(), line.key)
            assert up == (lines[at - 1].lead.id if at else None)
            assert down == (lines[at + 1].lead.id if at + 1 < len(lines) else None)


def test_each_choice_leaves_as_many_as_it_promises(fresh_desk: AtWork) -> None:
    with reading(fresh_desk.factory) as session:
        for name, values in worklist.facets(session, Filters()).items():
            for value, promised in values.items():
                assert worklist.count(session, Filters(**{name: value})) == promised, (name, value)


def test_filters_stand_in_the_address_and_in_the_page(fresh_desk: AtWork) -> None:
    client = fresh_desk.signed_in()
    page = client.get("/leads?kind=advert&host=cx").text
    assert len(ids_of(page)) == 3
    assert '<option value="advert" selected>' in page
    assert all("?kind=advert&amp;host=cx" in link for link in re.findall(r'href="(/leads/[^"]*)" data-open', page))


def test_low_leads_are_counted_and_one_link_away(fresh_desk: AtWork) -> None:
    with writing(fresh_desk.factory) as session:
        session.get_one(Lead, fresh_desk.lead("cx0.").id).band = "low"
    client = fresh_desk.signed_in()
    page = client.get("/leads").text
    assert "另有 1 条低分线索" in page
    assert ids_of(client.get("/leads?band=low").text) == [fresh_desk.lead("cx0.").id]


def test_an_empty_list_says_what_to_do(fresh_desk: AtWork) -> None:
    assert "没有符合条件的线索" in fresh_desk.signed_in().get("/leads?host=nothing-like-it").text


def test_a_script_is_sent_the_list_alone(read_desk: AtWork) -> None:
    part = read_desk.signed_in_as_reader.get("/leads", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert '<section id="list"' in part


def test_going_back_in_the_browser_brings_a_whole_page(read_desk: AtWork) -> None:
    asked = {"hx-request": "true", "hx-history-restore-request": "true"}
    assert "<html" in read_desk.signed_in_as_reader.get("/leads", headers=asked).text


@pytest.mark.parametrize(
    "query", ["after=x", "after=nan:1", "after=1:2:3", "before=inf:9", "after=1:99999999999999999999"]
)
def test_a_place_that_is_none_is_the_start(read_desk: AtWork, query: str) -> None:
    client = read_desk.signed_in_as_reader
    assert ids_of(client.get(f"/leads?{query}").text) == ids_of(client.get("/leads").text)


@pytest.mark.parametrize("typed", ['" OR *', "NEAR(", "%", "_", "'; DROP TABLE lead; --", "\u202e", "\x00", "\ud83d"])
def test_no_search_breaks_the_page(read_desk: AtWork, typed: str) -> None:
    answer = read_desk.signed_in_as_reader.get(f"/leads?host={quote(typed, errors='surrogatepass')}")
    assert answer.status_code == 200
    assert ids_of(answer.text) == []


@given(st.floats(0, 100), st.integers(0, 2**63 - 1))
def test_a_place_reads_back_to_the_bit(score: float, number: int) -> None:
    assert key_of(key_text(Key(score, number))) == Key(score, number)


def test_a_script_whose_session_has_ended_is_sent_to_the_door(read_desk: AtWork) -> None:
    answer = read_desk.client().get("/leads", headers={"hx-request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"], answer.content) == (204, "/signin", b"")
