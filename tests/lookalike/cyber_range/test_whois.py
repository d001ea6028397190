"""The WHOIS server over a plain socket."""

from __future__ import annotations

import socket

import pytest

from lookalike.cyber_range.serve import RunningRange, serve
from lookalike.cyber_range.whois import asked_name


def ask(smoke: RunningRange, query: bytes, timeout: float = 3) -> bytes:
    host, port = smoke.env["LOOKALIKE_WHOIS"].split(":")
    with socket.create_connection((host, int(port)), timeout=timeout) as sock:
        sock.sendall(query)
        got = b""
        while part := sock.recv(4096):
            got += part
    return got


@pytest.mark.parametrize(
    "query",
    [
        b"zs-cx.example-top\r\n",
        b"zs-cx.example-top\n",
        b"domain ZS-CX.EXAMPLE-TOP\r\n",
        b"=zs-cx.example-top\r\n",
        b"-T dn,ace zs-cx.example-top\r\n",
        b"cx.mem.gov.cn.zs-cx.example-top\r\n",
    ],
)
def test_a_host_below_answers_for_its_registrable_domain(smoke: RunningRange, query: bytes) -> None:
    assert b"Creation Date: 2026-02-20" in ask(smoke, query)


def test_a_domain_that_nobody_told_of_is_no_match(smoke: RunningRange) -> None:
    assert ask(smoke, b"nobody.example\r\n").startswith(b'No match for "NOBODY.EXAMPLE".')


def test_whois_facts_without_a_file_are_no_match_too(write_range) -> None:
    with serve(write_range({"hosts/a.example/host.toml": "[whois]"})) as running:
        assert ask(running, b"a.example\r\n").startswith(b"No match")


def test_a_limited_server_says_so(smoke: RunningRange) -> None:
    assert b"limit exceeded" in ask(smoke, b"hostile.example-top\r\n")


def test_garbage_is_no_text_and_the_same_each_time(smoke: RunningRange) -> None:
    first = ask(smoke, b"refused.example-top\r\n")
    assert len(first) == 700
    assert first == ask(smoke, b"refused.example-top\r\n")
    with pytest.raises(UnicodeDecodeError):
        first.decode()


def test_a_silent_server_keeps_the_client_waiting(smoke: RunningRange) -> None:
    with pytest.raises(TimeoutError):
        ask(smoke, b"silent.example-top\r\n", timeout=0.3)


def test_names_outside_ascii_are_asked_in_punycode() -> None:
    assert asked_name("domain 例子.example\r\n".encode()) == "xn--fsqu00a.example"
    assert asked_name(b"\r\n") == ""
