"""Each hostile behaviour as a client meets it, and that none of them harms the others."""

from __future__ import annotations

import gzip
import http.client
import socket
import threading
import time
import zlib

import pytest

from lookalike.cyber_range.behaviours import BOMB_BYTES, NESTED, bomb
from lookalike.cyber_range.serve import RunningRange

from .conftest import Client

HOSTILE = "http://hostile.example-top"


def wait_for_log(smoke: RunningRange, path: str) -> dict[str, object]:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        found = [line for line in smoke.requests("http") if line["path"] == path]
        if found:
            return found[-1]
        time.sleep(0.02)
    raise AssertionError(f"{path} was never logged")


def test_reset_ends_the_connection_before_any_byte(client: Client) -> None:
    with pytest.raises(ConnectionResetError):
        client.get(f"{HOSTILE}/reset")


def test_reset_also_ends_a_tunnel(client: Client) -> None:
    with pytest.raises((ConnectionResetError, OSError)):
        client.get("https://hostile.example-top/reset")


def test_truncate_promises_more_than_it_sends(client: Client) -> None:
    with pytest.raises(http.client.IncompleteRead) as raised:
        client.get(f"{HOSTILE}/truncate")
    assert raised.value.partial == b"<title>cut</title>short"


def test_endless_goes_on_until_the_client_leaves_and_then_stops(client: Client, smoke: RunningRange) -> None:
    with socket.create_connection(client.address, timeout=5) as sock:
        sock.sendall(f"GET {HOSTILE}/endless HTTP/1.1\r\n\r\n".encode())
        got = 0
        while got < 3_000_000:
            got += len(sock.recv(65536))
    line = wait_for_log(smoke, "/endless")
    assert line["behaviour"] == "endless"
    assert isinstance(line["bytes"], int)
    assert line["bytes"] < 30_000_000


def test_the_gzip_bomb_unpacks_to_far_more_than_it_weighs() -> None:
    unpacker = zlib.decompressobj(wbits=31)
    size, packed = 0, bomb()
    assert len(packed) < 1_000_000
    data = unpacker.decompress(packed, 1 << 24)
    while data:
        size += len(data)
        data = unpacker.decompress(unpacker.unconsumed_tail, 1 << 24)
    assert unpacker.eof
    assert size == BOMB_BYTES


def test_the_gzip_bomb_is_sent_as_gzip(client: Client) -> None:
    got = client.get(f"{HOSTILE}/bomb")
    assert got.header("Content-Encoding") == "gzip"
    assert got.body == bomb()


def test_bad_gzip_cannot_be_unpacked(client: Client) -> None:
    got = client.get(f"{HOSTILE}/badgzip")
    assert got.header("Content-Encoding") == "gzip"
    with pytest.raises((OSError, EOFError, zlib.error)):
        gzip.decompress(got.body)


def test_bad_headers_hold_lines_that_are_no_headers(client: Client) -> None:
    got = client.raw(f"GET {HOSTILE}/headers HTTP/1.1\r\n\r\n".encode())
    head = got.partition(b"\r\n\r\n")[0]
    assert b"this line has no colon" in head
    assert b"\x00" in head
    assert b"Content-Length" not in head
    assert got.endswith(b"<title>odd</title>")


def test_deep_html_nests_before_its_content(client: Client) -> None:
    body = client.get(f"{HOSTILE}/deep").body
    assert body.count(b"<div>") == NESTED
    assert body.endswith("<p>深处的免考</p></body></html>".encode())


def test_loop_redirects_to_an_ever_new_address(client: Client) -> None:
    seen, url = [], "/loop"
    for _ in range(20):
        got = client.get(HOSTILE + url)
        assert got.status == 302
        url = got.header("Location")
        seen.append(url)
    assert len(set(seen)) == 20


def test_delay_comes_before_the_first_byte(client: Client) -> None:
    start = time.monotonic()
    assert client.get(f"{HOSTILE}/late").text == "late"
    assert time.monotonic() - start >= 0.3


def test_a_client_that_leaves_during_the_delay_is_logged_at_once(client: Client, smoke: RunningRange) -> None:
    with socket.create_connection(client.address, timeout=5) as sock:
        sock.sendall(f"GET {HOSTILE}/never HTTP/1.1\r\n\r\n".encode())
    assert wait_for_log(smoke, "/never")["status"] == 200


def test_drip_sends_at_its_pace(client: Client) -> None:
    start = time.monotonic()
    assert len(client.get(f"{HOSTILE}/drip").body) == 40
    assert 0.3 <= time.monotonic() - start < 2


def test_hostile_answers_do_not_starve_the_others(client: Client) -> None:
    stop = threading.Event()

    def drink() -> None:
        with socket.create_connection(client.address, timeout=5) as sock:
            sock.sendall(f"GET {HOSTILE}/endless HTTP/1.1\r\n\r\n".encode())
            while not stop.is_set():
                sock.recv(65536)

    threads = [threading.Thread(target=drink) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        start = time.monotonic()
        for _ in range(20):
            assert client.get("http://kaozheng.example-top/").status == 200
        assert time.monotonic() - start < 5
    finally:
        stop.set()
        for thread in threads:
            thread.join()
