"""Accounts and keys through the pages: passwords are shown once, nobody keeps his own account, what changed is told."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from lookalike.review import signin
from lookalike.review.sessions import Origin
from lookalike.store.engine import reading
from lookalike.store.models import ApiToken, Audit, Person
from tests.lookalike.web.desk_at_work import AtWork

SECRET = re.compile(r'<code id="secret"[^>]*>([^<]+)</code>')


def person(desk: AtWork, name: str) -> Person:
    with reading(desk.factory) as session:
        return session.scalars(select(Person).where(Person.name == name)).one()


def stamp(admin: TestClient, number: int) -> str:
    found = re.search(r'name="seen" value="(\w+)"', admin.get(f"/people/{number}").text)
    assert found is not None
    return found[1]


def act(admin: TestClient, number: int, deed: str, **more: str) -> object:
    return admin.post(f"/people/{number}/{deed}", data={"seen": stamp(admin, number), **more})


def enters(desk: AtWork, name: str, password: str) -> bool:
    return isinstance(
        signin.sign_in(desk.factory, name, password, Origin("192.0.2.9"), datetime.now(UTC)), signin.Entered
    )


@pytest.fixture
def admin(fresh_desk: AtWork) -> TestClient:
    return fresh_desk.signed_in("admin", "系统甲")


def made(admin: TestClient, name: str = "新人", role: str = "analyst") -> str:
    """The one-time password of a new account."""
    answer = admin.post("/people/add", data={"name": name, "role": role})
    found = SECRET.search(answer.text)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert found is not None
    return found[1]


def test_a_new_account_opens_with_the_password_that_was_shown_once(fresh_desk: AtWork, admin: TestClient) -> None:
    password = made(admin)
    assert enters(fresh_desk, "新人", password)
    number = person(fresh_desk, "新人").id
    assert password not in admin.get("/people").text + admin.get(f"/people/{number}").text


def test_a_name_that_is_taken_is_told_and_stays_in_the_form(admin: TestClient) -> None:
    made(admin)
    answer = admin.post("/people/add", data={"name": "新 人", "role": "viewer"})
    assert answer.status_code == 422
    assert "已有这个账号" in answer.text
    assert 'value="新 人"' in answer.text


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("<b>", "viewer", "账号名只能用"),
        ("lookalike x", "viewer", "请换一个"),
        ("王某", "root", "请选择角色"),
        ("王某", "", "请选择角色"),
    ],
)
def test_what_no_account_can_be_is_refused_in_chinese(admin: TestClient, name: str, role: str, said: str) -> None:
    answer = admin.post("/people/add", data={"name": name, "role": role})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_closed_account_is_out_at_once_and_comes_back_with_a_new_password(
    fresh_desk: AtWork, admin: TestClient
) -> None:
    analyst = fresh_desk.signed_in("analyst", "研判乙")
    number = person(fresh_desk, "研判乙").id
    assert act(admin, number, "disable").headers["location"] == f"/people/{number}?said=disabled"
    assert analyst.get("/leads").headers["location"] == "/signin"
    found = SECRET.search(act(admin, number, "enable").text)
    assert found is not None
    assert enters(fresh_desk, "研判乙", found[1])


def test_another_role_ends_the_sessions(fresh_desk: AtWork, admin: TestClient) -> None:
    analyst = fresh_desk.signed_in("analyst", "研判乙")
    number = person(fresh_desk, "研判乙").id
    act(admin, number, "role", role="viewer")
    assert person(fresh_desk, "研判乙").role == "viewer"
    assert analyst.get("/leads").headers["location"] == "/signin"
    assert "已经是这个角色" in act(admin, number, "role", role="viewer").text


def test_sessions_are_ended_without_touching_the_account(fresh_desk: AtWork, admin: TestClient) -> None:
    analyst = fresh_desk.signed_in("analyst", "研判乙")
    before = person(fresh_desk, "研判乙")
    act(admin, before.id, "sessions")
    assert analyst.get("/leads").headers["location"] == "/signin"
    assert person(fresh_desk, "研判乙").password == before.password
    with reading(fresh_desk.factory) as session:
        last = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
        assert last is not None
        assert (last.who, last.what, last.after["ended"]) == ("系统甲", "people.sessions", 1)
        assert last.address is not None


def test_a_lost_second_factor_goes_together_with_the_password(fresh_desk: AtWork, admin: TestClient) -> None:
    fresh_desk.signed_in("lead", "审核乙")
    before = person(fresh_desk, "审核乙")
    assert before.totp_at is not None
    found = SECRET.search(act(admin, before.id, "second-factor").text)
    after = person(fresh_desk, "审核乙")
    assert found is not None
    assert (after.totp_at, after.totp_secret) == (None, None)
    assert after.password != before.password


def test_what_another_administrator_changed_meanwhile_is_not_overwritten(fresh_desk: AtWork, admin: TestClient) -> None:
    made(admin)
    number = person(fresh_desk, "新人").id
    seen = stamp(admin, number)
    act(fresh_desk.signed_in("admin", "系统乙"), number, "role", role="viewer")
    answer = admin.post(f"/people/{number}/disable", data={"seen": seen})
    assert answer.status_code == 409
    assert "打开本页之后账号已有变化" in answer.text
    assert person(fresh_desk, "新人").disabled_at is None


def test_a_form_that_does_not_say_what_it_saw_changes_nothing(fresh_desk: AtWork, admin: TestClient) -> None:
    made(admin)
    number = person(fresh_desk, "新人").id
    for deed in ("disable", "reset", "role", "sessions", "second-factor"):
        assert admin.post(f"/people/{number}/{deed}", data={"role": "viewer"}).status_code == 409
    assert person(fresh_desk, "新人").role == "analyst"


def test_nobody_keeps_his_own_account(fresh_desk: AtWork, admin: TestClient) -> None:
    number = person(fresh_desk, "系统甲").id
    page = admin.get(f"/people/{number}").text
    assert f'action="/people/{number}/' not in page
    for deed in ("disable", "reset", "role", "sessions", "second-factor", "enable"):
        assert admin.post(f"/people/{number}/{deed}", data={"role": "analyst"}).status_code == 403
    assert person(fresh_desk, "系统甲").role == "admin"


def test_an_account_that_is_not_there_is_not_found(admin: TestClient) -> None:
    assert admin.get("/people/4711").status_code == 404
    assert admin.post("/people/4711/disable", data={"seen": "x"}).status_code == 404


def test_a_key_is_shown_once_and_taken_back(fresh_desk: AtWork, admin: TestClient) -> None:
    data = {"office": "某市公安局 <b>", "scope": ["leads:read", "packs:read"], "days": "30"}
    answer = admin.post("/tokens/add", data=data)
    found = SECRET.search(answer.text)
    assert found is not None
    assert found[1].startswith("lal_")
    listed = admin.get("/tokens").text
    assert found[1] not in listed
    assert "某市公安局 &lt;b&gt;" in listed
    with reading(fresh_desk.factory) as session:
        row = session.scalars(select(ApiToken)).one()
    assert row.made_by == "系统甲"
    assert admin.post(f"/tokens/{row.id}/revoke").headers["location"] == "/tokens"
    assert "已收回" in admin.get("/tokens").text
    assert admin.post(f"/tokens/{row.id}/revoke").status_code == 422
    assert admin.post("/tokens/4711/revoke").status_code == 404


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"office": "", "scope": "leads:read", "days": "9"}, "领取密钥的单位"),
        ({"office": "某局", "days": "9"}, "至少选一个范围"),
        ({"office": "某局", "scope": "all", "days": "9"}, "至少选一个范围"),
        ({"office": "某局", "scope": "leads:read", "days": "4000"}, "1 至 366"),
        ({"office": "某局", "scope": "leads:read"}, "1 至 366"),
    ],
)
def test_a_key_without_measure_is_refused_in_chinese(admin: TestClient, data: dict[str, str], said: str) -> None:
    answer = admin.post("/tokens/add", data=data)
    assert answer.status_code == 422
    assert said in answer.text
