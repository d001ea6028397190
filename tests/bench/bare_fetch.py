"""The limit: fetch a list of addresses through a proxy over bare sockets and throw the bytes away; prints seconds."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

AT_ONCE = 64


async def fetch(proxy: tuple[str, int], url: str) -> None:
    reader, writer = await asyncio.open_connection(*proxy)
    host = urlsplit(url).netloc
    writer.write(f"GET {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    while await reader.read(65536):
        pass
    writer.close()


async def fetch_all(proxy: tuple[str, int], urls: list[str]) -> None:
    queue = iter(urls)

    async def work() -> None:
        for url in queue:
            await fetch(proxy, url)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def main() -> None:
    at = urlsplit(sys.argv[1])
    urls = Path(sys.argv[2]).read_text(encoding="utf-8").split()
    began = time.perf_counter()
    asyncio.run(fetch_all((at.hostname or "", at.port or 0), urls))
    sys.stdout.write(f"{time.perf_counter() - began:.4f}\n")


if __name__ == "__main__":
    main()
