"""Spiders of interfaces against one on loopback, with the project's own settings: guard, keys, refusals, redirects."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from seeds.model import Source
from spiders.sources.baidu_api import BaiduApiSpider
from spiders.sources.bing_api import BingApiSpider

KEY = "k3y-that-nobody-may-see"
DRIVER = """
import dataclasses, json, sys
from scrapy import signals
from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings
from importlib import import_module
from seeds.model import Source
from spiders.options import Options
from spiders.sources.base import SearchTask

settings = Settings()
settings.setmodule("spiders.settings", priority="project")
settings.update({"LOG_LEVEL": "DEBUG"}, priority="cmdline")
process = CrawlerProcess(settings)
running = []
for job in json.loads(sys.argv[1]):
    options = Options(delay=0, now="2026-03-01T02:00:00+08:00", searxng=job.get("searxng", ""))
    settings.set("LOOKALIKE_OPTIONS", options, priority="cmdline")
    module = import_module("spiders.sources." + job["spider"])
    spider = next(v for v in vars(module).values() if getattr(v, "name", "") == job["spider"])
    crawler = process.create_crawler(spider)
    items = []
    crawler.signals.connect(lambda item, items=items: items.append(item), signal=signals.item_scraped, weak=False)
    source = Source(id=job["spider"], spider=job["spider"], name="", kind="api", host=job.get("host", ""), path=job.get("path", ""))
    searches = [SearchTask(*t) for t in job["searches"]]
    process.crawl(crawler, source=source, scheme="http", searches=searches, pages=job.get("pages", 1))
    running.append(items)
process.start()
print("ITEMS " + json.dumps([[dataclasses.asdict(i) for i in items] for items in running], default=str))
"""


@dataclass
class Asked:
    """One request as the interface got it."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str


@dataclass
class Interface:
    """What it answers by path and query, and what it was asked."""

    host: str = ""
    answers: dict[tuple[str, str], tuple[int, dict[str, str], str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)


@dataclass
class Ran:
    """Everything that four crawls left."""

    interface: Interface
    items: list[list[dict[str, Any]]]
    output: str

    def to(self, path: str) -> list[Asked]:
        return [a for a in self.interface.asked if a.path == path]


@pytest.fixture(scope="module")
def interface() -> Iterator[Interface]:
    served = Interface()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {k.lower(): v for k, v in self.headers.items()}
            served.asked.append(Asked(self.command, parts.path, query, headers, body))
            words = query.get("q") or (json.loads(body)["messages"][0]["content"] if body else "")
            page = query.get("pageno") or query.get("offset") or ""
            status, more, text = served.answers.get((words, page), (404, {}, "{}"))
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **more}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.host = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


def searx(*urls: str, silent: tuple[tuple[str, str], ...] = ()) -> tuple[int, dict[str, str], str]:
    results = [{"url": u, "title": u, "content": "", "engines": ["bing"]} for u in urls]
    return 200, {}, json.dumps({"query": "a", "results": results, "unresponsive_engines": list(silent)})


@pytest.fixture(scope="module")
def ran(interface: Interface, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    found = {
        "_type": "SearchResponse",
        "webPages": {"totalEstimatedMatches": 60, "value": [{"name": "b", "url": "http://b.example/"}]},
    }
    interface.answers = {
        ("s", "1"): searx("http://s1.example/", silent=(("baidu", "CAPTCHA"),)),
        ("s", "2"): searx("http://s2.example/"),
        ("e", "1"): searx(silent=(("sogou", "timeout"),)),
        ("n", "1"): searx(),
        ("no json", "1"): (403, {"Content-Type": "text/html"}, "<title>403 Forbidden</title>"),
        ("b", "0"): (200, {}, json.dumps(found)),
        ("b", "50"): (200, {}, json.dumps(found)),
        ("echo", "0"): (200, {}, json.dumps({"error": {"message": f"the key {KEY} is used up"}})),
        ("wrong", "0"): (401, {}, json.dumps({"error": {"message": "Access denied"}})),
        ("away", "0"): (302, {"Location": f"http://{interface.host}/v7.0/search?q=b&offset=0"}, ""),
        ("百度", ""): (
            200,
            {},
            json.dumps({"references": [{"title": "t", "url": "http://c.example/", "type": "web"}]}),
        ),
    }
    at = f"http://{interface.host}"
    jobs = [
        {"spider": "searxng", "searxng": f"{at}/sx", "searches": [["s"], ["e"], ["n"]], "pages": 2},
        {"spider": "searxng", "searxng": at, "searches": [["no json"], ["s"]]},
        {"spider": "bing_api", "host": interface.host, "searches": [["b"], ["echo"], ["away"], ["wrong"], ["b"]], "pages": 3},
        {"spider": "baidu_api", "host": interface.host, "searches": [["百度"]]},
    ]  # fmt: skip
    environment = {
        "LOOKALIKE_BING_KEY": KEY,
        "LOOKALIKE_BAIDU_KEY": KEY,
        "PATH": "",
        "LOOKALIKE_HOME": str(tmp_path_factory.mktemp("home")),
    }
    command = [sys.executable, "-c", DRIVER, json.dumps(jobs)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    last = done.stdout.splitlines()[-1].removeprefix("ITEMS ")
    return Ran(interface, json.loads(last), done.stdout + done.stderr)


def test_a_searxng_inside_is_asked_page_by_page_at_its_own_path(ran: Ran) -> None:
    asked = [(a.query["q"], a.query["pageno"]) for a in ran.to("/sx/search")]
    assert asked == [("s", "1"), ("s", "2"), ("e", "1"), ("n", "1")]
    assert {a.query["format"] for a in ran.to("/sx/search")} == {"json"}
    assert {a.headers["accept"] for a in ran.to("/sx/search")} == {"application/json"}


def test_what_searxng_could_not_ask_stands_in_the_note_or_fails_the_search(ran: Ran) -> None:
    told = [(i["query"], i["page"], i["outcome"], i["note"]) for i in ran.items[0]]
    assert told == [
        ("s", 1, "results", "上游引擎没有回答：baidu (CAPTCHA)"),
        ("s", 2, "results", ""),
        ("e", 1, "failed", "上游引擎没有回答：sogou (timeout)"),
        ("n", 1, "none", ""),
    ]


def test_a_searxng_without_json_is_asked_once_and_says_what_to_change(ran: Ran) -> None:
    (item,) = ran.items[1]
    assert item["outcome"] == "failed"
    assert "search.formats" in item["note"]
    assert len(ran.to("/search")) == 1


def test_a_key_goes_in_the_header_that_the_interface_wants_and_its_address_has_none(ran: Ran) -> None:
    asked = ran.to("/v7.0/search")
    assert {a.headers["ocp-apim-subscription-key"] for a in asked} == {KEY}
    assert {a.headers.get("authorization") for a in asked} == {None}
    assert not any(KEY in a.path + json.dumps(a.query) for a in ran.interface.asked)


def test_positions_go_on_over_the_pages_of_an_interface(ran: Ran) -> None:
    found = [(i["page"], s["position"]) for i in ran.items[2] for s in i["sightings"]]
    assert found == [(1, 1), (2, 51)]


def test_a_redirect_is_not_followed_with_the_key(ran: Ran) -> None:
    item = next(i for i in ran.items[2] if i["query"] == "away")
    assert item["outcome"] == "failed"
    assert item["note"].startswith("redirected to")
    assert [a.query["q"] for a in ran.to("/v7.0/search")] == ["b", "b", "echo", "away", "wrong"]


def test_a_wrong_key_ends_the_questions_with_one_clear_line(ran: Ran) -> None:
    last = ran.items[2][-1]
    assert (last["query"], last["outcome"]) == ("wrong", "failed")
    assert last["note"] == "接口不认密钥：检查密钥和它所属的地址（HTTP 401：Access denied）"


def test_the_key_stands_in_nothing_that_is_kept_or_logged_even_when_it_is_echoed(ran: Ran) -> None:
    echoed = next(i for i in ran.items[2] if i["query"] == "echo")
    assert echoed["note"] == "接口报错：the key *** is used up"
    assert KEY not in ran.output


def test_baidus_interface_gets_the_words_in_a_post_body(ran: Ran) -> None:
    (asked,) = ran.to("/v2/ai_search/web_search")
    assert (asked.method, asked.query) == ("POST", {})
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    assert json.loads(asked.body) == {
        "messages": [{"role": "user", "content": "百度"}],
        "search_source": "baidu_search_v2",
        "resource_type_filter": [{"type": "web", "top_k": 50}],
    }
    assert [s["url"] for i in ran.items[3] for s in i["sightings"]] == ["http://c.example/"]


@pytest.mark.parametrize("spider", [BingApiSpider, BaiduApiSpider])
def test_without_its_key_a_spider_names_the_variable(
    spider: type[BingApiSpider], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(spider.key_name, raising=False)
    with pytest.raises(ValueError, match=f"export {spider.key_name}=") as error:
        spider(query="a")
    assert "\n" not in str(error.value)


def test_a_source_names_another_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_KEY", "x")
    source = Source(id="b", spider="bing_api", name="", key="OUR_KEY", host="search.example")
    assert BingApiSpider(query="a", source=source).search_url("a").startswith("https://search.example/v7.0/search?q=a")
