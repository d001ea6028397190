"""Signing in through the pages: one sentence for every failure, a cookie that scripts cannot read, sessions that end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from starlette.testclient import TestClient

from lookalike.config import Config
from lookalike.review import accounts
from lookalike.review.passwords import OneTime, hash_of
from lookalike.store import people
from lookalike.store.engine import reading, writing
from lookalike.web.app import create_app
from lookalike.web.desk import inside
from tests.lookalike.web.desk_at_work import FIRST, OWN, AtWork, session_of


def add(desk: AtWork, name: str, role: str = "analyst") -> None:
    with writing(desk.factory) as session:
        accounts.add(session, name, role, OneTime(FIRST, hash_of(FIRST)), "root", datetime.now(UTC))


def enter(client: TestClient, name: str, password: str) -> object:
    return client.post("/signin", data={"name": name, "password": password})


def own_password(client: TestClient) -> object:
    return client.post("/account/password", data={"old": FIRST, "new": OWN, "again": OWN})


def test_a_first_password_opens_nothing_but_its_own_change(fresh_desk: AtWork) -> None:
    add(fresh_desk, "新人")
    client = fresh_desk.client()
    assert enter(client, "新人", FIRST).headers["location"] == "/account/password"
    assert client.get("/leads").headers["location"] == "/account/password"
    before = client.cookies["sid"]
    assert own_password(client).headers["location"] == "/"
    assert client.cookies["sid"] != before
    assert client.get("/leads").status_code == 200


def test_a_reviewer_sets_up_a_second_factor_and_is_asked_for_it(fresh_desk: AtWork) -> None:
    add(fresh_desk, "审核", "lead")
    client = fresh_desk.client()
    enter(client, "审核", FIRST)
    assert own_password(client).headers["location"] == "/account/second-factor"
    shown = client.post("/account/second-factor").text
    with reading(fresh_desk.factory) as session:
        person = people.by_folded(session, "审核")
    assert person is not None
    assert person.totp_secret is not None
    assert person.totp_secret in shown
    code = pyotp.TOTP(person.totp_secret)
    assert client.post("/account/second-factor/finish", data={"code": "000000"}).status_code == 422
    answer = client.post("/account/second-factor/finish", data={"code": code.at(datetime.now(UTC))})
    assert answer.headers["location"] == "/"
    again = fresh_desk.client()
    assert enter(again, "审核", OWN).headers["location"] == "/signin/code"
    assert again.get("/leads").headers["location"] == "/signin/code"
    later = datetime.now(UTC) + timedelta(seconds=30)
    assert again.post("/signin/code", data={"code": code.at(later)}).headers["location"] == "/"
    assert again.get("/leads").status_code == 200


def test_a_wrong_name_and_a_wrong_password_are_told_the_same(fresh_desk: AtWork) -> None:
    add(fresh_desk, "王某")
    client = fresh_desk.client()
    one, other = enter(client, "王某", "not-this-one"), enter(client, "nobody", "not-this-one")
    assert one.status_code == other.status_code == 422
    assert one.text.replace("王某", "") == other.text.replace("nobody", "")
    assert "sid" not in client.cookies


def test_guessing_is_made_to_wait(fresh_desk: AtWork) -> None:
    add(fresh_desk, "王某")
    client = fresh_desk.client()
    answers = [enter(client, "王某", f"guess-{n}").status_code for n in range(7)]
    assert answers[-1] == 429
    assert enter(client, "王某", FIRST).status_code == 429


def test_signing_out_ends_the_session_in_the_store_too(fresh_desk: AtWork) -> None:
    client = fresh_desk.signed_in()
    token = client.cookies["sid"]
    client.post("/signout")
    stolen = fresh_desk.client()
    stolen.cookies.set("sid", token)
    assert stolen.get("/leads").headers["location"] == "/signin"


def test_one_can_sign_out_everywhere_else(fresh_desk: AtWork) -> None:
    here, there = fresh_desk.signed_in(), fresh_desk.signed_in()
    assert "testclient" in here.get("/account").text or "test" in here.get("/account").text
    here.post("/account/sessions/end")
    assert there.get("/leads").headers["location"] == "/signin"
    assert here.get("/leads").status_code == 200


@pytest.mark.parametrize("secure", [False, True])
def test_no_script_can_read_the_cookie(fresh_desk: AtWork, secure: bool) -> None:
    add(fresh_desk, "王某")
    app = create_app(Config(home=fresh_desk.config.home), fresh_desk.factory, names=("testserver",), secure=secure)
    client = TestClient(app, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    answer = enter(client, "王某", FIRST)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Domain" not in cookie
    assert "Max-Age" not in cookie
    assert (cookie.startswith("__Host-sid="), "Secure" in cookie) == (secure, secure)
    assert ("strict-transport-security" in answer.headers) is secure


def test_the_auditor_has_a_place_to_land(fresh_desk: AtWork) -> None:
    client = fresh_desk.client()
    client.cookies.set("sid", session_of(fresh_desk.factory, "auditor", "审计"))
    assert client.get("/").headers["location"] == "/audit"
    assert client.get("/audit").status_code == 200


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "http://evil.example", "javascript:1", "", "/\n/x"]
)
def test_nobody_is_sent_elsewhere_after_a_form(path: str) -> None:
    assert inside(path) == "/"


def test_the_language_stays_on_the_page(fresh_desk: AtWork) -> None:
    client = fresh_desk.client()
    answer = client.post("/language", data={"language": "en", "here": "/signin"})
    assert answer.headers["location"] == "/signin"
    page = client.get("/signin").text
    assert '<html lang="en">' in page
    assert "Password" in page
