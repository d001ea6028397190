"""A walk over every path: whom it lets in, what its headers are, and that nothing changes by being looked at."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from starlette.testclient import TestClient

from lookalike.review.rights import Role, may
from lookalike.web.app import PAGES
from lookalike.web.headers import ALWAYS, POLICY
from lookalike.web.pages import SCOPES, Page
from tests.lookalike.web.desk_at_work import AtWork

OPEN = {
    "/",
    "/signin",
    "/signin/elsewhere",
    "/signin/elsewhere/back",
    "/language",
    "/static/{version}/{name:path}",
    "/api",
    "/api/openapi.json",
}
IDS = [f"{'POST' if page.post else 'GET'} {page.path}" for page in PAGES]


def path_of(page: Page) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: "1" if m[1] != "part" else "fold.png", page.path)


def ask(client: TestClient, page: Page) -> object:
    return client.post(path_of(page), data={}) if page.post else client.get(path_of(page))


@pytest.fixture(scope="module")
def by_role(read_desk: AtWork) -> dict[str, TestClient]:
    return {role: read_desk.signed_in(role) for role in get_args(Role)}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_path_says_whom_it_is_for(page: Page) -> None:
    assert page.scope in SCOPES
    assert (page.scope == "anyone") == (page.path in OPEN - {"/"})


@pytest.mark.parametrize("page", [p for p in PAGES if p.scope != "anyone"], ids=lambda p: p.path)
def test_whoever_is_not_signed_in_is_sent_to_the_door(read_desk: AtWork, page: Page) -> None:
    answer = ask(read_desk.client(), page)
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin")


@pytest.mark.parametrize(
    "page", [p for p in PAGES if p.scope not in {"anyone", "half", "signed_in"}], ids=lambda p: p.path
)
def test_only_roles_with_the_right_come_in(by_role: dict[str, TestClient], page: Page) -> None:
    for role, client in by_role.items():
        assert (ask(client, page).status_code == 403) is not may(role, page.scope), role


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_answer_carries_the_policy(by_role: dict[str, TestClient], read_desk: AtWork, page: Page) -> None:
    for client in (read_desk.client(), by_role["auditor"], by_role["viewer"]):
        headers = ask(client, page).headers
        assert {name: headers[name] for name in ALWAYS} == ALWAYS


def test_the_policy_lets_nothing_unsafe_in() -> None:
    assert "unsafe" not in POLICY
    assert "data:" not in POLICY
    assert "*" not in POLICY
    assert POLICY.startswith("default-src 'none'")


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_nothing_that_changes_something_is_done_by_get(by_role: dict[str, TestClient], page: Page) -> None:
    twins = {p.path for p in PAGES if not p.post}
    if page.post and page.path not in twins:
        assert by_role["analyst"].get(path_of(page)).status_code == 405


@pytest.mark.parametrize("page", [p for p in PAGES if p.post], ids=lambda p: p.path)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {},
    ],
    ids=str,
)
def test_what_another_site_sends_changes_nothing(read_desk: AtWork, page: Page, headers: dict[str, str]) -> None:
    client = read_desk.client()
    del client.headers["sec-fetch-site"]
    assert client.post(path_of(page), data={}, headers=headers).status_code == 403


def test_an_old_browser_is_told_by_its_origin(read_desk: AtWork) -> None:
    client = read_desk.client()
    del client.headers["sec-fetch-site"]
    answer = client.post("/language", data={"language": "en"}, headers={"origin": "http://testserver"})
    assert answer.status_code == 303


def test_a_name_that_is_not_ours_is_not_answered(read_desk: AtWork) -> None:
    answer = read_desk.client().get("/signin", headers={"host": "rebound.example"})
    assert answer.status_code == 400
    assert answer.headers["content-security-policy"] == POLICY


def test_a_body_that_no_form_of_ours_has_is_refused(read_desk: AtWork) -> None:
    answer = read_desk.client().post("/signin", data={"name": "x" * 70_000})
    assert (answer.status_code, answer.headers["content-security-policy"]) == (413, POLICY)
    assert "内容过大" in answer.text
    streamed = read_desk.client().post("/signin", content=iter([b"name="] + [b"x" * 1000] * 80))
    assert streamed.status_code == 413
    client = read_desk.signed_in_as_reader
    assert client.post("/account/likes", json={"a": 1}).status_code == 400


def test_an_unknown_path_is_a_page_with_the_same_headers(read_desk: AtWork) -> None:
    answer = read_desk.client().get("/../../etc/passwd")
    assert answer.status_code == 404
    assert answer.headers["content-security-policy"] == POLICY


def test_an_error_has_a_number_that_stands_in_the_log(
    read_desk: AtWork, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("<script>secret</script>")

    monkeypatch.setattr("lookalike.store.queue.page", broken)
    answer = read_desk.signed_in_as_reader.get("/leads")
    number = re.search(r"E_[0-9a-f]{8}", answer.text)
    assert answer.status_code == 500
    assert number is not None
    assert number[0] in caplog.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"] == POLICY
