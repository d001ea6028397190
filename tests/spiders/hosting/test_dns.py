"""The resolver against a real name server on loopback, in all its moods."""

from __future__ import annotations

import asyncio
import time

import pytest

from spiders.hosting.dns import Resolver, parse_server

ZONE = {
    ("cx.mem.example", "A"): ["203.0.113.10", "203.0.113.11"],
    ("cx.mem.example", "AAAA"): ["2001:db8::10"],
    ("cx.mem.example", "TXT"): ['"v=spf1 " "-all"', '"\\228\\189\\160"'],
    ("www.mem.example", "CNAME"): ["cdn.other.example."],
    ("cdn.other.example", "CNAME"): ["edge.other.example."],
    ("edge.other.example", "A"): ["203.0.113.20"],
    ("cdn.other.example", "NS"): ["ns.cdn.example."],
    ("mem.example", "NS"): ["NS1.dnspod.example.", "ns2.dnspod.example."],
    ("mem.example", "MX"): ["10 mail.mem.example."],
    ("loop.example", "CNAME"): ["pool.example."],
    ("pool.example", "CNAME"): ["loop.example."],
    ("self.example", "CNAME"): ["self.example."],
    ("empty.example", "TXT"): ["x"],
    ("half.example", "A"): ["203.0.113.30"],
    ("big.example", "A"): ["203.0.113.40"],
    ("odd.example", "A"): ["203.0.113.50"],
    ("dangling.example", "CNAME"): ["gone.example."],
}


def ask(dns_server, question, bad=None, servers=1, timeout=0.4):
    async def run():
        async with dns_server(ZONE, bad) as server, dns_server(ZONE) as second:
            names = (server.address, second.address)[:servers]
            return await question(Resolver(names, timeout)), server

    return asyncio.run(run())


def test_a_and_aaaa_are_asked_together(dns_server):
    found, _ = ask(dns_server, lambda r: r.addresses("cx.mem.example"))
    assert (found.state, set(found.addresses)) == ("ok", {"203.0.113.10", "203.0.113.11", "2001:db8::10"})
    assert found.addresses[-1] == "2001:db8::10"


def test_a_cname_chain_is_followed_over_several_answers(dns_server):
    found, _ = ask(dns_server, lambda r: r.addresses("www.mem.example"))
    assert found.addresses == ("203.0.113.20",)
    assert found.chain == ("cdn.other.example", "edge.other.example")


@pytest.mark.parametrize("host", ["loop.example", "self.example"])
def test_a_cname_loop_is_a_failure_and_not_an_answer(dns_server, host):
    found, _ = ask(dns_server, lambda r: r.addresses(host))
    assert (found.state, found.addresses) == ("servfail", ())
    assert "CNAME" in found.detail


@pytest.mark.parametrize(
    ("bad", "state"),
    [
        ("SERVFAIL", "servfail"),
        ("REFUSED", "refused"),
        ("timeout", "timeout"),
        ("garbage", "timeout"),
        ("other_id", "timeout"),
    ],
)
def test_a_bad_server_gives_its_own_state(dns_server, bad, state):
    found, _ = ask(dns_server, lambda r: r.addresses("cx.mem.example"), {"cx.mem.example": bad})
    assert (found.state, found.addresses) == (state, ())


def test_a_missing_name_is_told_from_a_name_without_address(dns_server):
    missing, _ = ask(dns_server, lambda r: r.addresses("no.example"))
    empty, _ = ask(dns_server, lambda r: r.addresses("empty.example"))
    assert (missing.state, empty.state, empty.addresses) == ("nxdomain", "ok", ())


def test_an_alias_to_a_missing_name_is_missing(dns_server):
    found, _ = ask(dns_server, lambda r: r.addresses("dangling.example"))
    assert found.state == "nxdomain"


def test_half_an_answer_is_an_answer_and_says_what_is_missing(dns_server):
    found, _ = ask(dns_server, lambda r: r.addresses("half.example"), {("half.example", "AAAA"): "timeout"})
    assert (found.state, found.addresses) == ("ok", ("203.0.113.30",))
    assert found.detail == "AAAA: timeout"


def test_a_cut_answer_is_asked_again_over_tcp(dns_server):
    found, server = ask(dns_server, lambda r: r.addresses("big.example"), {"big.example": "truncated"})
    assert found.addresses == ("203.0.113.40",)
    assert server.asked["big.example", "A", "tcp"] == 1


@pytest.mark.parametrize("bad", ["SERVFAIL", "REFUSED", "timeout"])
def test_the_second_server_answers_where_the_first_does_not(dns_server, bad):
    found, _ = ask(dns_server, lambda r: r.addresses("odd.example"), {"odd.example": bad}, servers=2)
    assert found.addresses == ("203.0.113.50",)


def test_an_address_is_answered_with_itself_and_asks_nobody(dns_server):
    found, server = ask(dns_server, lambda r: r.addresses("0x7f.1"))
    assert found.addresses == ("127.0.0.1",)
    assert not server.asked


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..b", "x." * 130 + "example"])
def test_an_impossible_name_does_not_exist(dns_server, host):
    found, _ = ask(dns_server, lambda r: r.addresses(host))
    assert found.state == "nxdomain"


def test_questions_in_flight_are_joined_and_answers_are_kept(dns_server):
    async def often(resolver):
        await asyncio.gather(*(resolver.addresses("cx.mem.example") for _ in range(50)))
        await resolver.addresses("cx.mem.example")
        return await resolver.addresses("no.example"), await resolver.addresses("no.example")

    _, server = ask(dns_server, often)
    assert set(server.asked.values()) == {1}


def test_a_cancelled_caller_does_not_take_the_answer_from_the_others(dns_server):
    async def two(resolver):
        first = asyncio.ensure_future(resolver.addresses("cx.mem.example"))
        second = asyncio.ensure_future(resolver.addresses("cx.mem.example"))
        await asyncio.sleep(0)
        first.cancel()
        return await second

    found, _ = ask(dns_server, two)
    assert found.state == "ok"


def test_three_hundred_hosts_at_once_are_answered(dns_server):
    async def run():
        zone = {(f"h{i}.example", "A"): [f"203.0.113.{i % 256}"] for i in range(300)}
        async with dns_server(zone) as server:
            resolver = Resolver((server.address,), 4.0)
            return await asyncio.gather(*(resolver.addresses(f"h{i}.example") for i in range(300)))

    began = time.monotonic()
    found = asyncio.run(run())
    assert {f.state for f in found} == {"ok"}
    assert time.monotonic() - began < 8


def test_facts_hold_every_type_and_the_domain_speaks_where_the_host_is_silent(dns_server):
    fact, server = ask(dns_server, lambda r: r.facts("cx.mem.example", "mem.example"))
    assert fact.state == "ok"
    assert fact.origin == f"dns:{server.address}"
    assert fact.value.records["TXT"] == ("v=spf1 -all", "你")
    assert fact.value.records["NS"] == ("ns1.dnspod.example", "ns2.dnspod.example")
    assert fact.value.records["MX"] == ("10 mail.mem.example",)
    assert fact.value.records["CNAME"] == ()


def test_name_servers_behind_an_alias_are_not_the_hosts(dns_server):
    fact, _ = ask(dns_server, lambda r: r.facts("www.mem.example", "mem.example"))
    assert fact.value.records["NS"] == ("ns1.dnspod.example", "ns2.dnspod.example")
    assert fact.value.records["CNAME"] == ("cdn.other.example",)
    assert fact.value.records["A"] == ("203.0.113.20",)


def test_a_missing_name_is_a_known_fact(dns_server):
    fact, _ = ask(dns_server, lambda r: r.facts("no.example", "no.example"))
    assert (fact.state, fact.value.rcode, fact.value.records["A"]) == ("ok", "NXDOMAIN", ())


def test_a_type_that_is_not_answered_is_missing_and_never_empty(dns_server):
    bad = {("cx.mem.example", "MX"): "timeout", ("cx.mem.example", "TXT"): "SERVFAIL"}
    fact, _ = ask(dns_server, lambda r: r.facts("cx.mem.example", "mem.example"), bad)
    assert fact.state == "ok"
    assert not {"MX", "TXT"} & set(fact.value.records)
    assert fact.value.errors == {"MX": "timeout", "TXT": "SERVFAIL"}


@pytest.mark.parametrize(
    ("bad", "state", "why"),
    [("timeout", "failed", "E_TIMEOUT"), ("SERVFAIL", "failed", "E_DNS"), ("REFUSED", "refused", "E_DNS")],
)
def test_when_nothing_is_answered_the_fact_says_why(dns_server, bad, state, why):
    fact, _ = ask(dns_server, lambda r: r.facts("cx.mem.example", "mem.example"), {"cx.mem.example": bad})
    assert fact.state == state
    assert fact.why.startswith(why)
    assert fact.value.records == {}


def test_a_server_that_is_not_there_is_a_failure():
    found = asyncio.run(Resolver(("127.0.0.1:9",), 0.4).addresses("cx.mem.example"))
    assert found.state in {"servfail", "timeout"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("9.9.9.9", "9.9.9.9"),
        ("127.0.0.1:5353", "127.0.0.1:5353"),
        ("[::1]:53", "[::1]"),
        ("2620:fe::fe", "[2620:fe::fe]"),
    ],
)
def test_name_servers_are_read_with_and_without_port(text, shown):
    assert str(parse_server(text)) == shown


@pytest.mark.parametrize("text", ["", "dns.example", "127.0.0.1:x", "127.0.0.1:0", "127.0.0.1:70000"])
def test_a_name_server_that_is_no_address_is_reported(text):
    with pytest.raises(ValueError, match="name server"):
        parse_server(text)
