from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.page_urls import as_asked


@pytest.mark.parametrize(
    "url", ["http://A.example", "http://a.example/", "http://a.example/#top", "http://a.EXAMPLE#/q"]
)
def test_spellings_that_ask_a_server_for_the_same_are_one(url: str) -> None:
    assert as_asked(url) == "http://a.example/"


@pytest.mark.parametrize(
    "url", ["https://a.example/", "http://a.example:8080/", "http://a.example/?a=1", "http://a.example/A"]
)
def test_what_a_server_can_tell_apart_stays_apart(url: str) -> None:
    assert as_asked(url) != "http://a.example/"


@given(st.text())
def test_any_text_has_a_spelling_that_does_not_change_again(url: str) -> None:
    assert as_asked(as_asked(url)) == as_asked(url)
