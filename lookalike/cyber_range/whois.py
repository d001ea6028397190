"""The range's WHOIS server (RFC 3912): raw text for a registrable domain, or ``No match``, or it misbehaves."""

from __future__ import annotations

import asyncio
import contextlib
import random

from lookalike.cyber_range.log import RequestLog
from lookalike.cyber_range.names import plain
from lookalike.cyber_range.registry import Registry

_LONGEST_QUERY = 1024
_PATIENCE = 30.0
_LIMITED = b"Your connection limit exceeded. Please slow down and try again later.\r\n"


def asked_name(line: bytes) -> str:
    """The name in a query: ``zs-cx.top``, ``domain zs-cx.top``, ``=zs-cx.top``, ``-T dn,ace zs-cx.top``."""
    words = line.decode("utf-8", "replace").split()
    return plain(words[-1].lstrip("=")) if words else ""


class WhoisServer:
    """Answers one query a connection."""

    def __init__(self, registry: Registry, log: RequestLog) -> None:
        self._registry, self._log = registry, log

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one line, answer, close."""
        port = writer.get_extra_info("peername")[1]
        with contextlib.suppress(ConnectionError, TimeoutError, ValueError):
            async with asyncio.timeout(_PATIENCE):
                line = await reader.readline()
            if line.strip():
                await self._answer(asked_name(line[:_LONGEST_QUERY]), port, reader, writer)
        writer.close()

    async def _answer(self, name: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        facts = self._registry.whois(name)
        behaviour = facts.behaviour if facts else "ok"
        text = b""
        status: str = behaviour
        match behaviour:
            case "rate_limited":
                text = _LIMITED
            case "garbage":
                text = random.Random(name).randbytes(700)  # noqa: S311 - noise, the same for a name in every run
            case "ok" if facts is not None and facts.file is not None:
                text = facts.file.read_bytes()
            case "ok":
                text, status = f'No match for "{name.upper()}".\r\n'.encode(), "no match"
        self._log.write(
            "whois",
            method="WHOIS",
            url=f"whois:{name}",
            host=name,
            status=status,
            size=len(text),
            behaviour=behaviour,
            client_port=port,
        )
        if behaviour == "timeout":
            await reader.read()  # until the client has had enough
            return
        writer.write(text)
        await writer.drain()
