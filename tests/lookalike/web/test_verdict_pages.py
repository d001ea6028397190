"""Verdicts through the pages: a reason always, nobody's work overwritten, the next lead, and back again."""

from __future__ import annotations

import re
from html import unescape

from lookalike.store import audit
from lookalike.store.engine import reading
from lookalike.store.models import Audit, Lead
from tests.lookalike.web.desk_at_work import AtWork


def verdict(desk: AtWork, part: str, **form: object) -> tuple[object, str]:
    lead = desk.lead(part)
    known = {"version": lead.version, "verdict": "confirmed", "reason": "fake_site"} | form
    return desk.signed_in().post(f"/leads/{lead.id}/verdict", data=known), f"/leads/{lead.id}"


def test_a_verdict_stands_with_who_and_why_and_the_next_lead_opens(fresh_desk: AtWork) -> None:
    client = fresh_desk.signed_in()
    ids = [int(n) for n in re.findall(r'href="/leads/(\d+)" data-open', client.get("/leads").text)]
    first = client.get(f"/leads/{ids[0]}").text
    version = re.search(r'name="version" value="(\d+)"', first)
    assert version is not None
    form = {"version": version[1], "verdict": "confirmed", "reason": "fake_query", "note": "已核"}
    answer = client.post(f"/leads/{ids[0]}/verdict", data=form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/leads/{ids[1]}?done={ids[0]}"
    told = client.get(answer.headers["location"]).text
    assert f"线索 {ids[0]}：确认" in told
    with reading(fresh_desk.factory) as session:
        entry = session.query(Audit).filter(Audit.what == "verdict", Audit.lead_id == ids[0]).one()
        assert (entry.who, entry.after["note"]) == ("analyst者", "已核")
        assert audit.verify(session).broken is None


def test_the_filters_of_the_queue_go_along(fresh_desk: AtWork) -> None:
    client, lead = fresh_desk.signed_in(), fresh_desk.lead("cx3.")
    form = {"version": 1, "verdict": "confirmed", "reason": "advert"}
    location = client.post(f"/leads/{lead.id}/verdict?kind=advert", data=form).headers["location"]
    assert re.fullmatch(rf"/leads(/\d+)?\?kind=advert&done={lead.id}", location)


def test_after_the_last_lead_the_queue_tells_of_it_and_takes_it_back(fresh_desk: AtWork) -> None:
    client = fresh_desk.signed_in()
    last = re.findall(r'href="/leads/(\d+)" data-open', client.get("/leads").text)[-1]
    form = {"version": 1, "verdict": "confirmed", "reason": "advert"}
    location = client.post(f"/leads/{last}/verdict?kind=site&kind=advert", data=form).headers["location"]
    told = client.get(location).text
    assert location.startswith("/leads?")
    assert f"线索 {last}：确认" in told
    action = re.search(rf'action="(/leads/{last}/undo[^"]*)"', told)
    assert action is not None
    assert client.post(unescape(action[1]), data={"version": 2}).status_code == 303
    with reading(fresh_desk.factory) as session:
        assert session.get_one(Lead, int(last)).status == "new"


def test_one_may_stay_on_the_lead(fresh_desk: AtWork) -> None:
    client, lead = fresh_desk.signed_in(), fresh_desk.lead("cx3.")
    client.post("/account/likes", data={"keys": "on"})
    form = {"version": 1, "verdict": "confirmed", "reason": "advert"}
    location = client.post(f"/leads/{lead.id}/verdict", data=form).headers["location"]
    assert location == f"/leads/{lead.id}?done={lead.id}"


def test_without_a_reason_nothing_is_saved_and_the_note_is_kept(fresh_desk: AtWork) -> None:
    answer, _ = verdict(fresh_desk, "cx1.", reason="", note="打了很久的字")
    assert answer.status_code == 422
    assert "请从列出的理由中选一个" in answer.text
    assert "打了很久的字" in answer.text
    assert fresh_desk.lead("cx1.").status == "new"


def test_another_reason_needs_a_note(fresh_desk: AtWork) -> None:
    answer, _ = verdict(fresh_desk, "cx1.", reason="other")
    assert answer.status_code == 422
    assert "写明理由" in answer.text


def test_whoever_comes_second_is_told_what_the_first_one_did(fresh_desk: AtWork) -> None:
    lead = fresh_desk.lead("cx1.")
    first, second = fresh_desk.signed_in(name="先到者"), fresh_desk.signed_in(name="后到者")
    form = {"version": lead.version, "verdict": "confirmed", "reason": "fake_site"}
    assert first.post(f"/leads/{lead.id}/verdict", data=form).status_code == 303
    late = form | {"verdict": "false_positive", "reason": "school", "note": "是培训学校"}
    answer = second.post(f"/leads/{lead.id}/verdict", data=late)
    assert answer.status_code == 409
    assert "先到者" in answer.text
    assert "确认" in answer.text
    assert "是培训学校" in answer.text
    assert fresh_desk.lead("cx1.").status == "confirmed"


def test_a_verdict_is_taken_back_with_one_button(fresh_desk: AtWork) -> None:
    client, lead = fresh_desk.signed_in(), fresh_desk.lead("cx1.")
    form = {"version": lead.version, "verdict": "later"}
    told = client.get(client.post(f"/leads/{lead.id}/verdict", data=form).headers["location"]).text
    version = re.search(
        rf'action="/leads/{lead.id}/undo[^"]*">\s*<input type="hidden" name="version" value="(\d+)"', told
    )
    assert version is not None
    assert (
        client.post(f"/leads/{lead.id}/undo", data={"version": version[1]}).headers["location"] == f"/leads/{lead.id}"
    )
    assert fresh_desk.lead("cx1.").status == "new"
    assert client.post(f"/leads/{lead.id}/undo", data={"version": 3}).status_code == 422


def test_a_duplicate_names_the_other_lead(fresh_desk: AtWork) -> None:
    assert verdict(fresh_desk, "cx1.", verdict="duplicate", of="999999")[0].status_code == 422
    assert verdict(fresh_desk, "cx1.", verdict="duplicate", of=f"#{fresh_desk.lead('cx2.').id}")[0].status_code == 303
    assert fresh_desk.lead("cx1.").status == "duplicate"


def test_a_day_that_is_past_is_refused_in_words(fresh_desk: AtWork) -> None:
    for until in ("2001-01-01", "tomorrow"):
        answer, _ = verdict(fresh_desk, "cx1.", verdict="later", until=until)
        assert answer.status_code == 422
        assert "日期须在今后 180 天以内" in answer.text


def test_a_form_without_the_version_that_was_seen_saves_nothing(fresh_desk: AtWork) -> None:
    assert verdict(fresh_desk, "cx1.", version="")[0].status_code == 422
    assert fresh_desk.lead("cx1.").status == "new"


def test_who_only_looks_sees_no_buttons(fresh_desk: AtWork) -> None:
    client, lead = fresh_desk.signed_in("viewer"), fresh_desk.lead("cx1.")
    page = client.get(f"/leads/{lead.id}").text
    assert "查看员只能查看" in page
    assert "/verdict" not in page


def test_the_second_to_open_a_lead_sees_who_has_it_and_may_take_it(fresh_desk: AtWork) -> None:
    lead = fresh_desk.lead("cx1.")
    first, second = fresh_desk.signed_in(name="先到者"), fresh_desk.signed_in(name="后到者")
    assert "您正在看" in first.post(f"/leads/{lead.id}/lease").text
    assert "先到者 正在看" in second.post(f"/leads/{lead.id}/lease").text
    assert f'"/leads/{lead.id}' not in second.get("/leads").text
    assert "先到者 正在看" in second.get("/leads?owner=*all").text
    assert second.post(f"/leads/{lead.id}/lease/take").status_code == 303
    assert "后到者 正在看" in first.get(f"/leads/{lead.id}").text
    assert first.post("/leads/999999/lease").status_code == 404
