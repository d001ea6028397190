"""The request log: whole lines, whatever pages choose and however the process ends."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.items import RenderedPage, RenderedRequest
from spiders.options import Options
from spiders.refusal import Refused
from spiders.request_log import Entry, RequestLog, fetching, log_for, looking_up, reason_of, resent, visiting
from spiders.request_rendered import log_rendered

NIGHT = datetime.fromisoformat("2026-03-01T23:30:00+08:00")


def an_entry(url: str = "http://a.example/", at: datetime = NIGHT, **more: Any) -> Entry:
    return Entry(at, "visit:a.example:desktop", "GET", url, **more)


def lines(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.glob("requests-*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="ascii").splitlines()]


@pytest.fixture
def logged(tmp_path: Path) -> Options:
    return Options(request_log=str(tmp_path), now=NIGHT, whois_timeout=0.2)


def test_a_line_says_when_why_as_whom_through_which_exit_and_what_came(tmp_path: Path) -> None:
    log = RequestLog(tmp_path)
    log.run = 7
    entry = log.begin(an_entry(client="desktop", proxy="http://u:p@127.0.0.1:3128", addresses=("192.0.2.1",)))
    entry.status, entry.size = 200, 512
    log.end(entry)
    (line,) = lines(tmp_path)
    assert line.pop("seconds") >= 0
    assert line == {
        "at": "2026-03-01T23:30:00.000+08:00",
        "run": 7,
        "reason": "visit:a.example:desktop",
        "method": "GET",
        "url": "http://a.example/",
        "client": "desktop",
        "proxy": "http://127.0.0.1:3128",
        "addresses": ["192.0.2.1"],
        "status": 200,
        "code": "",
        "bytes": 512,
    }


def test_every_day_in_china_has_its_file(tmp_path: Path) -> None:
    log = RequestLog(tmp_path)
    for at in ("2026-03-01T15:59:00+00:00", "2026-03-01T16:01:00+00:00", "2026-03-01T15:58:00+00:00"):
        log.write(an_entry(at=datetime.fromisoformat(at)))
    assert [f.name for f in sorted(tmp_path.iterdir())] == ["requests-20260301.jsonl", "requests-20260302.jsonl"]
    assert len((tmp_path / "requests-20260301.jsonl").read_text().splitlines()) == 2


@given(st.text(max_size=200), st.text(max_size=50))
def test_nothing_that_a_page_chose_ends_a_line_or_colours_a_terminal(url: str, client: str) -> None:
    log = RequestLog(Path("unused"))
    written: list[bytes] = []
    log._append = lambda _day, line: written.append(line)  # type: ignore[method-assign]
    log.write(an_entry(url, client=client))
    (line,) = written
    assert line.endswith(b"\n")
    assert all(32 <= byte < 127 for byte in line[:-1])
    assert json.loads(line)["client"] == client


@pytest.mark.parametrize("forged", ["ok\n{}", "\x1b[2J", "\u202egnp.exe", "\x7f\x85\u2028", "\ud800"])
def test_a_forged_line_stays_one_event(tmp_path: Path, forged: str) -> None:
    RequestLog(tmp_path).write(an_entry(f"http://a.example/{forged}"))
    assert len(lines(tmp_path)) == 1


def test_a_hostile_address_does_not_fill_the_disk(tmp_path: Path) -> None:
    RequestLog(tmp_path).write(an_entry("http://a.example/" + "x" * 1_000_000))
    assert (tmp_path / "requests-20260301.jsonl").stat().st_size < 10_000


def test_a_full_disk_is_told_once_and_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "requests-20260301.jsonl").symlink_to("/dev/full")
    log = RequestLog(tmp_path)
    for _ in range(3):
        log.write(an_entry())
    assert [r.levelname for r in caplog.records] == ["ERROR"]
    assert "No space left" in caplog.text


def test_after_a_torn_line_the_next_one_begins_anew(tmp_path: Path) -> None:
    log = RequestLog(tmp_path)
    log.write(an_entry())
    with (tmp_path / "requests-20260301.jsonl").open("ab") as file:
        file.write(b'{"torn')
    log._torn = True
    log.write(an_entry("http://b.example/"))
    told = (tmp_path / "requests-20260301.jsonl").read_text().splitlines()
    assert json.loads(told[-1])["url"] == "http://b.example/"


WRITER = """
import sys
from datetime import datetime
from spiders.options import Options
from spiders.request_log import Entry, log_for
log = log_for(Options())
at = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
"""
FOR_EVER = "print('ready', flush=True)\nwhile True: log.write(Entry(at, 'x', 'GET', 'http://a.example/' + 'y' * 900))"


def a_writer(folder: Path, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER + code],
        env={"LOOKALIKE_REQUEST_LOG": str(folder), "PYTHONPATH": ":".join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_that_are_killed_leave_whole_lines(tmp_path: Path) -> None:
    writers = [a_writer(tmp_path, FOR_EVER) for _ in range(2)]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()
    time.sleep(0.3)
    for writer in writers:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()  # type: ignore[union-attr]
    data = (tmp_path / "requests-20260301.jsonl").read_bytes()
    assert data.endswith(b"\n")
    assert {len(json.loads(line)["url"]) for line in data.splitlines()} == {917}


def test_what_is_under_way_when_the_process_ends_is_written_as_unfinished(tmp_path: Path) -> None:
    done = a_writer(tmp_path, "log.begin(Entry(at, 'x', 'GET', 'http://a.example/')); sys.exit(143)")
    done.communicate()
    assert done.returncode == 143
    assert [(line["url"], line["code"]) for line in lines(tmp_path)] == [("http://a.example/", "E_UNFINISHED")]


def test_a_request_that_is_sent_again_unasked_has_two_lines(tmp_path: Path, logged: Options) -> None:
    log = log_for(logged)
    entry = log.begin(an_entry())
    resent("http://a.example/")
    entry.status = 200
    log.end(entry)
    assert [(line["status"], line["code"]) for line in lines(tmp_path)] == [(None, "E_RESET"), (200, "")]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused("E_NET_PRIVATE", "x"), "E_NET_PRIVATE"),
        (TimeoutError(), "E_TIMEOUT"),
        (ConnectionRefusedError(), "E_CONNECT"),
        (ValueError("odd"), "E_PROTOCOL"),
        (asyncio.CancelledError(), "E_UNFINISHED"),
    ],
)
def test_a_look_up_that_fails_says_why_and_fails_on(
    tmp_path: Path, logged: Options, error: BaseException, code: str
) -> None:
    with pytest.raises(type(error)), looking_up(logged, "whois:a.example", "WHOIS", "whois://192.0.2.1/a.example"):
        raise error
    (line,) = lines(tmp_path)
    assert (line["reason"], line["status"], line["code"]) == ("whois:a.example", None, code)


def test_a_look_up_that_is_cancelled_because_its_time_is_over_is_a_timeout(tmp_path: Path, logged: Options) -> None:
    async def look_up() -> None:
        async with asyncio.timeout(logged.whois_timeout):
            with looking_up(logged, "rdap:a.example", "GET", "https://rdap.example/"):
                await asyncio.sleep(30)

    with pytest.raises(TimeoutError):
        asyncio.run(look_up())
    assert lines(tmp_path)[0]["code"] == "E_TIMEOUT"


def test_the_folder_lies_in_the_home_folder_unless_it_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKALIKE_REQUEST_LOG", raising=False)
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path / "home"))
    assert log_for(Options()).folder == tmp_path / "home" / "logs"
    assert log_for(Options(request_log=str(tmp_path / "other"))).folder == tmp_path / "other"
    assert log_for(Options()) is log_for(Options(timeout=3))


def test_a_request_names_the_site_that_the_running_task_visits() -> None:
    async def visit(site: str) -> list[str]:
        visiting.set(f"visit:{site}")
        await asyncio.sleep(0)
        with fetching("favicon"):
            icon = reason_of("desktop")
        return [reason_of("wechat"), reason_of("desktop", picture=True), icon, reason_of("desktop")]

    async def both() -> list[list[str]]:
        return await asyncio.gather(visit("a.example"), visit("b.example:8080"))

    a, b = asyncio.run(both())
    assert a == ["visit:a.example:wechat", "picture:a.example", "favicon:a.example", "visit:a.example:desktop"]
    assert b[0] == "visit:b.example:8080:wechat"
    assert reason_of("desktop") == "visit:desktop"


def test_what_a_page_asked_for_in_the_browser_is_logged_refused_ones_too(tmp_path: Path, logged: Options) -> None:
    requests = [
        RenderedRequest("http://a.example/", "document", "GET", 200),
        RenderedRequest("data:image/png;base64,x", "image", "GET", 200),
        RenderedRequest("http://127.0.0.1:18091/x", "image", "GET", None, "E_NET_PRIVATE 拒绝访问：x"),
    ]
    page = RenderedPage("wechat", "http://a.example/", NIGHT, requests=requests, requests_left_out=12)
    page.refused = {"127.0.0.1:3478": "E_PORT 拒绝访问"}
    log_rendered(logged, page)
    told = [(line["reason"], line["url"], line["status"], line["code"]) for line in lines(tmp_path)]
    assert told == [
        ("render:a.example:wechat:12 more, unlisted", "http://a.example/", None, ""),
        ("render:a.example:wechat", "http://a.example/", 200, ""),
        ("render:a.example:wechat", "http://127.0.0.1:18091/x", None, "E_NET_PRIVATE"),
        ("render:a.example:wechat", "127.0.0.1:3478", None, "E_PORT"),
    ]
