"""The name server, asked by dnspython over UDP and TCP."""

from __future__ import annotations

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from lookalike.cyber_range.serve import RunningRange

HOST = "cx.mem.gov.cn.zs-cx.example-top"


def ask(smoke: RunningRange, name: str, kind: str, *, tcp: bool = False) -> dns.message.Message:
    host, port = smoke.env["LOOKALIKE_NAMESERVERS"].split(":")
    send = dns.query.tcp if tcp else dns.query.udp
    return send(dns.message.make_query(name, kind, use_edns=False), host, port=int(port), timeout=2)


def answers(message: dns.message.Message) -> list[str]:
    return sorted(rdata.to_text() for rrset in message.answer for rdata in rrset)


@pytest.mark.parametrize("tcp", [False, True])
@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        (HOST, "A", ["203.0.113.10"]),
        (HOST.upper() + ".", "AAAA", ["2001:db8::10"]),
        ("m.zs-cx.example-top", "A", ["203.0.113.10"]),
        (HOST, "MX", ["10 mx2.zs-cx.example-top.", "5 mx.zs-cx.example-top."]),
        (HOST, "TXT", ['"v=spf1 -all"']),
        (HOST, "CNAME", []),
        (HOST, "CAA", []),
        ("zs-cx.example-top", "NS", ["ns1.dnspod.net.", "ns2.dnspod.net."]),
        ("zs-cx.example-top", "A", []),
        ("gov.cn.zs-cx.example-top", "NS", []),
        ("kaozheng.example-top", "A", ["198.51.100.7", "edge.cdn-host.example."]),
    ],
)
def test_names_of_the_range_are_answered(
    smoke: RunningRange, name: str, kind: str, expected: list[str], tcp: bool
) -> None:
    message = ask(smoke, name, kind, tcp=tcp)
    assert message.rcode() == dns.rcode.NOERROR
    assert answers(message) == expected


@pytest.mark.parametrize(
    ("name", "rcode"),
    [
        ("nobody.example", dns.rcode.NXDOMAIN),
        ("www.zs-cx.example-top", dns.rcode.NXDOMAIN),
        ("xn--fiq228c.example-top", dns.rcode.NXDOMAIN),
        ("hostile.example-top", dns.rcode.SERVFAIL),
        ("refused.example-top", dns.rcode.REFUSED),
    ],
)
def test_other_names_are_refused_as_told(smoke: RunningRange, name: str, rcode: dns.rcode.Rcode) -> None:
    assert ask(smoke, name, "A").rcode() == rcode


def test_silence_is_silence_and_is_logged(smoke: RunningRange) -> None:
    host, port = smoke.env["LOOKALIKE_NAMESERVERS"].split(":")
    with pytest.raises(dns.exception.Timeout):
        dns.query.udp(dns.message.make_query("silent.example-top", "A"), host, port=int(port), timeout=0.2)
    assert [line["status"] for line in smoke.requests("dns") if line["host"] == "silent.example-top"] == ["timeout"]


def test_an_answer_too_long_for_udp_is_cut_and_comes_whole_over_tcp(smoke: RunningRange) -> None:
    cut = ask(smoke, "big.example-top", "TXT")
    assert cut.flags & dns.flags.TC
    assert len(answers(ask(smoke, "big.example-top", "TXT", tcp=True))) == 2


def test_the_time_to_live_is_the_folders(smoke: RunningRange) -> None:
    assert ask(smoke, HOST, "A").answer[0].ttl == 120
