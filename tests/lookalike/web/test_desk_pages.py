"""Evidence, notes, the second reader, duplicates, undo, the allow list and handling, through the pages."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from lookalike.review.verdicts import give
from lookalike.store.engine import reading, writing
from lookalike.store.models import AllowEntry, Lead, SecondReading, Verdict
from tests.lookalike.web.desk_at_work import NOW, PAYLOADS, AtWork


def judge(desk: AtWork, client: TestClient, part: str, **form: object) -> None:
    lead = desk.lead(part)
    known = {"version": lead.version, "verdict": "confirmed", "reason": "fake_site"} | form
    answer = client.post(f"/leads/{lead.id}/verdict", data=known)
    assert answer.status_code == 303, answer.text


def test_every_row_leads_to_its_evidence_with_the_quote_marked(read_desk: AtWork) -> None:
    client, lead = read_desk.signed_in(), read_desk.lead("zs-one")
    links = re.findall(r'class="evidence" href="([^"#]+)#mark"', client.get(f"/leads/{lead.id}").text)
    assert len(links) > 8
    pages = [client.get(link) for link in links]
    assert {page.status_code for page in pages} == {200}
    marked = [re.search(r'<mark id="mark">(.+?)</mark>', page.text, re.DOTALL) for page in pages]
    quotes = [re.search(r"<q[^>]*>(.+?)</q>", page.text, re.DOTALL) for page in pages]
    assert sum(found is not None for found in marked) >= 0.9 * len(links)
    same = [
        m and q and "".join(m[1].split()).lower() == "".join(q[1].split()).lower()
        for m, q in zip(marked, quotes, strict=True)
    ]
    assert sum(map(bool, same)) >= 0.6 * len(links)


def test_evidence_of_another_judgement_or_beyond_the_rows_is_not_found(read_desk: AtWork) -> None:
    client, lead = read_desk.signed_in(), read_desk.lead("zs-one")
    assert lead.assessment_id is not None
    base = f"/leads/{lead.id}/evidence"
    for path in (f"{lead.assessment_id + 99}/1/0", f"{lead.assessment_id}/999/0", f"{lead.assessment_id}/1/99"):
        assert client.get(f"{base}/{path}").status_code == 404


@pytest.mark.parametrize("item", range(len(PAYLOADS)))
def test_hostile_quotes_stay_text(read_desk: AtWork, item: int) -> None:
    lead = read_desk.lead("zs-evil")
    page = read_desk.signed_in().get(f"/leads/{lead.id}/evidence/{lead.assessment_id}/1/{item}")
    assert page.status_code == 200
    assert not re.search(
        r"<(script(?! src=\"/static)|img|iframe|svg|base|meta http|style|form action=\"?http)", page.text
    )
    assert "leak.example" not in "".join(re.findall(r'(?:href|src|action)="([^"]*)"', page.text))


def test_notes_are_plain_text_and_reach_whom_they_name(fresh_desk: AtWork) -> None:
    writer, named, lead = fresh_desk.signed_in(), fresh_desk.signed_in("lead", "赵审核"), fresh_desk.lead("cx1.")
    text = "@赵审核 <b>看</b> http://a.example/"
    answer = writer.post(f"/leads/{lead.id}/notes", data={"text": text})
    assert answer.headers["location"] == f"/leads/{lead.id}#notes"
    shown = writer.get(f"/leads/{lead.id}").text
    assert "&lt;b&gt;看&lt;/b&gt;" in shown
    assert "http://a.example/" in shown
    assert f"/leads/{lead.id}#notes" in named.get("/mentions").text
    assert "还没有人在备注里提到您" in writer.get("/mentions").text
    assert writer.post(f"/leads/{lead.id}/notes", data={"text": " "}).status_code == 422
    assert fresh_desk.signed_in("viewer").post(f"/leads/{lead.id}/notes", data={"text": "x"}).status_code == 403


@pytest.mark.parametrize(
    "pasted", ["#{id}", "http://testserver/leads/{id}?q=x", "hxxp://cx2.example[.]top/a", "cx2.example.top"]
)
def test_a_duplicate_is_named_by_number_link_or_domain(fresh_desk: AtWork, pasted: str) -> None:
    other = fresh_desk.lead("cx2.")
    judge(fresh_desk, fresh_desk.signed_in(), "cx1.", verdict="duplicate", of=pasted.format(id=other.id))
    with reading(fresh_desk.factory) as session:
        assert session.query(Verdict).one().duplicate_of == other.id


def test_a_domain_of_several_leads_asks_for_a_number(fresh_desk: AtWork) -> None:
    lead, client = fresh_desk.lead("cx1."), fresh_desk.signed_in()
    form = {"version": lead.version, "verdict": "duplicate"}
    for of, said in (
        ("example.top", "有几条线索符合"),
        ("nowhere.example", "没有找到这条线索"),
        (f"#{lead.id}", "就是本条线索"),
    ):
        answer = client.post(f"/leads/{lead.id}/verdict", data=form | {"of": of})
        assert answer.status_code == 422
        assert said in answer.text
    assert fresh_desk.lead("cx1.").status == "new"


def test_what_one_decided_last_is_taken_back_from_anywhere_and_nobody_elses(fresh_desk: AtWork) -> None:
    mine, other = fresh_desk.signed_in(name="甲某"), fresh_desk.signed_in(name="乙某")
    assert mine.post("/undo").status_code == 422
    judge(fresh_desk, mine, "cx1.")
    assert other.post("/undo").status_code == 422
    assert 'action="/undo"' in mine.get(f"/leads/{fresh_desk.lead('cx2.').id}").text
    assert 'action="/undo"' not in other.get(f"/leads/{fresh_desk.lead('cx2.').id}").text
    assert mine.post("/undo").headers["location"] == f"/leads/{fresh_desk.lead('cx1.').id}"
    assert fresh_desk.lead("cx1.").status == "new"


def test_a_conflict_shows_both_versions(fresh_desk: AtWork) -> None:
    lead = fresh_desk.lead("cx1.")
    judge(fresh_desk, fresh_desk.signed_in(name="先到者"), "cx1.")
    late = {
        "version": lead.version,
        "verdict": "false_positive",
        "reason": "school",
        "seen_status": "new",
        "seen_score": "89.0",
    }
    page = fresh_desk.signed_in(name="后到者").post(f"/leads/{lead.id}/verdict", data=late)
    assert page.status_code == 409
    rows = dict(re.findall(r'<th scope="row">([^<]+)</th><td>(.*?)</td></tr>', page.text))
    assert rows["状态"] == "未审</td><td>确认"
    assert rows["版本"] == f"{lead.version}</td><td>{lead.version + 1}"
    assert "正规培训机构或学校" in rows["判定"]
    assert "先到者" in rows["判定"]


def test_the_second_reader_sees_nothing_of_the_first_until_he_has_spoken(fresh_desk: AtWork) -> None:
    first = fresh_desk.signed_in(name="先到者")
    judge(fresh_desk, first, "zs-one", note="独此一家的备注")
    lead = fresh_desk.lead("zs-one")
    first.post(f"/leads/{lead.id}/notes", data={"text": "这条我确认的"})
    second = fresh_desk.signed_in("lead", "复核者")
    page = second.get(f"/leads/{lead.id}").text
    assert lead.host.replace(".", "[.]") in unescape(second.get("/second").text).replace("<wbr>", "")
    for told in ("先到者", "独此一家的备注", "这条我确认的", "<strong>确认</strong>", "判为确认"):
        assert told not in page, told
    assert "不显示第一次判定" in page
    form = {"version": lead.version, "opinion": "confirmed", "reason": ""}
    assert second.post(f"/leads/{lead.id}/reading", data=form).status_code == 422
    assert second.post(f"/leads/{lead.id}/reading", data=form | {"reason": "fake_site"}).status_code == 303
    after = second.get(f"/leads/{lead.id}").text
    assert "独此一家的备注" in after
    assert "复核时未见第一次判定" in after
    with reading(fresh_desk.factory) as session:
        row = session.query(SecondReading).one()
        assert (row.by, row.opinion, row.blind) == ("复核者", "confirmed", True)


def test_a_conflict_tells_who_is_to_read_it_a_second_time_nothing(fresh_desk: AtWork) -> None:
    lead = fresh_desk.lead("cx1.")
    judge(fresh_desk, fresh_desk.signed_in(name="先到者"), "cx1.")
    late = {"version": lead.version, "verdict": "false_positive", "reason": "school"}
    page = fresh_desk.signed_in("lead", "复核者").post(f"/leads/{lead.id}/verdict", data=late)
    assert page.status_code == 409
    assert "先到者" not in page.text
    assert "<td>确认" not in page.text


def test_who_confirmed_is_no_second_reader(fresh_desk: AtWork) -> None:
    both = fresh_desk.signed_in("lead", "一人")
    judge(fresh_desk, both, "cx1.")
    lead = fresh_desk.lead("cx1.")
    assert "没有等您复核的线索" in both.get("/second").text
    form = {"version": lead.version, "opinion": "confirmed", "reason": "fake_site"}
    assert both.post(f"/leads/{lead.id}/reading", data=form).status_code == 422
    assert fresh_desk.signed_in().post(f"/leads/{lead.id}/reading", data=form).status_code == 403


def test_an_allow_list_entry_clears_as_many_as_its_preview_says(fresh_desk: AtWork) -> None:
    analyst, keeper = fresh_desk.signed_in(), fresh_desk.signed_in("rules", "规则者")
    judge(fresh_desk, analyst, "cx1.", verdict="false_positive", reason="school")
    lead = fresh_desk.lead("cx1.")
    page = analyst.get(f"/leads/{lead.id}/allow").text
    promised = int(re.search(r'id="effect" data-count="(\d+)"', page)[1])  # type: ignore[index]  # the page has it
    assert promised == 6
    asked = {"scope": "domain", "value": "example.top", "until": "", "note": "同一所学校"}
    assert analyst.post(f"/leads/{lead.id}/allow", data=asked).headers["location"] == "/allow"
    assert fresh_desk.lead("cx2.").status == "new"
    entry = keeper.get("/allow/1").text
    digest = re.search(r'name="seen" value="(\w+)"', entry)
    assert digest is not None
    assert analyst.post("/allow/1/accept", data={"seen": digest[1]}).status_code == 403
    assert keeper.post("/allow/1/accept", data={"seen": "old"}).status_code == 409
    assert keeper.post("/allow/1/accept", data={"seen": digest[1]}).status_code == 303
    with reading(fresh_desk.factory) as session:
        assert len(session.get_one(AllowEntry, 1).cleared) == promised
        assert session.query(Lead).filter(Lead.status == "false_positive").count() == promised + 1
    assert "同一所学校" in keeper.get("/allow").text
    assert keeper.post("/allow/1/end", data={"restore": "on"}).status_code == 303
    assert fresh_desk.lead("cx2.").status == "new"


def test_an_entry_that_would_clear_a_guilty_lead_is_refused_in_words(fresh_desk: AtWork) -> None:
    analyst = fresh_desk.signed_in()
    judge(fresh_desk, analyst, "cx1.", verdict="false_positive", reason="school")
    judge(fresh_desk, analyst, "cx2.")
    answer = analyst.get(f"/leads/{fresh_desk.lead('cx1.').id}/allow")
    assert answer.status_code == 422
    assert "其中有已确认的线索" in answer.text


def test_the_state_of_handling_is_a_list_with_dates(fresh_desk: AtWork) -> None:
    lead = fresh_desk.lead("cx1.")
    analyst = fresh_desk.signed_in()
    assert "没有符合条件的线索" in analyst.get("/handling").text
    with writing(fresh_desk.factory) as session:
        give(session, lead.id, "confirmed", "fake_site", "", "王某", NOW)
    page = analyst.get("/handling").text
    assert f'href="/leads/{lead.id}"' in page
    assert "未处置" in page
    assert analyst.post("/handling/99/answer", data={"state": "closed"}).status_code == 422
    for state in ("none", "closed", "relapsed"):
        assert analyst.get(f"/handling?state={state}&before=x").status_code == 200
