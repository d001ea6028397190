"""A service of the operator's own may stand inside: for requests of interfaces alone, and never at link-local."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest

from spiders.guard import Guard
from spiders.guard_middleware import GuardMiddleware
from spiders.hosting.dns import Resolution
from spiders.options import Options
from spiders.refusal import Refused
from spiders.resolver import GuardedResolver

HOSTS = {"searx.intra": ("10.1.2.3",), "cloud.intra": ("169.254.169.254",), "public.example": ("1.2.3.4",)}


async def addresses(host: str) -> Resolution:
    return Resolution("ok", HOSTS.get(host, ()))


def middleware(**settings: Any) -> GuardMiddleware:
    options = Options(**settings)
    made = GuardMiddleware(options)
    made._guard = Guard(options, addresses)
    return made


def passed(made: GuardMiddleware, url: str, method: str = "GET", **meta: Any) -> Request:
    request = Request(url, method=method, meta=meta)
    asyncio.run(made.process_request(request))
    return request


def test_an_interface_inside_is_asked_directly_although_there_is_an_exit_proxy() -> None:
    made = middleware(proxy="http://127.0.0.1:3128")
    request = passed(made, "http://searx.intra:8080/search?q=a", lookalike_interface=True)
    assert "proxy" not in request.meta
    assert request.meta["lookalike_addresses"] == ("10.1.2.3",)


def test_an_interface_outside_goes_through_the_exit_proxy() -> None:
    made = middleware(proxy="http://127.0.0.1:3128")
    assert passed(made, "https://public.example/", lookalike_interface=True).meta["proxy"] == "http://127.0.0.1:3128"


def test_a_page_cannot_lead_to_the_same_service() -> None:
    made = middleware()
    passed(made, "http://searx.intra:8080/search", lookalike_interface=True)
    with pytest.raises(IgnoreRequest, match="E_NET_PRIVATE"):
        passed(made, "http://searx.intra:8080/search")


def test_not_even_an_interface_may_stand_where_clouds_keep_their_secrets() -> None:
    with pytest.raises(IgnoreRequest, match="E_NET_PRIVATE"):
        passed(middleware(), "http://cloud.intra/", lookalike_interface=True)


def test_only_an_interface_may_be_posted_to() -> None:
    passed(middleware(), "https://public.example/", "POST", lookalike_interface=True)
    with pytest.raises(IgnoreRequest, match="only GET"):
        passed(middleware(), "https://public.example/", "POST")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_nothing_else_is_ever_sent(method: str) -> None:
    with pytest.raises(IgnoreRequest, match="only GET"):
        passed(middleware(), "https://public.example/", method, lookalike_interface=True)


def test_what_connects_believes_only_hosts_that_an_interface_asked_for() -> None:
    made = middleware()
    resolver = GuardedResolver(None, made._guard)  # type: ignore[arg-type] # nothing is installed here
    with pytest.raises(Refused):
        asyncio.run(made._guard.check_host("searx.intra"))
    passed(made, "http://searx.intra/", lookalike_interface=True)
    assert asyncio.run(resolver._address("searx.intra")) == "10.1.2.3"
