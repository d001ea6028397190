"""The WHOIS client against a server on loopback, in all its moods, and the way to real registries."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

import pytest

from spiders.hosting import registries
from spiders.hosting.dns import Resolution
from spiders.hosting.whois import MAX_ANSWER, WhoisClient
from spiders.options import Options

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
RECORD = b"Domain Name: ZS.COM\r\nRegistrar: R Ltd\r\nCreation Date: 2026-02-01T00:00:00Z\r\nName Server: NS1.X.COM\r\n"


async def nowhere(host):
    return Resolution("nxdomain", detail=host)


def lookup(text_server, reply, domain="zs.com", timeout=0.5):
    async def run():
        async with text_server(reply) as server:
            options = Options(whois=server.address, now=NOW, whois_timeout=timeout)
            return await WhoisClient(options, nowhere).lookup(domain), server

    return asyncio.run(run())


def test_an_answer_is_asked_for_by_one_line_and_kept_as_it_came(text_server):
    async def reply(_, writer):
        writer.write(RECORD)

    (fact, raw), server = lookup(text_server, reply)
    assert server.requests == [b"zs.com\r\n"]
    assert raw == RECORD
    assert (fact.state, fact.observed_at, fact.origin) == ("ok", NOW, f"whois:{server.address}")
    assert fact.value.registrar == "R Ltd"


def test_an_answer_without_end_is_cut_and_still_read(text_server):
    async def reply(_, writer):
        writer.write(RECORD)
        while True:
            writer.write(b"x" * 8192 + b"\n")
            await writer.drain()

    (fact, raw), _ = lookup(text_server, reply, timeout=5)
    assert len(raw) == MAX_ANSWER
    assert fact.value.registered


@pytest.mark.parametrize("drip", [False, True])
def test_a_server_that_is_silent_or_drips_costs_no_more_than_the_timeout(text_server, drip):
    async def reply(_, writer):
        while True:
            if drip:
                writer.write(b"x")
            await asyncio.sleep(0.1)

    began = time.monotonic()
    (fact, raw), _ = lookup(text_server, reply)
    assert (fact.state, raw) == ("failed", b"")
    assert fact.why.startswith("E_TIMEOUT")
    assert time.monotonic() - began < 2


def test_rate_limit_and_empty_answer_are_no_answers(text_server):
    async def limited(_, writer):
        writer.write(b"Query rate limit exceeded\r\n")

    async def empty(*_):
        return

    (refused, raw), _ = lookup(text_server, limited)
    (failed, _), _ = lookup(text_server, empty)
    assert (refused.state, refused.value, failed.state) == ("refused", None, "failed")
    assert raw == b"Query rate limit exceeded\r\n"


@pytest.mark.parametrize("server", ["127.0.0.1:9", "127.0.0.1:x", "[::1"])
def test_a_server_that_cannot_be_reached_is_a_failure_with_a_reason(server):
    options = Options(whois=server, now=NOW, whois_timeout=0.5)
    fact, raw = asyncio.run(WhoisClient(options, nowhere).lookup("zs.com"))
    assert (fact.state, raw) == ("failed", b"")
    assert fact.why.startswith("E_CONNECT")


def with_registries(monkeypatch, text_server, answers, where=("127.0.0.1",), allow=("127.0.0.0/8",)):
    """A client without a fixed server; every server's name resolves to ``where``, port 43 is moved to loopback."""

    async def run():
        async def reply(request, writer):
            writer.write(answers[len(server.requests) - 1])

        async def resolve(host):
            asked.append(host)
            return Resolution("ok", where)

        async with text_server(reply) as server:
            monkeypatch.setattr(registries, "PORT", server.port)
            options = Options(now=NOW, whois_timeout=1, allow_networks=allow)
            return await WhoisClient(options, resolve).lookup("zs.com"), server.requests, asked

    asked: list[str] = []
    return asyncio.run(run())


def test_a_thin_registry_is_followed_once_by_its_registrar(monkeypatch, text_server):
    thin = RECORD + b"Registrar WHOIS Server: whois.r.example\r\n"
    thick = (
        RECORD.replace(b"2026", b"1999")
        + b"Registrant Organization: Some Co\r\nRegistrar WHOIS Server: again.example\r\n"
    )
    (fact, raw), requests, asked = with_registries(monkeypatch, text_server, [thin, thick])
    assert asked == ["whois.verisign-grs.com", "whois.r.example"]
    assert requests == [b"domain zs.com\r\n", b"zs.com\r\n"]
    assert (fact.value.registrant, fact.value.created.year) == ("Some Co", 2026)
    assert fact.origin == "whois:whois.verisign-grs.com,whois.r.example"
    assert thin in raw
    assert thick in raw


def test_a_server_that_resolves_inside_is_not_connected_to(monkeypatch, text_server):
    (fact, _), requests, _ = with_registries(monkeypatch, text_server, [RECORD], where=("127.0.0.1",), allow=())
    assert (fact.state, requests) == ("failed", [])
    assert "E_NET_PRIVATE" in fact.why


def test_the_registrars_silence_leaves_the_registrys_word(monkeypatch, text_server):
    thin = RECORD + b"Registrar WHOIS Server: whois.r.example\r\n"
    (fact, _), _, _ = with_registries(monkeypatch, text_server, [thin, b""])
    assert (fact.state, fact.value.registrar) == ("ok", "R Ltd")


@pytest.mark.parametrize(
    ("tld", "server"),
    [
        ("cn", "whois.cnnic.cn"),
        ("xn--fiqs8s", "cwhois.cnnic.cn"),
        ("com", "whois.verisign-grs.com"),
        ("hk", "whois.hkirc.hk"),
        ("ru", "whois.tcinet.ru"),
        ("vip", "whois.dnrs.godaddy"),
        ("hr", "whois.dns.hr"),
    ],
)
def test_servers_of_registries_are_known_without_asking(tld, server):
    assert registries.known_server(tld) == server


@pytest.mark.parametrize("tld", ["madrid", "example-top", "kim"])
def test_an_unknown_top_level_domain_is_left_to_iana(tld):
    assert registries.known_server(tld) is None


def test_ianas_answer_names_the_server():
    assert registries.server_in("domain: KIM\nwhois:        whois.nic.kim\nstatus: ACTIVE\n") == "whois.nic.kim"
    assert registries.server_in("domain: X\nwhois:\nstatus: ACTIVE\n") is None
