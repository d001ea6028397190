from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.redirects import by_page, by_status, resolve

BASE = "http://front.example/a/b"


def test_a_302_leads_to_its_location_without_the_fragment() -> None:
    onward = by_status(302, "../c?x=1#top", BASE)
    assert onward is not None
    assert (onward.url, onward.via) == ("http://front.example/c?x=1", "http")


@pytest.mark.parametrize("location", ["http://[::1", "http://a:99999999/", "http://" + "a" * 5000])
def test_a_location_that_is_no_address_raises_value_error(location) -> None:
    with pytest.raises(ValueError):
        by_status(302, location, BASE)


@pytest.mark.parametrize(
    ("page", "via"),
    [
        ("<meta http-equiv='refresh' content='0; url=http://t.example/x'>", "meta"),
        ('<META content="3;URL=&quot;http://t.example/x&quot;" http-equiv=refresh>', "meta"),
        ("<script>window.location.href='http://t.example/x';</script>", "script"),
        ('<script>setTimeout(function(){top.location.replace("http://t.example/x")},5000)</script>', "script"),
        ("<script>location = 'http://t.ex' + 'ample/' + \"x\"</script>请稍候", "script"),
        (r"<script>location.assign('http:\/\/t.example\/x')</script>", "script"),
    ],
)
def test_a_page_that_is_only_a_front_leads_on(page, via) -> None:
    onward = by_page(page, BASE)
    assert onward is not None
    assert (onward.url, onward.via) == ("http://t.example/x", via)


def test_a_full_page_with_a_button_that_navigates_is_no_front() -> None:
    page = "<script>function go(){location.href='/login'}</script><p>" + "证书查询须知。" * 100 + "</p>"
    assert by_page(page, BASE) is None


def test_a_page_that_only_reloads_itself_leads_nowhere() -> None:
    assert by_page("<meta http-equiv=refresh content=30>", BASE) is None
    assert by_page("<meta http-equiv=refresh content='30;url='>", BASE) is None


def test_a_meta_refresh_to_a_script_url_is_reported_as_written() -> None:
    onward = by_page("<meta http-equiv=refresh content='0;url=javascript:alert(1)'>", BASE)
    assert onward is not None
    assert onward.url.startswith("javascript:")


def test_backslashes_lead_where_a_browser_would_go() -> None:
    assert resolve(BASE, "http:\\\\t.example\\x") == "http://t.example/x"


@pytest.mark.parametrize("hostile", ["<meta " * 200_000, "<script>location=" + "'a'+" * 200_000, "<" * 1_000_000])
def test_hostile_markup_costs_linear_time(hostile) -> None:
    start = time.perf_counter()
    with contextlib.suppress(ValueError):
        by_page(hostile, BASE)
    assert time.perf_counter() - start < 15  # quadratic patterns took minutes on these, and the machine may be busy


@given(st.text(max_size=300))
def test_no_page_raises_anything_but_value_error(page) -> None:
    with contextlib.suppress(ValueError):
        by_page(page, BASE)
