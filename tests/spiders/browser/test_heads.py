"""Heads that the guard proxy reads and writes."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.browser.heads import BadHead, closing_response, host_and_port, parse_request, status_of


def test_what_concerns_one_connection_is_left_out_on_the_way() -> None:
    head = parse_request(
        b"GET http://u:p@a.example:8080/x?y=1#z HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Basic x\r\n"
        b"Upgrade: websocket\r\nConnection: keep-alive\r\nAccept: */*\r\n\r\n"
    )
    assert (
        head.onward(absolute=False)
        == b"GET /x?y=1 HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )
    assert head.onward(absolute=True).startswith(b"GET http://a.example:8080/x?y=1 HTTP/1.1\r\n")


def test_an_answer_closes_its_connection() -> None:
    assert closing_response(b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\n\r\n") == (
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
    )


@pytest.mark.parametrize(("authority", "found"), [("a.example:443", ("a.example", 443)), ("[::1]:80", ("::1", 80))])
def test_hosts_and_ports_of_tunnels_are_read(authority, found) -> None:
    assert host_and_port(authority) == found


@pytest.mark.parametrize("authority", ["a.example", ":443", "a:b", "a:999999", ""])
def test_what_names_no_tunnel_is_refused(authority) -> None:
    with pytest.raises(BadHead):
        host_and_port(authority)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_bad_head(data) -> None:
    for read in (parse_request, closing_response, status_of):
        with suppress(BadHead):
            read(data)
