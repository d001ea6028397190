"""RDAP answers, real and hostile, and the little HTTP client that fetches them."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.hosting import rdap
from spiders.hosting.dns import Resolution
from spiders.hosting.http_get import HttpGet
from spiders.options import Options
from spiders.refusal import Refused

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")


def card(*properties):
    return ["vcard", [["version", {}, "text", "4.0"], *([n, {}, "text", v] for n, v in properties)]]


def answer(**changes):
    base = {
        "objectClassName": "domain",
        "ldhName": "ZS-CX.TOP",
        "status": ["client transfer prohibited", "active"],
        "events": [
            {"eventAction": "registration", "eventDate": "2026-02-13T09:20:11Z"},
            {"eventAction": "expiration", "eventDate": "2027-02-13T09:20:11.5+08:00"},
            {"eventAction": "last update of RDAP database", "eventDate": "2026-03-01T00:00:00Z"},
        ],
        "nameservers": [{"ldhName": "NS1.DNSPOD.NET."}],
        "entities": [
            {"roles": ["registrar"], "handle": "1479", "vcardArray": card(("fn", "NameSilo, LLC"))},
            {"roles": ["registrant"], "vcardArray": card(("fn", "Nobody"), ("org", "Some Co"), ("email", "A@ZS.TOP"))},
        ],
    }
    return json.dumps(base | changes).encode()


def test_a_domain_object_is_read():
    facts = rdap.parse(answer())
    assert facts.created == datetime(2026, 2, 13, 9, 20, 11, tzinfo=UTC)
    assert (facts.expires.utcoffset().seconds, facts.updated) == (8 * 3600, None)
    assert (facts.registrar, facts.registrant, facts.email) == ("NameSilo, LLC", "Some Co", "a@zs.top")
    assert (facts.name_servers, facts.privacy) == (("ns1.dnspod.net",), False)
    assert facts.statuses == ("clientTransferProhibited", "active")


@pytest.mark.parametrize(
    ("entities", "redacted", "privacy"),
    [
        ([{"roles": ["registrant"], "vcardArray": card(("fn", ""))}], [], None),
        ([{"roles": ["registrant"], "remarks": [{"title": "REDACTED FOR PRIVACY"}]}], [], True),
        ([{"roles": ["registrant"], "vcardArray": card(("org", "Domains By Proxy, LLC"))}], [], True),
        ([], [{"name": {"description": "Registrant Name"}}], True),
        ([], [], None),
    ],
)
def test_hidden_and_unnamed_registrants_are_told_apart(entities, redacted, privacy):
    assert rdap.parse(answer(entities=entities, redacted=redacted)).privacy is privacy


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>",
        b"[]",
        b"[" * 100000,
        b'{"objectClassName": "ip network"}',
        b'{"objectClassName": ["domain"]}',
        b"\xff\xfe",
        b'{"a": ' + b"9" * 5000 + b"}",
        b"{}",
        b'{"errorCode": 500}',
    ],
)
def test_what_is_no_domain_object_is_reported_as_such(raw):
    with pytest.raises(rdap.NotADomain):
        rdap.parse(raw)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["events", "entities", "nameservers", "status", "redacted"]), JSON))
def test_fields_of_any_shape_do_not_break_the_reading(changes):
    assert rdap.parse(answer(**changes)).registered


def test_every_real_domain_object_is_read(real_data):
    read = {}
    for file in sorted((real_data / "whois" / "rdap").glob("*.json")):
        try:
            read[file.name] = rdap.parse(file.read_bytes())
        except rdap.NotADomain:
            assert "domain" not in file.name or "bootstrap" in file.name
    assert len(read) == 8
    assert all(facts.created and facts.registrar and facts.name_servers for facts in read.values())
    assert read["icann__home.moscow.json"].privacy is True


def lookup(status=200, body=b"", final="https://rdap.registry.example/domain/zs-cx.top", error=None):
    async def fetch(url):
        assert url == "https://rdap.org/domain/zs-cx.top"
        if error is not None:
            raise error
        return status, body, final

    return asyncio.run(rdap.lookup("zs-cx.top", Options(now=NOW), fetch))


def test_the_registrys_404_is_a_no_and_the_directorys_is_not():
    no, _ = lookup(404, b"{}")
    unknown, _ = lookup(404, b"{}", final="https://rdap.org/domain/zs-cx.top")
    assert (no.state, no.value.registered) == ("ok", False)
    assert (unknown.state, unknown.value) == ("unknown", None)


@pytest.mark.parametrize(
    ("given_", "state"),
    [
        ({"status": 429}, "refused"),
        ({"status": 403}, "refused"),
        ({"status": 503}, "failed"),
        ({"body": b"<html>"}, "failed"),
        ({"error": TimeoutError()}, "failed"),
        ({"error": ConnectionResetError()}, "failed"),
        ({"error": Refused("E_NET_PRIVATE", "x")}, "refused"),
    ],
)
def test_everything_else_is_unknown_with_a_reason(given_, state):
    fact, _ = lookup(**given_)
    assert (fact.state, fact.value) == (state, None)
    assert fact.why.startswith("E_")
    assert fact.observed_at == NOW


def get(
    text_server, replies, url="http://rdap.example/domain/a", where="127.0.0.1", allow=("127.0.0.0/8",), **settings
):
    async def run():
        async def reply(_, writer):
            writer.write(replies[len(server.requests) - 1])
            await writer.drain()

        async def resolve(host):
            return Resolution("ok", (where,)) if host != "gone.example" else Resolution("nxdomain")

        async with text_server(reply, first_line=False) as server:
            proxy = f"http://{server.address}" if settings.pop("proxied", False) else ""
            options = Options(now=NOW, whois_timeout=1, proxy=proxy, allow_networks=allow, **settings)
            return await HttpGet(options, resolve)(url.replace("PORT", str(server.port))), server.requests

    return asyncio.run(run())


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}trailing"


def test_a_plain_get_reads_just_the_body(text_server):
    (status, body, url), requests = get(text_server, [OK], "http://rdap.example:PORT/domain/a?x=1")
    assert (status, body) == (200, b"{}")
    assert url.endswith("?x=1")
    assert requests[0].startswith(b"GET /domain/a?x=1 HTTP/1.1\r\nHost: rdap.example:")


def test_chunks_are_put_together(text_server):
    chunked = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4;x=y\r\n":1}\r\n0\r\n\r\n'
    (_, body, _), _ = get(text_server, [chunked], "http://rdap.example:PORT/")
    assert body == b'{"a":1}'


def test_through_a_proxy_the_whole_address_is_asked_for(text_server):
    _, requests = get(text_server, [OK], proxied=True)
    assert requests[0].startswith(b"GET http://rdap.example/domain/a HTTP/1.1\r\nHost: rdap.example\r\n")


def test_redirects_are_followed_and_checked(text_server):
    moved = b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"
    (_, body, url), requests = get(text_server, [moved, OK], "http://rdap.example:PORT/a")
    assert (body, url.rpartition("/")[2], len(requests)) == (b"{}", "other", 2)


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("file:///etc/passwd", "E_SCHEME"),
        ("http://169.254.169.254/", "E_NET_PRIVATE"),
        ("http://0x7f.1/", "E_NET_PRIVATE"),
        ("http://gone.example/", "E_DNS"),
        ("/a", "E_REDIRECT_LIMIT"),
    ],
)
def test_redirects_to_where_nobody_may_go_are_refused(text_server, location, code):
    moved = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
    allow = ("127.0.0.5/32",) if "0x7f" in location else ("127.0.0.0/8",)
    where = "127.0.0.5" if "0x7f" in location else "127.0.0.1"
    proxied = "0x7f" in location
    with pytest.raises(Refused, match=code):
        get(text_server, [moved] * 9, "http://rdap.example:PORT/a", where, allow, proxied=proxied)


def test_a_service_inside_is_refused(text_server):
    with pytest.raises(Refused, match="E_NET_PRIVATE"):
        get(text_server, [OK], "http://rdap.example:PORT/", allow=())


@pytest.mark.parametrize(
    "raw",
    [
        b"SSH-2.0-x\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
)
def test_broken_answers_are_failures(text_server, raw):
    with pytest.raises(OSError, match=r"HTTP|answer"):
        get(text_server, [raw], "http://rdap.example:PORT/")
