"""How crawls end: what breaks is raised, nothing hangs, the guard's resolver is in force."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def run_script(body: str) -> subprocess.CompletedProcess[str]:
    script = "from lookalike.runner import *\nimport scrapy, asyncio\n" + textwrap.dedent(body)
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )


SPIDER = """
class Numbers(scrapy.Spider):
    name = "numbers"
    stop_taking = False
    async def start(self):
        for n in range(50):
            if self.stop_taking:
                return
            yield {"n": n}
"""


def test_a_store_that_breaks_ends_the_crawl_and_is_raised() -> None:
    done = run_script(
        SPIDER
        + """
async def sink(item):
    await asyncio.sleep(0.01)
    if item["n"] == 3:
        raise OSError("disk is gone")
run(lambda: crawl(Numbers, project_settings(LOG_ENABLED=False), sink))
"""
    )
    assert done.returncode == 1
    assert "OSError: disk is gone" in done.stderr


def test_what_a_spider_raises_is_told_and_not_only_logged() -> None:
    done = run_script(
        """
class Broken(scrapy.Spider):
    name = "broken"
    async def start(self):
        yield {"n": 1}
        raise ValueError("no more")
async def sink(item):
    pass
print(run(lambda: crawl(Broken, project_settings(LOG_ENABLED=False), sink)).failures)
"""
    )
    assert "no more" in done.stdout


def test_a_direct_connection_goes_to_the_address_that_our_name_server_gave(tmp_path) -> None:
    done = run_script(
        """
import asyncio, threading, http.server, socketserver, struct
from spiders.options import Options

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"<title>inside</title>")
    def log_message(self, *a): pass

class Name(socketserver.BaseRequestHandler):
    def handle(self):
        import dns.message, dns.rrset
        query = dns.message.from_wire(self.request[0])
        answer = dns.message.make_response(query)
        if query.question[0].rdtype == 1:
            answer.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", "127.0.0.9"))
        self.request[1].sendto(answer.to_wire(), self.client_address)

web = http.server.ThreadingHTTPServer(("127.0.0.9", 0), Page)
names = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Name)
for server in (web, names):
    threading.Thread(target=server.serve_forever, daemon=True).start()
port = web.server_port

def options(**more):
    return Options(nameservers=(f"127.0.0.1:{names.server_address[1]}",), delay=0, look_ups=False, ports=(port,), **more)

from spiders.site import SiteSpider
seen = []
async def sink(item):
    seen.append((item.outcome, item.pages[0].exchanges[0].ip, item.pages[0].error))
async def main():
    for o in (options(), options(allow_networks=("127.0.0.9/32",))):
        await crawl(SiteSpider, project_settings(LOOKALIKE_OPTIONS=o, LOG_ENABLED=False), sink, url=f"http://only.ours.example:{port}/")
run(main)
print(seen)
"""
    )
    assert "E_NET_PRIVATE" in done.stdout, done.stderr
    assert "('ok', '127.0.0.9', '')" in done.stdout
