"""Every path against every role: who manages does not judge, who judges does not manage, who audits changes nothing."""

from __future__ import annotations

from typing import get_args

import pytest
from starlette.testclient import TestClient

from lookalike.review.rights import APART, Right, Role, may
from lookalike.web.app import PAGES
from lookalike.web.pages import Page
from tests.lookalike.web.desk_at_work import AtWork
from tests.lookalike.web.test_every_route import ask

OF_ALL = {"anyone", "half", "signed_in"}
RIGHTFUL = [page for page in PAGES if page.scope not in OF_ALL]
AUDITORS_POSTS = {"/audit/check", "/audit/take"}
"""What the auditor sends: a check, and a table of the trail; both only add entries to it."""


@pytest.fixture(scope="module")
def staff(read_desk: AtWork) -> dict[Role, TestClient]:
    return {role: read_desk.signed_in(role) for role in get_args(Role)}


@pytest.mark.parametrize("role", get_args(Role))
def test_each_role_is_let_in_where_its_rights_reach_and_nowhere_else(staff: dict[Role, TestClient], role: Role) -> None:
    let_in = {(page.post, page.path) for page in RIGHTFUL if ask(staff[role], page).status_code != 403}
    assert let_in == {(page.post, page.path) for page in RIGHTFUL if may(role, page.scope)}


def posts(role: Role) -> set[str]:
    """What a role sends; paths for whoever reads leads ask their rules themselves."""
    return {page.path for page in RIGHTFUL if page.post and page.scope != "leads.read" and may(role, page.scope)}


def test_the_auditor_sends_nothing_but_checks_and_tables_of_the_trail() -> None:
    assert posts("auditor") == AUDITORS_POSTS


def test_the_administrator_neither_judges_nor_packs_nor_hands_over() -> None:
    scopes = {page.scope for page in RIGHTFUL if may("admin", page.scope)}
    assert scopes <= {"leads.read", "runs.read", "runs.control", "people.manage", "tokens.manage"}
    assert posts("admin") & (posts("analyst") | posts("rules") | posts("auditor")) == set()


def test_only_the_administrator_keeps_accounts_and_keys() -> None:
    kept: list[Page] = [page for page in RIGHTFUL if page.path.startswith(("/people", "/tokens"))]
    assert len(kept) > 10
    assert {role for role in get_args(Role) for page in kept if may(role, page.scope)} == {"admin"}


def test_every_right_that_is_kept_apart_has_a_page_or_is_done_elsewhere_on_purpose() -> None:
    with_pages: set[Right | str] = {page.scope for page in PAGES}
    assert set(APART) - with_pages <= {"rules.change"}
