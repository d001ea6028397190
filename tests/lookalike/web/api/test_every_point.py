"""A walk over everything that a program can ask: whom it lets in, and that every refusal is a problem that says why."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from lookalike.review import tokens
from lookalike.review.tokens import SCOPES
from lookalike.store.engine import writing
from lookalike.web.api import points
from lookalike.web.api.pace import Pace
from lookalike.web.api.points import ANY, KEY_BURST, WRONG_BURST, Guards, Point
from lookalike.web.api.problems import MEDIA, STATUSES
from lookalike.web.api.table import POINTS
from lookalike.web.app import create_app
from lookalike.web.headers import ALWAYS
from tests.lookalike.web.api.program_at_work import OFFICE, Program, issued
from tests.lookalike.web.desk_at_work import AtWork, session_of

IDS = [point.name for point in POINTS]


def path_of(point: Point) -> str:
    return "/api/v1" + re.sub(r"\{(\w+)(?::\w+)?\}", "1", point.path)


def bare(desk: AtWork, **headers: str) -> TestClient:
    return TestClient(desk.app, headers=headers, follow_redirects=False, raise_server_exceptions=False)


def ask(client: TestClient, point: Point, **headers: str):
    if point.method == "POST":
        return client.post(path_of(point), json={}, headers=headers)
    return client.get(path_of(point), headers=headers)


def problem(answer, kind: str):
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (STATUSES[kind], MEDIA)
    assert (told["type"], told["status"]) == (f"/api#{kind}", STATUSES[kind])
    assert told["title"]
    assert told["detail"]
    return told


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch, fresh_desk: AtWork) -> AtWork:
    """The pages with room for as many requests as a walk takes."""
    monkeypatch.setattr("lookalike.web.app.guards", lambda: Guards(Pace(1e6, 10**6), Pace(1e6, 10**6)))
    app = create_app(fresh_desk.config, fresh_desk.factory, names=("testserver",), secure=False)
    return AtWork(fresh_desk.config, fresh_desk.factory, fresh_desk.blobs, app)


@pytest.mark.parametrize("point", POINTS, ids=IDS)
def test_every_entry_says_which_scope_opens_it(point: Point) -> None:
    assert point.scope == ANY or point.scope in SCOPES
    assert point.scope.endswith(":write") == (point.method == "POST")


def test_nothing_is_given_without_a_key(lenient: AtWork) -> None:
    for point in POINTS:
        answer = ask(bare(lenient), point)
        problem(answer, "no_key")
        assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("said", ["Bearer", "Bearer ", "Basic cm9vdDpyb290", "lal_x"])
def test_what_is_no_key_is_none(lenient: AtWork, said: str) -> None:
    problem(bare(lenient, authorization=said).get("/api/v1/health"), "no_key")


@pytest.mark.parametrize("said", ["Bearer lal_x", "Bearer ' OR 1=1", f"Bearer lal_{'x' * 43}", f"bearer {'x' * 9000}"])
def test_a_key_that_nobody_gave_out_opens_nothing(lenient: AtWork, said: str) -> None:
    answer = bare(lenient, authorization=said).get("/api/v1/health")
    problem(answer, "bad_key")
    assert "invalid_token" in answer.headers["www-authenticate"]


def test_a_key_that_was_taken_back_opens_nothing_at_once(lenient: AtWork) -> None:
    program = Program(lenient)
    assert program.get("/health").status_code == 200
    with writing(lenient.factory) as session:
        tokens.revoke(session, program.number, "root", datetime.now(UTC))
    problem(program.get("/health"), "bad_key")


def test_each_scope_opens_its_own_entries_and_no_others(lenient: AtWork) -> None:
    for scope in SCOPES:
        program = Program(lenient, scope)
        for point in POINTS:
            opened = ask(program.client, point).status_code != 403
            assert opened == (point.scope in {ANY, scope}), (scope, point.name)


def test_a_scope_that_is_missing_is_named(lenient: AtWork) -> None:
    answer = Program(lenient).post("/leads/1/verdicts", {})
    problem(answer, "scope")
    assert 'scope="verdicts:write"' in answer.headers["www-authenticate"]


def test_a_session_of_the_pages_opens_nothing_here(lenient: AtWork) -> None:
    token = session_of(lenient.factory, "analyst", "研判者")
    client = bare(lenient, **{"sec-fetch-site": "same-origin"})
    client.cookies.set("sid", token)
    for point in POINTS:
        problem(ask(client, point), "cookie")


def test_a_key_with_a_cookie_is_refused(lenient: AtWork) -> None:
    program = Program(lenient, *SCOPES)
    for point in POINTS:
        problem(ask(program.client, point, cookie="sid=x", **{"sec-fetch-site": "same-origin"}), "cookie")


def test_what_another_site_makes_a_browser_send_with_a_cookie_is_refused_before_anything_else(lenient: AtWork) -> None:
    program = Program(lenient, *SCOPES)
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}, {}):
        for point in (p for p in POINTS if p.method == "POST"):
            problem(ask(program.client, point, cookie="sid=x", **headers), "other_site")


def test_a_key_opens_no_page(lenient: AtWork) -> None:
    program = Program(lenient, *SCOPES)
    for path in ("/leads", "/account"):
        assert program.client.get(path).headers["location"] == "/signin"


def test_every_answer_carries_the_strict_headers(lenient: AtWork) -> None:
    program = Program(lenient, *SCOPES)
    answers = [ask(client, point) for point in POINTS for client in (program.client, bare(lenient))]
    answers += [bare(lenient).get("/api/v1/nothing"), bare(lenient).get("/api/openapi.json")]
    for answer in answers:
        assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_name_that_is_not_known_is_told_and_never_left_out(lenient: AtWork) -> None:
    program = Program(lenient, *SCOPES)
    for point in POINTS:
        if point.method == "GET":
            told = problem(program.client.get(path_of(point), params={"stauts": "new"}), "unusable")
            assert told["errors"] == [{"name": "stauts", "reason": "没有这个参数"}]


def test_paths_and_methods_that_are_not_there_are_problems(lenient: AtWork) -> None:
    program = Program(lenient, *SCOPES)
    problem(program.get("/nothing"), "not_found")
    problem(program.get("/leads/x"), "not_found")
    problem(program.get("/leads/99999999999999999999"), "not_found")
    problem(program.get("/leads/0"), "not_found")
    problem(program.get("/campaigns/..%2f..%2fetc"), "not_found")
    problem(program.post("/leads", {}), "bad_method")
    problem(program.client.delete("/api/v1/leads/1"), "bad_method")
    problem(program.client.options("/api/v1/leads/1"), "bad_method")


BODIES = [
    (b"{", "application/json", "bad_body"),
    (b"\xff\xfe", "application/json", "bad_body"),
    (b'{"state": "closed", "state": "accepted"}', "application/json", "bad_body"),
    (b"[" * 50_000, "application/json", "bad_body"),
    (b'{"version": NaN}', "application/json", "bad_body"),
    (b'{"version": ' + b"9" * 5000 + b"}", "application/json", "bad_body"),
    (b"state=closed", "application/x-www-form-urlencoded", "not_json"),
    (b"{}", "text/plain", "not_json"),
    (b'"' + b"x" * 70_000 + b'"', "application/json", "too_large"),
    (b"[]", "application/json", "unusable"),
    (b"null", "application/json", "unusable"),
]


@pytest.mark.parametrize(("body", "kind", "wrong"), BODIES, ids=[f"{b[2]} {b[0][:12]!r}" for b in BODIES])
def test_bodies_that_are_none_are_told_so(lenient: AtWork, body: bytes, kind: str, wrong: str) -> None:
    program = Program(lenient, *SCOPES)
    answer = program.client.post("/api/v1/leads/1/verdicts", content=body, headers={"content-type": kind})
    problem(answer, wrong)


def test_a_key_that_asks_too_fast_has_to_wait_and_the_others_do_not(fresh_desk: AtWork) -> None:
    hasty, other = Program(fresh_desk), Program(fresh_desk)
    answers = [hasty.get("/health") for _ in range(KEY_BURST + 60)]
    late = next(answer for answer in answers if answer.status_code != 200)
    problem(late, "too_many")
    assert int(late.headers["retry-after"]) >= 1
    assert other.get("/health").status_code == 200


def test_guessing_keys_is_slowed_down(fresh_desk: AtWork) -> None:
    client = bare(fresh_desk, authorization=f"Bearer lal_{'y' * 43}")
    statuses = [client.get("/api/v1/health").status_code for _ in range(WRONG_BURST + 20)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_every_call_stands_in_the_log_with_the_key_s_name_and_no_search_words(
    lenient: AtWork, caplog: pytest.LogCaptureFixture
) -> None:
    program = Program(lenient)
    with caplog.at_level(logging.INFO, "lookalike.web.api"):
        program.get("/leads", q="某微信号")
        ask(bare(lenient), POINTS[0])
    told = [record.getMessage() for record in caplog.records if record.name == "lookalike.web.api"]
    assert told[0] == f"GET /api/v1/leads 200 lookalike token {program.number} ({OFFICE})"
    assert told[1].startswith("GET /api/v1/health 401 ")
    assert program.key not in caplog.text


def test_an_error_has_a_number_that_stands_in_the_log(
    lenient: AtWork, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("lookalike.store.queue.page", broken)
    answer = Program(lenient).get("/leads")
    told = problem(answer, "unexpected")
    assert re.fullmatch(r"urn:lookalike:E_[0-9a-f]{8}", told["instance"])
    assert told["instance"].rpartition(":")[2] in caplog.text
    assert "secret" not in answer.text


def test_use_of_a_key_is_noted(lenient: AtWork) -> None:
    number, key = issued(lenient, ["leads:read"])
    bare(lenient, authorization=f"Bearer {key}").get("/api/v1/health")
    with writing(lenient.factory) as session:
        row = session.get_one(tokens.ApiToken, number)
        assert row.used_at is not None


def test_hostile_names_of_parameters_are_cut_and_come_back_as_json(lenient: AtWork) -> None:
    answer = Program(lenient).get("/leads", **{"<script>" * 40: "x"})
    told = problem(answer, "unusable")
    assert len(told["errors"][0]["name"]) <= 80
    assert json.loads(answer.text) == told


def test_the_walk_is_over_what_is_served() -> None:
    assert len({point.name for point in POINTS}) == len(POINTS) == 9
    assert points.ROOT == "/api/v1"
