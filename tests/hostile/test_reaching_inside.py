"""H01-H10 (browser apart): hosts that point, redirect, rebind or trick their way to addresses inside.

Canaries listen on loopback, outside of the network that the guard lets through: nobody may ever come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from tests.hostile.conftest import Crawl, visit_all
from tests.hostile.servers import Ask, Canary, HostileWeb, Site, answer, canary, says

PAGE = "<html><title>证书查询</title><body>" + "<p>查询</p>" * 200
SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0",
    "0.0.0.0",
    "[::ffff:127.0.0.1]",
    "①②⑦.⓪.⓪.①",
    "localhost",
    "[::1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "169.254.169.254",
    "100.100.100.200",
]


def to(location: str) -> bytes:
    """A 302 with a page of its own."""
    return answer(PAGE, f"Location: {location}", status="302 Found")


def script(target: str) -> bytes:
    return answer(f"<script>location.href='{target}'</script>")


def meta(target: str) -> bytes:
    return answer(f"<meta http-equiv=refresh content='0;url={target}'>")


class Inside:
    """One crawl of everything that tries to get inside."""

    def __init__(self, web: HostileWeb, watched: Canary, watched6: Canary) -> None:
        self.web = web
        self.port = watched.port
        self.urls: dict[str, str] = {}
        for spelling in SPELLINGS:
            self.urls[spelling] = f"http://{spelling}:{watched6.port if '::1]' in spelling else self.port}/"
        inner = f"127.0.0.1:{self.port}"
        self.target = web.site(says(answer(PAGE)))
        self.add("302 loopback", to(f"http://{inner}/x"))
        self.add("302 metadata", to("http://169.254.169.254/latest/meta-data/"))
        self.add("302 private", to("http://10.0.0.1:8080/"))
        self.add("meta loopback", meta(f"http://{inner}/"))
        self.add("script loopback", script(f"http://{inner}/"))
        last = self.add("302 last", to(f"http://{inner}/end"))
        middle = self.add("302 middle", to(last.url))
        self.add("chain of three", to(middle.url))
        for scheme, target in {
            "file": "file:///etc/passwd",
            "data": "data:text/html,x",
            "ftp": f"ftp://{inner}/x",
            "javascript": "javascript:alert(1)",
            "gopher": f"gopher://{inner}/_x",
        }.items():
            self.add(f"302 {scheme}", to(target))
            self.add(f"meta {scheme}", meta(target))
        self.add("302 broken", to("http://[::1"))
        self.add("meta broken", meta("http://[::1"))
        self.add("302 long", to("http://a.example/" + "a" * 60_000))
        self.add("302 newline", to(f"http://{inner}/%0d%0aSet-Cookie:%20a=b"))
        self.add("302 port 22", to(self.target.url.rsplit(":", 1)[0] + ":22/"))
        self.add("302 port 6379", to(self.target.url.rsplit(":", 1)[0] + ":6379/"))
        self.add("302 credentials", to(f"http://a.example@{inner}/"))
        self.add("302 backslash", to(f"http:\\\\{inner}\\x"))
        self.add("302 wide dots", to(f"http://127。0。0。1:{self.port}/"))
        self.add("picture inside", answer(f"<title>x</title><img src='http://{inner}/qrcode.png' alt='二维码'>{PAGE}"))
        self.add("icon inside", answer(f"<link rel=icon href='http://{inner}/i.ico'>{PAGE}"))
        self.loop = self.add("loop", b"")
        self.hops: Site

        async def further(ask: Ask, wire: asyncio.StreamWriter) -> None:
            wire.write(to(f"/{ask.count}?{'n' * ask.count}"))
            await wire.drain()

        async def around(ask: Ask, wire: asyncio.StreamWriter) -> None:
            wire.write(to("/b" if ask.path == "/" else "/"))
            await wire.drain()

        self.urls["thousand hops"] = web.site(further).url
        self.urls["loop"] = web.site(around).url
        port = self.target.url.rsplit(":", 1)[1]
        here = self.target.url.split("//")[1].split(":")[0]
        self.names = web.names(
            {
                "mixed.example": [here, "10.0.0.1"],
                "inside.example": ["127.0.0.1"],
                "honest.example": [here],
            }
        )
        self.urls |= {
            "mixed": f"http://mixed.example:{port}",
            "name inside": f"http://inside.example:{self.port}/",
            "honest": f"http://honest.example:{port}",
        }

    def add(self, name: str, data: bytes) -> Site:
        site = self.web.site(says(data))
        self.urls[name] = site.url
        return site


@pytest.fixture(scope="module")
def inside(hostile_web: HostileWeb) -> Iterator[tuple[Inside, Crawl, dict[str, int]]]:
    with canary() as watched, canary("::1") as watched6:
        tried = Inside(hostile_web, watched, watched6)
        crawl = visit_all(
            list(tried.urls.values()),
            nameservers=[tried.names],
            env={"http_proxy": f"http://127.0.0.1:{watched.port}", "ALL_PROXY": f"http://127.0.0.1:{watched.port}"},
        )
        yield tried, crawl, {"v4": watched.touched, "v6": watched6.touched}


@pytest.fixture
def went(inside):
    """``went(name)``: the first page of what was tried."""
    tried, crawl, _ = inside

    def page(name: str) -> dict[str, Any]:
        return crawl.page(tried.urls[name])

    return page


def test_nothing_at_all_arrives_inside(inside) -> None:
    """H01, H02, H04, H09, H10: 0 packets at the canaries, by any spelling, name, redirect, page or proxy variable."""
    assert inside[2] == {"v4": 0, "v6": 0}


def test_the_crawl_goes_on_beside_what_is_refused(inside) -> None:
    """H01-H10: every address has a visit of its own that says what became of it."""
    tried, crawl, _ = inside
    assert crawl.failures == []
    assert set(crawl.visits) == set(tried.urls.values())
    assert crawl.visits[tried.urls["honest"]]["outcome"] == "ok"


@pytest.mark.parametrize("spelling", [s for s in SPELLINGS if s != "localhost"])
def test_each_spelling_of_an_address_inside_is_refused_with_its_class(went, spelling) -> None:
    """H01: the sentence names host, address and class; nothing was sent."""
    page = went(spelling)
    assert page["error"].startswith("E_NET_PRIVATE 拒绝访问：")
    assert "解析到内网/保留地址" in page["error"]
    assert page["exchanges"][0]["status"] is None


def test_localhost_is_refused_as_a_name(went) -> None:
    """H01: our name servers do not know it; the system's table of hosts is never asked."""
    assert went("localhost")["error"].startswith("E_DNS")


def test_a_name_that_lies_inside_is_refused(went) -> None:
    """H01: by name."""
    assert went("name inside")["error"] == (
        "E_NET_PRIVATE 拒绝访问：inside.example 解析到内网/保留地址 127.0.0.1（环回）"
    )


def test_one_private_address_refuses_the_whole_name(went) -> None:
    """H03: a mixed answer."""
    assert went("mixed")["error"].startswith("E_NET_PRIVATE 拒绝访问：mixed.example")


@pytest.mark.parametrize(
    "name",
    [
        "302 loopback",
        "302 metadata",
        "302 private",
        "meta loopback",
        "script loopback",
        "302 credentials",
        "302 backslash",
        "302 wide dots",
        "302 newline",
    ],
)
def test_a_redirect_inside_is_recorded_and_not_followed(inside, went, name) -> None:
    """H04: the hop and its target stay, the last hop is the refused one, the visit is partial."""
    page = went(name)
    assert page["hops"][0][1] in {200, 302}
    assert page["hops"][0][3]
    assert page["hops"][-1][4].startswith("E_NET_PRIVATE")
    tried, crawl, _ = inside
    assert crawl.visits[tried.urls[name]]["outcome"] == "partial"


def test_a_chain_keeps_every_hop_up_to_the_refused_one(went) -> None:
    """H04: three hops and the refusal."""
    hops = went("chain of three")["hops"]
    assert [hop[1] for hop in hops] == [302, 302, 302, None]
    assert hops[-1][4].startswith("E_NET_PRIVATE")


@pytest.mark.parametrize("scheme", ["file", "data", "ftp", "javascript", "gopher"])
@pytest.mark.parametrize("way", ["302", "meta"])
def test_a_redirect_to_another_scheme_keeps_the_page_and_says_so(went, scheme, way) -> None:
    """H05: the page that redirects is kept with its body."""
    page = went(f"{way} {scheme}")
    assert page["error"].startswith(f"E_SCHEME 不支持的跳转协议：{scheme}:")
    assert page["exchanges"][-1]["size"] > 0


@pytest.mark.parametrize("name", ["302 broken", "meta broken", "302 long"])
def test_a_redirect_that_is_no_address_keeps_the_response(went, name) -> None:
    """H06: a broken host, 60 kB of Location."""
    page = went(name)
    assert page["error"].startswith("E_BAD_REDIRECT 跳转地址无效")
    assert page["exchanges"][-1]["size"] > 0


def test_a_loop_of_redirects_ends_at_once(went) -> None:
    """H07: both hops are kept."""
    page = went("loop")
    assert page["error"].startswith("E_REDIRECT_LOOP 跳转循环")
    assert len(page["hops"]) == 2


def test_a_thousand_hops_end_at_ten(went) -> None:
    """H07: all that were made are kept."""
    page = went("thousand hops")
    assert page["error"].startswith("E_REDIRECT_LIMIT 跳转次数超过上限")
    assert len(page["hops"]) == 11


@pytest.mark.parametrize("port", [22, 6379])
def test_a_port_of_another_service_is_refused(went, port) -> None:
    """H09: ssh, redis."""
    assert went(f"302 port {port}")["error"] == f"E_PORT 拒绝访问：端口 {port} 不是网站端口"


def test_proxies_of_the_environment_are_ignored_with_a_warning(inside) -> None:
    """H10: they would lead around the guard; the warning stands once and names them."""
    assert inside[1].stderr.count("出口代理只由 LOOKALIKE_PROXY 设定") == 1
    assert "http_proxy" in inside[1].stderr


def test_a_name_that_moves_inside_between_two_looks_is_not_followed(hostile_web: HostileWeb) -> None:
    """H02: the address that was checked is the one that is connected to, and the one in the record."""
    site = hostile_web.site(says(answer(PAGE)))
    here, port = site.url.split("//")[1].rstrip("/").split(":")
    with canary() as watched:
        names = hostile_web.names(lambda _name, times: [here] if times == 1 else ["127.0.0.1"])
        url = f"http://rebind.example:{port}/"
        crawl = visit_all([url], nameservers=[names])
        assert {e["ip"] for p in crawl.visits[url]["pages"] for e in p["exchanges"]} == {here}
        assert crawl.visits[url]["outcome"] == "ok"
        assert watched.touched == 0
