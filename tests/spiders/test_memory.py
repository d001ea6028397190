"""What counts as the memory of a crawl."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
from scrapy.settings import Settings

from spiders.memory import ResidentMemory

MIB = 1024 * 1024
HEAVY = """
import subprocess, sys
held = bytearray(700 * 1024 * 1024)
held[::4096] = b"x" * len(held[::4096])
sys.exit(subprocess.run([sys.executable, "-c", sys.argv[1]]).returncode)
"""
CRAWL = """
import sys
from scrapy import Spider
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

class Idle(Spider):
    name = "idle"
    async def start(self):
        for _ in ():
            yield _

settings = Settings()
settings.setmodule("spiders.settings", priority="project")
settings.update({"MEMUSAGE_LIMIT_MB": 400, "LOG_ENABLED": False}, priority="cmdline")
process = CrawlerProcess(settings)
crawler = process.create_crawler(Idle)
process.crawl(crawler)
process.start()
print(crawler.stats.get_value("finish_reason"))
sys.exit(0 if crawler.stats.get_value("finish_reason") == "finished" else 7)
"""


def measure() -> int:
    crawler = SimpleNamespace(
        settings=Settings({"MEMUSAGE_ENABLED": True}),
        stats=None,
        signals=SimpleNamespace(connect=lambda *_, **__: None),
    )
    return ResidentMemory(crawler).get_virtual_size()  # type: ignore[arg-type]


def test_memory_that_was_given_back_is_not_counted() -> None:
    before = measure()
    held = bytearray(300 * MIB)
    held[::4096] = b"x" * len(held[::4096])
    while_held = measure()
    del held
    assert while_held - before > 250 * MIB
    assert measure() - before < 100 * MIB


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_crawl_started_by_a_large_process_is_not_ended_for_it() -> None:
    ran = subprocess.run([sys.executable, "-c", HEAVY, CRAWL], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, "finished"), ran.stderr


def test_a_crawl_that_holds_too_much_itself_is_ended() -> None:
    greedy = "held = bytearray(500 * 1024 * 1024)\nheld[::4096] = b'x' * len(held[::4096])\n" + CRAWL
    ran = subprocess.run([sys.executable, "-c", greedy], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (7, "memusage_exceeded"), ran.stderr
