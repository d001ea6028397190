"""A small HTTP client for look-ups: GET, bounded, guarded, through the exit proxy where one is set."""

from __future__ import annotations

import asyncio
import http.client
import io
import ssl
from dataclasses import dataclass
from email.message import Message
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
from cryptography import x509

from spiders import clock
from spiders.addresses import AllowList, parse_literal
from spiders.hosting.dns import Resolution
from spiders.hosting.rdap import MAX_ANSWER
from spiders.hosting.streams import connected, read_bounded
from spiders.hosting.tunnel import Streams, authority, proxy_address, tunnel
from spiders.hosting.whois import Resolve
from spiders.options import Options
from spiders.refusal import Refused
from spiders.request_log import looking_up

MAX_HOPS = 4
REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: the dates are then held against our own clock
DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class HttpGet:
    """``await get(url)`` gives ``(status, body, final URL)``; usable as ``rdap.Fetch``."""

    options: Options
    resolve: Resolve
    accept: str = "application/rdap+json, application/json"
    what: str = "rdap"
    """What is looked up, for the request log."""

    async def __call__(self, url: str) -> tuple[int, bytes, str]:
        """Redirects are followed within bounds. Raises ``OSError``, ``TimeoutError``, ``Refused``, ``ValueError``."""
        async with asyncio.timeout(self.options.whois_timeout):
            for _ in range(MAX_HOPS):
                status, location, body = await self._logged(url)
                if status not in REDIRECTS or not location:
                    return status, body, url
                url = urljoin(url, location)
            raise Refused("E_REDIRECT_LIMIT", url)

    async def _logged(self, url: str) -> tuple[int, str, bytes]:
        with looking_up(self.options, f"{self.what}:{urlsplit(url).path.rpartition('/')[2]}", "GET", url) as entry:
            entry.proxy = self.options.proxy
            status, location, body = await self._once(url)
            entry.status, entry.size = status, len(body)
        return status, location, body

    async def _once(self, url: str) -> tuple[int, str, bytes]:
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS:
            raise Refused("E_SCHEME", parts.scheme or url[:60])
        if not parts.hostname:
            raise Refused("E_HOST", url[:100])
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        address = await self._address(parts.hostname)
        if parts.scheme == "http" and self.options.proxy:
            async with connected(*proxy_address(self.options.proxy)) as streams:
                return await self._exchange(streams, parts, port, url)
        async with tunnel(parts.hostname, port, address, self.options.proxy) as streams:
            if parts.scheme == "https":
                await self._start_tls(streams[1], parts.hostname)
            return await self._exchange(streams, parts, port, parts._replace(scheme="", netloc="").geturl() or "/")

    async def _address(self, host: str) -> str:
        """The checked address; through a proxy, which resolves itself, only literal addresses are checked."""
        literal = parse_literal(host)
        if literal is not None:
            found = Resolution("ok", (literal,))
        elif self.options.proxy:
            return ""
        else:
            found = await self.resolve(host)
        if not found.addresses:
            raise Refused("E_DNS", f"{host} ({found.state})")
        allow = AllowList(self.options.allow_networks)
        for address in found.addresses:
            reason = allow.refusal(address)
            if reason is not None:
                raise Refused("E_NET_PRIVATE", f"{host} 解析到内网/保留地址 {address}（{reason}）")
        return found.addresses[0]

    async def _start_tls(self, writer: asyncio.StreamWriter, host: str) -> None:
        await writer.start_tls(_context(self.options), server_hostname=host)
        if self.options.now is not None:
            der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            leaf, now = x509.load_der_x509_certificate(der), clock.now(self.options)
            if not leaf.not_valid_before_utc <= now <= leaf.not_valid_after_utc:
                raise ssl.SSLCertVerificationError(f"{host}: certificate is not valid at {now.isoformat()}")

    async def _exchange(self, streams: Streams, parts: SplitResult, port: int, target: str) -> tuple[int, str, bytes]:
        reader, writer = streams
        host = parts.hostname or ""
        where = host if port == DEFAULT_PORTS[parts.scheme] else authority(host, port)
        agent = "lookalike" + (f" (+{self.options.user_agent_contact})" if self.options.user_agent_contact else "")
        head = f"GET {target} HTTP/1.1\r\nHost: {where}\r\nAccept: {self.accept}\r\nUser-Agent: {agent}\r\n"
        if any(ord(c) < 32 for c in target + where + agent):
            raise Refused("E_HOST", target[:100])
        writer.write((head + "Accept-Encoding: identity\r\nConnection: close\r\n\r\n").encode("utf-8"))
        await writer.drain()
        return await read_answer(reader)


@lru_cache(maxsize=4)
def _context(options: Options) -> ssl.SSLContext:
    """The trusted roots, loaded once: reading them costs more than a whole exchange."""
    context = ssl.create_default_context(cafile=certifi.where())
    if options.ca_file:
        context.load_verify_locations(options.ca_file)
    if options.now is not None:
        context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
    return context


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, str, bytes]:
    """Status, ``Location`` and at most ``MAX_ANSWER`` bytes of body; ``ConnectionError`` for what is no HTTP."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        status_line, _, rest = head.partition(b"\r\n")
        status = int(status_line.split(None, 2)[1])
        headers = http.client.parse_headers(io.BytesIO(rest))
        return status, headers.get("location", ""), await _body(reader, headers)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, http.client.HTTPException) as error:
        raise ConnectionError("broken HTTP answer") from error
    except (ValueError, IndexError) as error:
        raise ConnectionError("not an HTTP answer") from error


async def _body(reader: asyncio.StreamReader, headers: Message) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await _chunks(reader)
    length = headers.get("content-length", "")
    return await read_bounded(reader, min(int(length), MAX_ANSWER) if length.isdecimal() else MAX_ANSWER)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while len(body) < MAX_ANSWER:
        size = int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16)
        if size <= 0:
            break
        body += await reader.readexactly(min(size, MAX_ANSWER - len(body)))
        if len(body) < MAX_ANSWER:
            await reader.readexactly(2)
    return bytes(body)
