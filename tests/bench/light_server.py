"""A web of many plain sites that costs little processor: proxy, name server and WHOIS in one small process.

What a night meets and a range shows in full is left out (TLS, RDAP, redirects): refused at once, as a closed port.
``python light_server.py SITES DELAY FOLDER`` prints the settings as ``NAME=value`` lines, then ``ready``.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import sys
from pathlib import Path
from typing import cast

import uvloop

FAKES = 4
"""Every so manyth site is a copy of a form; the others are shops."""
ADDRESSES = 250
FORM = """<!doctype html><html><head><meta charset=utf-8><title>特种作业操作证及安全生产知识和管理能力考核合格信息查询平台</title>
<style>body{{background:#eef}} form{{margin:4em auto;width:40em}}</style></head><body><h1>信息查询</h1>
<form action="/q"><label>姓名</label><input name="xm"><label>证件号码</label><input name="zjhm"><input name="yzm"></form>
<p>主办单位：应急管理部 {n}</p></body></html>"""
PLAIN = """<!doctype html><html><head><meta charset=utf-8><title>第 {n} 家五金店</title></head><body><ul>{rows}</ul></body></html>"""
WHOIS = b"Domain Name: x\r\nRegistration Time: 2026-02-06 10:00:00\r\n"
REFUSED = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
A, IN, NS = 1, 1, 2


def host(n: int) -> str:
    """Name of site ``n``: each has an owner of its own, four or so share an address."""
    return f"cx-mem-gov{n:05}.example{n:05}.top" if n % FAKES == 0 else f"shop{n:05}.example{n:05}.com"


def pages(sites: int) -> dict[bytes, bytes]:
    """Whole answers by the address that a proxy is asked for: front pages of 1 to 12 KB, and icons."""
    dice = random.Random(7)
    found = {}
    for n in range(sites):
        rows = "".join(
            f"<li><a href='/n/{i}.html'>{i} 号螺丝刀与扳手 {n * i}</a></li>" for i in range(dice.randint(20, 200))
        )
        page = (PLAIN if n % FAKES else FORM).format(n=n, rows=rows).encode()
        found[f"http://{host(n)}/".encode()] = _answer(b"text/html", page)
        found[f"http://{host(n)}/favicon.ico".encode()] = _answer(b"image/x-icon", dice.randbytes(1200))
    return found


def _answer(kind: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(body), body)


class Web(asyncio.Protocol):
    """Absolute addresses, GET alone; a tunnel is refused."""

    def __init__(self, found: dict[bytes, bytes], delay: float) -> None:
        self._found, self._delay = found, delay
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own kind

    def data_received(self, data: bytes) -> None:
        self._head += data
        while b"\r\n\r\n" in self._head:
            head, _, self._head = self._head.partition(b"\r\n\r\n")
            method, address, _ = head.split(b" ", 2)
            if method == b"CONNECT":
                self._transport.write(REFUSED)
                self._transport.close()
                return
            later(self._delay, self._transport.write, self._found.get(address, NONE))


class Registry(asyncio.Protocol):
    """One answer for every name."""

    def __init__(self, delay: float) -> None:
        self._delay = delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own kind

    def data_received(self, _data: bytes) -> None:
        later(self._delay, self._transport.write, WHOIS)
        later(self._delay, self._transport.close)


class Names(asyncio.DatagramProtocol):
    """Every name stands at an address of its own number; other types have one name server, or no record (RFC 1035)."""

    def __init__(self, delay: float) -> None:
        self._delay = delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        end = data.index(b"\0", 12) + 5
        question, (kind,) = data[12:end], struct.unpack_from("!H", data, end - 4)
        record = b""
        if kind == A:
            digits = bytes(c for c in question[: question[0] + 1] if 48 <= c <= 57)
            record = bytes((198, 51, 100, int(digits or b"0") % ADDRESSES + 1))
        elif kind == NS:
            record = b"\3ns1\7example\3net\0"
        answers = struct.pack("!HHHIH", 0xC00C, kind, IN, 300, len(record)) + record if record else b""
        head = data[:2] + struct.pack("!HHHHH", 0x8180, 1, bool(record), 0, 0)
        later(self._delay, self._transport.sendto, head + question + answers, addr)


def later(delay: float, deed: object, *given: object) -> None:
    """Now where there is no delay."""
    if delay:
        asyncio.get_running_loop().call_later(delay, deed, *given)  # type: ignore[arg-type]
    else:
        deed(*given)  # type: ignore[operator]


async def serve(sites: int, delay: float, folder: Path) -> None:
    """Until stdin closes."""
    loop = asyncio.get_running_loop()
    found = pages(sites)
    web = await loop.create_server(lambda: Web(found, delay), "127.0.0.1", 0, backlog=1024)
    registry = await loop.create_server(lambda: Registry(delay), "127.0.0.1", 0, backlog=1024)
    names, _ = await loop.create_datagram_endpoint(lambda: Names(delay / 10), ("127.0.0.1", 0), family=socket.AF_INET)
    networks = folder / "ip2asn.tsv"
    networks.write_text("198.51.100.0\t198.51.100.255\t64496\tCN\tTEST\n", encoding="utf-8")
    (folder / "sites.txt").write_text("\n".join(f"http://{host(n)}/" for n in range(sites)), encoding="utf-8")
    told = {
        "LOOKALIKE_PROXY": f"http://127.0.0.1:{_port(web)}",
        "LOOKALIKE_PROXY_RESOLVES": "true",
        "LOOKALIKE_NAMESERVERS": f"127.0.0.1:{names.get_extra_info('sockname')[1]}",
        "LOOKALIKE_WHOIS": f"127.0.0.1:{_port(registry)}",
        "LOOKALIKE_NETWORKS": str(networks),
        "LOOKALIKE_NOW": "2026-03-01T02:00:00+08:00",
        "LOOKALIKE_ALLOW_NETWORKS": "198.51.100.0/24",
        "LOOKALIKE_DELAY": "0",
    }
    print(*(f"{name}={value}" for name, value in told.items()), "ready", sep="\n", flush=True)
    await asyncio.to_thread(sys.stdin.read)


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3])))
