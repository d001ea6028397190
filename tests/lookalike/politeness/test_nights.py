"""Nights against an engine that refuses, forbids or changes: real crawls on a range, with a clock that is turned."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lookalike.cyber_range.serve import serve
from tests.lookalike.politeness.polite_range import PAGE, Nights, write_range

pytestmark = pytest.mark.slow

NOT_SENT = frozenset({"E_NET_PRIVATE", "E_PORT", "E_SCHEME", "E_HOST", "E_DNS", "E_CONNECT", "E_ROBOTS", "E_METHOD"})
"""Codes of requests that were refused, or never reached the range's web."""


@pytest.fixture
def nights(tmp_path: Path) -> Iterator[Callable[..., Nights]]:
    """``nights(engine=…, source=…, …)``: a range that is served from now on, and one home folder for all of them."""
    number = itertools.count()
    with ExitStack() as stack:

        def served(**content: str) -> Nights:
            running = stack.enter_context(serve(write_range(tmp_path / f"range-{next(number)}", **content)))
            return Nights(tmp_path / "home", running)

        yield served


def searches(nights: Nights) -> list[dict[str, Any]]:
    return [r for r in nights.asked() if r["path"] == "/search"]


def test_a_source_that_refuses_is_left_alone_longer_each_time_and_told_every_night(nights: Any) -> None:
    there = nights(engine="captcha_every = 1\n")
    first = there.run("2026-03-01T02:00:00+08:00")
    assert first["sources"]["bing"]["state"] == "blocked"
    assert first["sources"]["bing"]["blocked_until"] == "2026-03-01T08:00:00+08:00"
    assert [f["status"] for f in first["failed"]] == ["blocked"]
    assert len(searches(there)) == 1

    waiting = there.run("2026-03-01T07:59:00+08:00")
    assert waiting["sources"]["bing"]["state"] == "backing off"
    assert waiting["sources"]["bing"]["blocked_queries"] == 3
    assert "2026-03-01 08:00 之前不询问：已连续 1 次被拒（要求验证码" in waiting["failed"][0]["why"]
    assert len(searches(there)) == 1

    again = there.run("2026-03-01T08:00:00+08:00")
    assert again["sources"]["bing"]["blocked_until"] == "2026-03-01T20:00:00+08:00"
    assert len(searches(there)) == 2


def test_a_night_of_answers_lets_the_time_begin_anew(nights: Any) -> None:
    there = nights(engine="captcha_every = 2\n", source="")
    one = {"LOOKALIKE_QUERIES": "1"}
    states = [
        there.run(now, **one)["sources"]["bing"]["state"]
        for now in ("2026-03-01T02:00:00+08:00", "2026-03-02T02:00:00+08:00", "2026-03-03T02:00:00+08:00")
    ]
    assert states == ["ok", "blocked", "ok"]
    blocked = there.run("2026-03-04T02:00:00+08:00", **one)
    assert blocked["sources"]["bing"]["blocked_until"] == "2026-03-04T08:00:00+08:00"


def test_outside_its_hours_a_source_is_not_asked_and_nothing_has_failed(nights: Any) -> None:
    there = nights(source='hours = "22:00-06:00"\n')
    day = there.run("2026-03-01T12:00:00+08:00")
    assert day["sources"]["bing"]["state"] == "outside hours"
    assert day["failed"] == []
    assert [(n["source"], n["status"]) for n in day["notes"]] == [("bing", "outside hours")]
    assert searches(there) == []
    assert there.run("2026-03-01T22:30:00+08:00")["sources"]["bing"]["state"] == "ok"


def test_what_robots_txt_forbids_is_not_asked_and_told_as_that(nights: Any) -> None:
    there = nights(source="robots = true\n", robots="User-agent: lookalike\nDisallow: /search\n")
    told = there.run("2026-03-01T02:00:00+08:00")
    assert told["sources"]["bing"]["state"] == "robots"
    assert told["sources"]["bing"]["robots"] == 1
    assert told["failed"] == []
    assert [r["path"] for r in there.asked()] == ["/robots.txt"]
    log = [(line["reason"], line["status"], line["code"]) for line in there.logged()]
    assert sorted(log, key=str) == [("robots", 200, ""), ("search:bing", None, "E_ROBOTS")]


def test_what_robots_txt_allows_is_asked_under_the_sources_own_name_and_exit(nights: Any) -> None:
    there = nights(robots="User-agent: *\nDisallow: /account\n")
    proxy = there.running.env["LOOKALIKE_PROXY"]
    overlay = Path(there.running.env["LOOKALIKE_SEEDS"]) / "sources.toml"
    own = f'robots = true\nproxy = "{proxy}"\nuser_agent = "Unit/1.0"\n'
    overlay.write_text(overlay.read_text() + own)
    told = there.run("2026-03-01T02:00:00+08:00", LOOKALIKE_PROXY="")
    assert told["sources"]["bing"]["state"] == "ok"
    assert told["sources"]["bing"]["results"] > 0
    assert {r["user_agent"] for r in searches(there)} == {"Unit/1.0"}
    assert {line["proxy"] for line in there.logged()} == {proxy}


def test_our_log_and_the_ranges_agree_on_every_request(nights: Any) -> None:
    there = nights(engine='redirect_path = "/link"\nredirect_param = "url"\n')
    there.run("2026-03-01T02:00:00+08:00")
    ours = sorted((line["method"], line["url"], line["status"]) for line in there.logged())
    assert ours == sorted((r["method"], r["url"], r["status"]) for r in there.asked())
    assert {line["reason"] for line in there.logged()} == {"search:bing", "redirector:bing"}
    assert {line["run"] for line in there.logged()} == {1}


def test_a_changed_layout_fails_the_source_and_keeps_one_page_of_it(nights: Any) -> None:
    there = nights(template="<div>{% for r in results %}{{ r.title }}{% endfor %}")
    told = there.run("2026-03-01T02:00:00+08:00")
    bing = told["sources"]["bing"]
    assert (bing["state"], bing["unparsed"], bing["results"]) == ("suspect", 3, 0)
    assert [(a["level"], a["rule"], a["source"]) for a in told["alarms"]] == [("fail", "unparsed", "bing")]
    assert "3/3 页无法识别" in told["failed"][0]["why"]
    assert bing["raw_page"] in told["failed"][0]["why"]
    assert [str(f) for f in (there.home / "captures").rglob("*.zst")] == [bing["raw_page"]]


def test_an_engine_that_falls_silent_is_told_after_three_good_nights(nights: Any) -> None:
    there = nights()
    many = {"LOOKALIKE_QUERIES": "6"}
    for day in (1, 2, 3):
        good = there.run(f"2026-03-0{day}T02:00:00+08:00", **many)
        assert [a for a in good["alarms"] if a["source"]] == []
    none = "<title>x</title><ol id=b_results><li class=b_no><h1>没有与此相关的结果</h1></li></ol>"
    silent = nights(template=none).run("2026-03-04T02:00:00+08:00", **many)
    assert [(a["level"], a["rule"]) for a in silent["alarms"] if a["source"]] == [("fail", "silent")]
    assert [f["source"] for f in silent["failed"]] == ["bing"]
    assert "no_new_leads" in {a["rule"] for a in silent["alarms"]}


HOSTILE = """
indexed = true
[dns]
A = ["203.0.113.12"]
[[route]]
path = "/reset"
behaviour = "reset"
[[route]]
path = "/slow"
delay_s = 30.0
[[route]]
path = "/go"
redirect = "http://127.0.0.1:8080/"
"""


def test_of_a_whole_night_every_request_is_in_both_logs(tmp_path: Path) -> None:
    folder = write_range(tmp_path / "range")
    picture = "<img src=/qr.png alt=二维码 width=200 height=200>"
    for number, path in enumerate(("slow", "reset", "go")):
        host = folder / "hosts" / f"b{number}.example-top"
        host.mkdir()
        (host / "host.toml").write_text(HOSTILE, encoding="utf-8")
        link = f"<a href=/{path}>证书查询</a>"
        (host / "index.html").write_text(f'<meta charset="utf-8">{PAGE}{link}{picture}', encoding="utf-8")
    with serve(folder) as running:
        nights = Nights(tmp_path / "home", running, {"LOOKALIKE_BROWSER": "off", "LOOKALIKE_TIMEOUT": "5"})
        nights.whole("2026-03-01T02:00:00+08:00")
        theirs = Counter((r["method"], r["url"]) for r in nights.asked())
        logged = nights.logged()
    sent = [line for line in logged if line["method"] == "GET" and line["code"] not in NOT_SENT]
    assert Counter((line["method"], line["url"]) for line in sent) == theirs
    assert any("/reset" in url for _, url in theirs)
    refused = {(line["url"], line["code"]) for line in logged if line["code"] == "E_NET_PRIVATE"}
    assert refused == {("http://127.0.0.1:8080/", "E_NET_PRIVATE")}
    kinds = {line["reason"].partition(":")[0] for line in logged}
    assert {"search", "baseline", "visit", "favicon", "picture", "dns", "whois", "rdap", "tls"} <= kinds
