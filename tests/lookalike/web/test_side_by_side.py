"""Two pages line by line: what is alike, what was changed, and that nothing of it is more than text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lookalike.store import casefile
from lookalike.store.engine import writing
from lookalike.store.models import Baseline
from lookalike.web.side_by_side import LINES, Row, outlines, texts
from scoring.page import PageFacts, parse
from tests.lookalike.web.desk_at_work import NOW, PAYLOADS, AtWork

GENUINE = "https://cx.mem.gov.cn/"
FAKE = "http://cx-mem.gov-cn.top/"


def page(url: str, body: str, title: str = "查询平台") -> PageFacts:
    return parse(f"<html><head><title>{title}</title></head><body>{body}</body></html>", url)


def lines(*said: str) -> str:
    return "".join(f"<p>{line}</p>" for line in said)


def test_lines_that_are_the_same_stand_beside_each_other_whatever_lies_between() -> None:
    mine = page(FAKE, lines("证书查询平台", "加微信办理", "主办单位：应急管理部", "版权所有"))
    theirs = page(GENUINE, lines("证书查询平台", "主办单位：应急管理部", "技术支持电话", "版权所有"))
    found = texts(mine, theirs)
    assert found.rows == (
        Row("same", "证书查询平台", "证书查询平台"),
        Row("suspect", suspect="加微信办理"),
        Row("same", "主办单位：应急管理部", "主办单位：应急管理部"),
        Row("genuine", genuine="技术支持电话"),
        Row("same", "版权所有", "版权所有"),
    )
    assert (found.mine, found.theirs, found.same, found.cut) == (4, 4, 3, False)


def test_a_line_that_was_changed_stands_beside_what_it_was() -> None:
    mine = page(FAKE, lines("数据来自全国联网的证书库，扫码核验"))
    theirs = page(GENUINE, lines("数据来自各省上报的证书库，扫码核验"))
    assert [row.kind for row in texts(mine, theirs).rows] == ["differs"]
    other = page(GENUINE, lines("请先登录"))
    assert [row.kind for row in texts(mine, other).rows] == ["suspect", "genuine"]


def test_a_structure_that_was_copied_reads_the_same_at_another_host() -> None:
    built = '<form action="/query"><input name="idcard" placeholder="证件号码"></form><img src="/logo.png">'
    extra = '<script src="https://evil.example/t.js"></script>'
    rows = outlines(page(FAKE, built + extra), page(GENUINE, built)).rows
    assert [row.suspect for row in rows if row.kind == "suspect"] == ["script evil[.]example/t.js"]
    assert {row.kind for row in rows} == {"same", "suspect"}
    assert any("/query" in row.suspect for row in rows)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.sampled_from("甲乙丙丁"), max_size=12),
    st.lists(st.sampled_from("甲乙丙丁"), max_size=12),
)
def test_no_line_is_lost_or_told_twice(one: list[str], other: list[str]) -> None:
    found = texts(page(FAKE, lines(*one)), page(GENUINE, lines(*other)))
    assert [row.suspect for row in found.rows if row.suspect] == one
    assert [row.genuine for row in found.rows if row.genuine] == other
    assert all(row.suspect == row.genuine for row in found.rows if row.kind == "same")


def test_of_endless_pages_the_first_lines_are_compared_and_that_is_told() -> None:
    long = lines(*(f"第{n}行" for n in range(LINES * 3)))
    found = texts(page(FAKE, long), page(GENUINE, long))
    assert (found.mine, found.same, found.cut) == (LINES * 3, LINES, True)


def test_a_lead_that_imitates_nobody_says_so(read_desk: AtWork) -> None:
    client = read_desk.signed_in()
    found = [client.get(f"/leads/{number}/lines") for number in range(1, 6)]
    empty = [answer for answer in found if "没有可对照的正版页面" in answer.text]
    assert empty
    assert client.get("/leads/99999/lines").status_code == 404


def test_text_and_structure_are_both_told_where_both_were_captured(fresh_desk: AtWork) -> None:
    lead, hostile = fresh_desk.lead("zs-one"), fresh_desk.lead("zs-evil")
    with writing(fresh_desk.factory) as session:
        file = casefile.read(session, hostile.id)
        assert file is not None
        assert file.judged_visit is not None
        captured = file.judged_visit.warc_sha256
        genuine = Baseline(run_id=1, platform=lead.impersonates, url=GENUINE, captured_at=NOW, ok=True)
        genuine.warc_sha256 = captured
        session.add(genuine)
    client = fresh_desk.signed_in()
    assert f'href="/leads/{lead.id}/lines"' in client.get(f"/leads/{lead.id}").text
    told = client.get(f"/leads/{lead.id}/lines").text
    assert told.count("<table") == 2
    assert 'class="genuine"' in told
    assert "&lt;script&gt;alert(1)" in told
    assert not any(payload in told for payload in PAYLOADS if payload.startswith("<"))
