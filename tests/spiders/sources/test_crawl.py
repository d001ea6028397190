"""Spiders against an engine on loopback: real Scrapy in a process of its own, real sockets, nothing patched."""

import base64
import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy.exporters import JsonLinesItemExporter

from spiders.items import SerpItem

DRIVER = """
import dataclasses, json, sys
from scrapy import signals
from scrapy.crawler import CrawlerProcess
from importlib import import_module
from seeds.model import Source
from spiders.options import Options
from spiders.sources.base import SearchTask

settings = {
    "LOOKALIKE_OPTIONS": Options(delay=0, now="2026-03-01T02:00:00+08:00"),
    "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "LOG_LEVEL": "ERROR",
    "REDIRECT_ENABLED": False, "RETRY_ENABLED": False, "DOWNLOAD_TIMEOUT": 5,
}
process = CrawlerProcess(settings)
running = []
for job in json.loads(sys.argv[1]):
    module = import_module("spiders.sources." + job["spider"])
    spider = next(v for v in vars(module).values() if getattr(v, "name", "") == job["spider"])
    crawler = process.create_crawler(spider)
    items = []
    crawler.signals.connect(lambda item, items=items: items.append(item), signal=signals.item_scraped, weak=False)
    source = Source(id="here", spider=job["spider"], name="here", host=job["host"])
    arguments = {k: job[k] for k in ("query", "pages") if k in job}
    searches = [SearchTask(*t) for t in job.get("searches", ())]
    process.crawl(crawler, source=source, scheme="http", searches=searches, **arguments)
    running.append((crawler, items))
process.start()
for crawler, items in running:
    stats = {k: v for k, v in crawler.stats.get_stats().items() if k.startswith("lookalike/")}
    print(json.dumps({"items": [dataclasses.asdict(i) for i in items], "stats": stats}, default=str))
"""


Answer = tuple[list[dict[str, Any]], dict[str, int]]


@dataclass
class Engine:
    """A results page a query, and what its redirectors answer."""

    host: str = ""
    pages: dict[tuple[str, str], tuple[int, dict[str, str], str]] = field(default_factory=dict)
    """(query, offset) -> status, headers, html; a missing one is a server error."""
    links: dict[str, tuple[int, dict[str, str], str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    referers: dict[str, str] = field(default_factory=dict)

    def run(self, **job: Any) -> Answer:
        return self.run_all({"spider": "baidu", "host": self.host, **job})[0]

    def run_all(self, *jobs: dict[str, Any]) -> list[Answer]:
        command = [sys.executable, "-c", DRIVER, json.dumps(jobs)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr, done.stderr
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        return [(a["items"], a["stats"]) for a in answers]


@pytest.fixture
def engine() -> Iterator[Engine]:
    with serving() as served:
        yield served


@contextmanager
def serving() -> Iterator[Engine]:
    served = Engine()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            served.asked.append(self.path)
            served.referers[self.path] = self.headers.get("Referer", "")
            if parts.path == "/link":
                answer = served.links.get(query["url"], (404, {}, ""))
            else:
                offset = query.get("pn", "0")
                answer = served.pages.get((query.get("wd") or query.get("q", ""), offset), (500, {}, "broken"))
            status, headers, html = answer
            body = html.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def results(*links: str, ads: tuple[str, ...] = (), following: str = "") -> tuple[int, dict[str, str], str]:
    blocks = "".join(
        f'<div class="result c-container"><h3 class="t"><a href="{url}">标题{n}</a></h3><div class="c-abstract">摘要</div></div>'
        for n, url in enumerate(links)
    )
    paid = "".join(
        f'<div class="EC_result"><h3><a href="{url}">付费的{n}</a></h3><span>广告</span></div>'
        for n, url in enumerate(ads)
    )
    onward = f'<div id="page"><a class="n" href="{following}">下一页&gt;</a></div>' if following else ""
    return 200, {}, f'<title>a_百度搜索</title><div id="content_left">{paid}{blocks}</div>{onward}'


CAPTCHA = (302, {"Location": "https://wappass.baidu.com/static/captcha/?x=1"}, "")
NONE = (200, {}, '<div id="content_left"><div class="content_none">很抱歉，没有找到与“x”相关的网页。</div></div>')


def script(code: str) -> tuple[int, dict[str, str], str]:
    return 200, {}, f"<html><head><script>{code}</script></head><body></body></html>"


def test_a_search_with_two_pages_hidden_targets_and_ads(engine: Engine) -> None:
    engine.pages["电工 免考", "0"] = results(
        "/link?url=r302", "/link?url=meta", "/link?url=replace", "/link?url=parts", "http://shown.example/",
        ads=("/link?url=ad",), following="/s?wd=电工 免考&pn=10",
    )  # fmt: skip
    engine.pages["电工 免考", "10"] = results(
        "/link?url=r302", "/link?url=dead", "/link?url=video", "/jump/x", following="/s?wd=b&pn=20"
    )
    engine.links = {
        "r302": (302, {"Location": "http://a.example/x"}, ""),
        "meta": (200, {}, '<meta http-equiv="refresh" content="0;URL=\'http://b.example/\'">'),
        "replace": script('window.location.replace("http:\\/\\/c.example/")'),
        "parts": script("var url = ''; url += 'http://d.'; url += 'example/p'; window.location.href = url;"),
        "ad": (301, {"Location": "//paid.example/land"}, ""),
        "video": (302, {"Location": "https://haokan.baidu.com/search?q=1"}, ""),
    }
    items, stats = engine.run(query="电工 免考", pages=2)
    assert [(i["page"], i["outcome"]) for i in items] == [(1, "results"), (2, "results")]
    first = [(s["url"], s["paid"], s["position"]) for s in items[0]["sightings"]]
    assert first == [
        ("http://paid.example/land", True, 1),
        ("http://a.example/x", False, 1),
        ("http://b.example/", False, 2),
        ("http://c.example/", False, 3),
        ("http://d.example/p", False, 4),
        ("http://shown.example/", False, 5),
    ]
    second = [(s["url"], s["position"]) for s in items[1]["sightings"]]
    assert second == [("http://a.example/x", 11), (f"http://{engine.host}/link?url=dead", 12)]
    assert items[1]["note"] == "2 into the engine; 1 redirectors unresolved"
    assert items[1]["next_url"] == f"http://{engine.host}/s?wd=b&pn=20"
    assert {s["source"] for i in items for s in i["sightings"]} == {"here"}
    assert {str(i["seen_at"]) for i in items} == {"2026-03-01 02:00:00+08:00"}
    assert len(engine.asked) == len(set(engine.asked)), "a redirector was asked twice"
    assert all(engine.referers[a].endswith(("0", "%E5%85%8D%E8%80%83")) for a in engine.asked if a.startswith("/link"))
    wanted = {"pages": 2, "results": 7, "paid": 1, "redirects_resolved": 7, "redirects_unresolved": 2}
    assert stats == {f"lookalike/serp/baidu/{k}": v for k, v in wanted.items()}


def test_after_a_verification_page_nothing_more_is_asked_and_what_came_stays(engine: Engine) -> None:
    engine.pages = {
        ("a", "0"): results("http://a.example/"),
        ("b", "0"): CAPTCHA,
        ("c", "0"): results("http://c.example/"),
    }
    items, stats = engine.run(searches=[["a"], ["b"], ["c"]])
    assert [(i["query"], i["outcome"]) for i in items] == [("a", "results"), ("b", "captcha")]
    assert "wappass.baidu.com/static/captcha" in items[1]["note"]
    assert stats["lookalike/source/blocked"] == 1
    assert len(engine.asked) == 2


def test_none_unparsed_and_failed_are_three_things_and_the_search_goes_on(engine: Engine) -> None:
    engine.pages = {("a", "0"): NONE, ("b", "0"): (200, {}, "<div>新</div>"), ("d", "0"): results("http://d.example/")}
    items, stats = engine.run(searches=[["a"], ["b"], ["c"], ["d"]])
    assert [i["outcome"] for i in items] == ["none", "unparsed", "failed", "results"]
    assert items[1]["raw"] == str("<div>新</div>".encode())
    assert [i["raw"] for i in items if i["outcome"] != "unparsed"] == ["b''"] * 3
    assert items[2]["note"] == "HTTP 500"
    assert {k.rsplit("/", 1)[1]: v for k, v in stats.items()} == {
        "pages": 4,
        "none": 1,
        "unparsed": 1,
        "failed": 1,
        "results": 1,
        "paid": 0,
    }


@dataclass
class Small:
    """Four short crawls in one process: what each gave, and what the engine was asked."""

    asked: list[str]
    resumed: Answer
    moved: Answer
    empty: Answer
    unreachable: Answer


@pytest.fixture(scope="module")
def small() -> Small:
    with serving() as engine:
        engine.pages = {
            ("r", "20"): results("http://c.example/", following="/s?wd=r&pn=30"),
            ("m", "0"): (301, {"Location": "/s?wd=n"}, ""),
            ("n", "0"): results("http://a.example/"),
            ("e", "0"): (200, {"Set-Cookie": "QiHooGUID=1; path=/"}, ""),
        }
        host = engine.host
        answers = engine.run_all(
            {"spider": "baidu", "host": host, "searches": [["r", 3, f"http://{host}/s?wd=r&pn=20"]], "pages": 3},
            {"spider": "baidu", "host": host, "query": "m"},
            {"spider": "so360", "host": host, "query": "e"},
            {"spider": "baidu", "host": "127.0.0.1:9", "searches": [["a"], ["b"]]},
        )
        return Small(engine.asked, *answers)


def test_a_search_resumes_at_the_page_whose_address_is_known(small: Small) -> None:
    items, _ = small.resumed
    assert [(i["page"], i["sightings"][0]["position"]) for i in items] == [(3, 21)]
    assert [a for a in small.asked if "wd=r" in a] == ["/s?wd=r&pn=20"]


def test_an_engine_that_cannot_be_reached_is_a_failed_page(small: Small) -> None:
    items, stats = small.unreachable
    assert [(i["query"], i["outcome"]) for i in items] == [("a", "failed"), ("b", "failed")]
    assert "refused" in items[0]["note"].lower()
    assert stats["lookalike/serp/baidu/failed"] == 2


def test_the_same_search_at_another_address_is_followed(small: Small) -> None:
    items, _ = small.moved
    assert [(i["query"], i["outcome"]) for i in items] == [("m", "results")]


def test_360_is_asked_once_more_when_its_first_answer_is_empty(small: Small) -> None:
    items, _ = small.empty
    assert [i["outcome"] for i in items] == ["captcha"]
    assert [a for a in small.asked if "q=e" in a] == ["/s?q=e", "/s?q=e"]


def test_an_item_goes_into_a_feed_with_its_raw_page_as_text() -> None:
    out = io.BytesIO()
    exporter = JsonLinesItemExporter(out, encoding="utf-8", ensure_ascii=False)
    exporter.export_item(
        SerpItem("baidu", "免考", 1, "https://www.baidu.com/s?wd=a", "unparsed", raw="<div>新".encode())
    )
    exporter.finish_exporting()
    assert json.loads(out.getvalue())["raw"] == base64.b64encode("<div>新".encode()).decode()


@pytest.mark.parametrize("refusal", [(403, {}, "<p>Forbidden</p>"), (429, {}, "")])
def test_a_source_that_turns_us_away_is_asked_nothing_more(
    engine: Engine, refusal: tuple[int, dict[str, str], str]
) -> None:
    engine.pages = {
        ("a", "0"): results("http://a.example/"),
        ("b", "0"): refusal,
        ("c", "0"): results("http://c.example/"),
    }
    items, stats = engine.run(searches=[["a"], ["b"], ["c"]])
    assert [(i["query"], i["outcome"]) for i in items] == [("a", "results"), ("b", "blocked")]
    assert items[1]["note"].startswith(f"HTTP {refusal[0]}")
    assert len(engine.asked) == 2
    assert stats["lookalike/source/blocked"] == 1


def test_a_page_tells_when_it_was_asked_for_and_how_long_it_took(engine: Engine) -> None:
    engine.pages["a", "0"] = results("/link?url=dead")
    items, _ = engine.run(query="a")
    assert items[0]["asked_at"] == "2026-03-01 02:00:00+08:00"
    assert items[0]["seconds"] > 0
    assert items[0]["unresolved"] == 1
