from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.case import Case, Hop, SiteKey, View
from scoring.challenge import wall_in, wall_of, walls_of
from scoring.context import Context
from scoring.engine import assess
from scoring.page import parse
from scoring.weights import shipped

PAGES = tomllib.loads((Path(__file__).parent / "walls.toml").read_text(encoding="utf-8"))["page"]
FAKE = (
    "<html><head><title>特种作业操作证查询平台</title></head><body><p>姓名 证件号码 证书编号</p>"
    "<form><label>姓名</label><input name=a><label>证件号码</label><input name=b></form>"
    "<p>主办单位：中华人民共和国应急管理部</p></body></html>"
)


def by_what(row):
    return row["what"]


def a_view(html: str, status: int = 200, client="desktop", error: str = "") -> View:
    url = "http://cx-mem.example.top/"
    return View(client, url, (Hop(url, status),), parse(html, url), error, body_sha256=f"{hash(html):x}")


def shown(html: str) -> str:
    page = parse(html, "http://a.example/")
    return f"{page.title}\n{page.text}"


@pytest.mark.parametrize("row", PAGES, ids=by_what)
def test_a_wall_is_known_by_its_structure(row):
    wall = wall_in(row["status"], [tuple(h) for h in row.get("headers", ())], row["html"], shown(row["html"]))
    assert wall is not None
    assert wall.name == row["wall"]


@pytest.mark.parametrize("row", [r for r in PAGES if r["wall"] != "登录页"], ids=by_what)
def test_a_wall_is_known_again_in_a_stored_view(row):
    wall = wall_of(a_view(row["html"], row["status"]))
    assert wall is not None
    assert wall.hides


@pytest.mark.parametrize("row", [r for r in PAGES if r["wall"] != "登录页"], ids=by_what)
def test_the_marks_of_a_wall_over_a_copied_query_page_hide_nothing(row):
    html = FAKE.replace("</body>", row["html"] + "</body>")
    assert wall_in(row["status"], (), html, shown(html)) is None


def test_a_page_with_a_captcha_beside_its_form_is_a_page():
    html = "<title>会员注册</title><script src='https://turing.captcha.qcloud.com/TCaptcha.js'></script><form>姓名<input></form>"
    assert wall_in(200, (), html, shown(html)) is None


@pytest.mark.parametrize("name", ["nothing", "blank"])
def test_an_ordinary_short_page_is_no_wall(name):
    html = {"nothing": "", "blank": "<title>欢迎</title><p>城南小学</p>"}[name]
    assert wall_in(200, (), html, html) is None


def test_a_login_is_the_sites_own_page_and_is_judged():
    row = next(r for r in PAGES if r["wall"] == "登录页")
    wall = wall_of(a_view(row["html"]))
    assert wall is not None
    assert not wall.hides


def test_a_site_behind_a_wall_has_no_page_and_says_so(reference):
    row = PAGES[2]
    case = Case(a_view("").observed_at, SiteKey("cx-mem.example.top"), views=(a_view(row["html"], row["status"]),))
    context = Context(case, reference)
    assert context.pages == ()
    missing = context.no_page()
    assert missing is not None
    assert (missing.status, "需要人工核验" in missing.text) == ("unknown", True)


def test_a_wall_is_listed_as_unchecked(reference):
    row = PAGES[2]
    case = Case(None, SiteKey("cx-mem.example.top"), views=(a_view(row["html"], row["status"]),))  # type: ignore[arg-type]
    told = [u for u in assess(case, reference, shipped()).unchecked if "E_CHALLENGE" in u.what]
    assert [u.why.split("：")[0] for u in told] == ["阿里云 WAF"]


@pytest.mark.parametrize(
    "name", ["query_form", "claim_organ", "title_match", "text_similarity", "stolen_icp", "advert_slogans", "emblem"]
)
def test_a_signal_on_pages_answers_unknown_before_a_wall(judge, name):
    row = PAGES[2]
    case = Case(None, SiteKey("cx-mem.example.top"), views=(a_view(row["html"], row["status"]),))  # type: ignore[arg-type]
    assert judge(name, case).status == "unknown"


def test_what_another_client_was_shown_is_judged_all_the_same(reference):
    row = PAGES[2]
    views = (a_view(row["html"], row["status"]), a_view(FAKE, client="wechat"))
    case = Case(None, SiteKey("cx-mem.example.top"), views=views)  # type: ignore[arg-type]
    assert [seen.view.client for seen in Context(case, reference).pages] == ["wechat"]
    assert len(walls_of(case)) == 1


def test_the_fetchers_mark_is_believed_where_no_body_was_kept():
    view = View(
        "desktop", "http://a.example/", (Hop("http://a.example/", 403),), None, "E_CHALLENGE 需要人工核验：阿里云 WAF"
    )
    wall = wall_of(view)
    assert wall is not None
    assert wall.name == "阿里云 WAF"


@given(st.sampled_from(PAGES), st.text(alphabet="今天的午餐是土豆和米饭", min_size=1001, max_size=1200))
def test_a_page_of_many_words_is_no_wall_whatever_its_source_holds(row, words):
    assert wall_in(row["status"], (), row["html"], words) is None


@given(st.integers(100, 599), st.text(max_size=300))
def test_any_source_is_searched_without_an_error(status, html):
    wall_in(status, [("x", html[:50])], html, html)
