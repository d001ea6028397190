"""A byte stream to one client, plain or with TLS made inside it; the proxy reads and writes only through this.

TLS runs on memory buffers, because whether a tunnel carries TLS is known only after its first byte was read.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct

_CHUNK = 65536
_LINGER = 0.5
_LINGER_BYTES = 1024 * 1024
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Gone(Exception):
    """The client left, or never said what was expected."""


class Wire:
    """A plain connection."""

    secure = False

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._buffer = bytearray()
        self.sent = 0
        """Bytes written so far, before encryption."""
        peer = writer.get_extra_info("peername")
        self.client_port: int = peer[1] if peer else 0

    @property
    def closed(self) -> bool:
        """Whether the client has left."""
        return self._writer.is_closing() or self._reader.at_eof()

    @property
    def streams(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """What it reads from and writes to, for the wire inside it."""
        return self._reader, self._writer

    async def first_byte(self) -> int:
        """The next byte, which stays unread. Raises Gone at the end."""
        if not self._buffer:
            self._buffer += await self._more()
        return self._buffer[0]

    def unread(self) -> bytes:
        """Take what has come and was not taken yet."""
        return self._take(len(self._buffer))

    async def until(self, mark: bytes, limit: int) -> bytes:
        """The bytes up to and with ``mark``. Raises Gone at the end, ValueError beyond ``limit`` bytes."""
        start = 0
        while (at := self._buffer.find(mark, start)) < 0:
            if len(self._buffer) > limit:
                raise ValueError("the request's head is too long")
            start = max(0, len(self._buffer) - len(mark) + 1)
            self._buffer += await self._more()
        return self._take(at + len(mark))

    async def skip(self, count: int) -> None:
        """Throw ``count`` bytes away. Raises Gone at the end."""
        while count > 0:
            if not self._buffer:
                self._buffer += await self._more()
            count -= len(self._take(min(count, len(self._buffer))))

    async def linger(self) -> None:
        """Read on for a moment before closing: unread bytes would turn the end into a reset, and eat the answer."""
        with contextlib.suppress(Gone, TimeoutError, OSError):
            if self._writer.can_write_eof() and not self.secure:
                self._writer.write_eof()
            async with asyncio.timeout(_LINGER):
                await self.skip(_LINGER_BYTES)

    def write(self, data: bytes) -> None:
        """Send, without waiting. Raises Gone when the client has left."""
        if self._writer.is_closing():
            raise Gone
        self.sent += len(data)
        self._send(data)

    async def drain(self) -> None:
        """Wait until the client has taken most of it. Raises Gone when it left."""
        try:
            await self._writer.drain()
        except (ConnectionError, OSError) as error:
            raise Gone from error

    async def close(self) -> None:
        """End the connection in order."""
        with contextlib.suppress(ConnectionError, OSError):
            self._writer.close()
            await self._writer.wait_closed()

    def reset(self) -> None:
        """End the connection by a TCP reset."""
        sock = self._writer.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self._writer.transport.abort()

    def _take(self, count: int) -> bytes:
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    async def _more(self) -> bytes:
        return await self._receive()

    async def _receive(self) -> bytes:
        try:
            data = await self._reader.read(_CHUNK)
        except (ConnectionError, OSError) as error:
            raise Gone from error
        if not data:
            raise Gone
        return data

    def _send(self, data: bytes) -> None:
        self._writer.write(data)


class TlsWire(Wire):
    """The server's side of TLS inside another wire, whose unread bytes are the client's first."""

    secure = True

    def __init__(self, inner: Wire, context: ssl.SSLContext) -> None:
        super().__init__(*inner.streams)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._incoming.write(inner.unread())
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    async def handshake(self) -> None:
        """Raises Gone when the client does not accept the certificate or speaks no TLS."""
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._incoming.write(await self._receive())
            except ssl.SSLError as error:
                self._flush()
                raise Gone from error
            else:
                self._flush()
                return

    async def _more(self) -> bytes:
        while True:
            try:
                data = self._tls.read(_CHUNK)
            except ssl.SSLWantReadError:
                self._flush()
                self._incoming.write(await self._receive())
                continue
            except ssl.SSLError as error:
                raise Gone from error
            if not data:
                raise Gone
            return data

    def _send(self, data: bytes) -> None:
        try:
            self._tls.write(data)
        except ssl.SSLError as error:
            raise Gone from error
        self._flush()

    async def close(self) -> None:
        """End TLS, then the connection, in order."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        self._flush()
        await super().close()

    def _flush(self) -> None:
        data = self._outgoing.read()
        if data and not self._writer.is_closing():
            self._writer.write(data)
