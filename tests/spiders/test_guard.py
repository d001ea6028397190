from __future__ import annotations

import asyncio

import pytest

from spiders.guard import Guard, port_allowed
from spiders.hosting.dns import Resolution
from spiders.options import Options
from spiders.refusal import Refused


def a_guard(answers: dict[str, tuple[str, ...]], **options) -> Guard:
    async def addresses(host: str) -> Resolution:
        found = answers.get(host, ())
        return Resolution("ok" if found else "nxdomain", found)

    return Guard(Options(**options), addresses)


def refused(guard: Guard, url: str) -> str:
    with pytest.raises(Refused) as caught:
        asyncio.run(guard.check(url))
    return caught.value.code


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "①②⑦.⓪.⓪.①",
        "[::1]",
        "169.254.169.254",
        "100.100.100.200",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::ffff:10.0.0.1]",
    ],
)
def test_no_spelling_of_an_inside_address_passes(host) -> None:
    assert refused(a_guard({}), f"http://{host}/") == "E_NET_PRIVATE"


def test_one_private_address_among_public_ones_refuses_the_whole_name() -> None:
    assert refused(a_guard({"a.example": ("8.8.8.8", "10.0.0.1")}), "http://a.example/") == "E_NET_PRIVATE"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("file:///etc/passwd", "E_SCHEME"),
        ("ftp://a.example/", "E_SCHEME"),
        ("javascript:alert(1)", "E_SCHEME"),
        ("http://a.example:22/", "E_PORT"),
        ("http://a.example:25/", "E_PORT"),
        ("http://a.example:6379/", "E_PORT"),
        ("http://a.example:99999/", "E_HOST"),
        ("http://[::1", "E_HOST"),
        ("http:///x", "E_HOST"),
        ("http://" + "a" * 300 + ".example/", "E_HOST"),
        ("http://gone.example/", "E_DNS"),
    ],
)
def test_what_is_no_website_is_refused_with_its_code(url, code) -> None:
    assert refused(a_guard({"a.example": ("8.8.8.8",)}), url) == code


def test_the_reason_names_the_host_and_the_address() -> None:
    guard = a_guard({"a.example": ("10.1.2.3",)})
    with pytest.raises(Refused, match=r"a\.example 解析到内网/保留地址 10\.1\.2\.3"):
        asyncio.run(guard.check("http://a.example/"))


def test_a_range_opens_exactly_the_networks_that_it_names() -> None:
    guard = a_guard({"a.example": ("192.0.2.7",), "b.example": ("10.0.0.1",)}, allow_networks=("192.0.2.0/24",))
    assert asyncio.run(guard.check("http://a.example/")).addresses == ("192.0.2.7",)
    assert refused(guard, "http://b.example/") == "E_NET_PRIVATE"


def test_an_unresolved_name_is_left_to_the_proxy_only_where_the_settings_say_so() -> None:
    assert refused(a_guard({}, proxy="http://127.0.0.1:1"), "http://a.example/") == "E_DNS"
    guard = a_guard({}, proxy="http://127.0.0.1:1", proxy_resolves=True)
    assert asyncio.run(guard.check("http://a.example/")).addresses == ()


@pytest.mark.parametrize("port", [80, 443, 81, 88, 8080, 8081, 8443, 18000, 28800, 30479, 20082])
def test_the_odd_ports_on_which_genuine_platforms_live_are_allowed(port) -> None:
    assert port_allowed(port)
