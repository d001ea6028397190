"""The settings that are printed, the process of its own, the log, the network table."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lookalike.cyber_range.__main__ import main
from lookalike.cyber_range.load import load_range
from lookalike.cyber_range.serve import RunningRange, serve, serve_process
from lookalike.cyber_range.settings import answerable, city_hosts
from lookalike.errors import RangeError
from seeds.model import City, Source
from spiders.options import Options

from .conftest import SMOKE, Client


def test_the_settings_are_those_that_the_program_reads(smoke: RunningRange, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in smoke.env.items():
        monkeypatch.setenv(name, value)
    options = Options()
    assert options.proxy == smoke.env["LOOKALIKE_PROXY"]
    assert options.proxy_resolves
    assert options.delay == 0
    assert options.now is not None
    assert options.now.isoformat() == "2026-03-01T02:00:00+08:00"
    assert options.allow_networks == ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
    assert Path(options.ca_file).read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert Path(options.seeds, "sources.toml").is_file()
    assert options.sources == ("baidu", "sogou", "names")


def test_sources_are_those_that_the_range_can_answer() -> None:
    content = load_range(SMOKE)
    sources = [
        Source("so360", "so360", "", "www.so.com", "/s"),
        Source("baidu", "baidu", "", "www.baidu.com", "/s"),
        Source("tieba", "tieba", "", "www.baidu.com", "/f"),
        Source("sogou", "sogou", "", "www.sogou.com", "/web", enabled=False),
        Source("names", "names", ""),
        Source("tips", "tips", ""),
    ]
    assert answerable(content, sources) == ("baidu", "sogou", "names")


@pytest.mark.parametrize(
    ("host", "path", "found"),
    [
        ("yt.small.example", "/sou/", ("ads",)),
        ("hg.small.example", "/sou/", ("ads",)),
        ("yt.small.example", "/other/", ()),
        ("small.example", "/sou/", ()),
        ("a.yt.small.example", "/sou/", ()),
    ],
)
def test_a_site_of_cities_is_answered_where_one_city_has_an_engine(write_range, host, path, found) -> None:
    engine = f'host = "{host}"\npath = "{path}"\nquery_param = "key"\ntemplate = "t.j2"\n'
    content = load_range(write_range({"engines/e.toml": engine, "engines/t.j2": "x"}))
    source = Source("ads", "ads", "", "small.example", "/sou/", cities=(City("烟台", "yt"),))
    assert answerable(content, [source]) == found
    assert city_hosts(content, [source]) == ((host,) if found else ())


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("tips.csv", "tips"),
        ("ct_2026-03.jsonl", "ct"),
        ("newly-registered.csv", "names"),
        ("12345.txt", "tips"),
        ("a.md", ""),
    ],
)
def test_a_feed_is_known_by_a_word_of_its_file_name(write_range, file: str, source: str) -> None:
    content = load_range(write_range({f"feeds/{file}": ""}))
    assert answerable(content, [Source(i, i, "") for i in ("names", "ct", "tips")]) == ((source,) if source else ())


def test_the_sources_of_the_range_file_go_first(smoke_copy: Path) -> None:
    with (smoke_copy / "range.toml").open("a") as file:
        file.write('sources = ["bing", "tips"]\n')
    with serve(smoke_copy) as running:
        assert running.env["LOOKALIKE_SOURCES"] == "bing,tips"


def test_the_network_table_is_ordered_and_has_every_address(smoke: RunningRange) -> None:
    assert Path(smoke.env["LOOKALIKE_NETWORKS"]).read_text() == (
        "203.0.113.10\t203.0.113.10\t64500\tHK\tEXAMPLE-HOSTING\n"
        "203.0.113.11\t203.0.113.11\t64501\tNone\tNone\n"
        "2001:db8::10\t2001:db8::10\t64500\tHK\tEXAMPLE-HOSTING\n"
    )


def test_an_answer_stands_in_the_log_when_the_client_has_it(client: Client, smoke: RunningRange) -> None:
    client.get("http://kaozheng.example-top/?q=1", User_Agent="probe/1", Referer="http://r.example/")
    line = smoke.requests()[-1]
    assert line.pop("client_port") > 0  # type: ignore[operator]
    assert str(line.pop("t")).endswith("+00:00")
    assert line == {
        "kind": "http",
        "method": "GET",
        "url": "http://kaozheng.example-top/?q=1",
        "host": "kaozheng.example-top",
        "path": "/",
        "query": "q=1",
        "user_agent": "probe/1",
        "referer": "http://r.example/",
        "status": 200,
        "bytes": (SMOKE / "hosts" / "kaozheng.example-top" / "index.html").stat().st_size,
        "behaviour": "ok",
    }


def test_tunnels_are_logged_beside_the_requests_in_them(client: Client, smoke: RunningRange) -> None:
    client.get("https://kaozheng.example-top/")
    tunnel, request = smoke.requests()[-2:]
    assert (tunnel["kind"], tunnel["url"]) == ("connect", "kaozheng.example-top:443")
    assert (request["kind"], request["url"]) == ("http", "https://kaozheng.example-top/")
    assert tunnel["client_port"] == request["client_port"]


def test_log_lines_cannot_be_forged_by_what_clients_send(client: Client, smoke: RunningRange) -> None:
    before = len(smoke.requests())
    client.get("http://kaozheng.example-top/", User_Agent='x"}\u2028\x1b[2J{"kind":"http"'.encode().decode("latin-1"))
    assert len(smoke.requests()) == before + 1
    assert smoke.log.read_bytes().isascii()


def test_a_process_of_its_own_serves_and_ends_with_the_block(tmp_path: Path) -> None:
    log = tmp_path / "deep" / "log.jsonl"
    with serve_process(SMOKE, log) as running:
        assert Client(running).get("http://kaozheng.example-top/").status == 200
        assert running.env["LOOKALIKE_RANGE_LOG"] == str(log)
        home = Path(running.env["LOOKALIKE_CA_FILE"]).parent
    assert [json.loads(line)["host"] for line in log.read_text().splitlines()] == ["kaozheng.example-top"]
    assert not home.exists()
    with pytest.raises(OSError):
        Client(running).get("http://kaozheng.example-top/")


def test_the_process_ends_when_its_parent_is_killed() -> None:
    code = (
        "import sys, time; from pathlib import Path; from lookalike.cyber_range.serve import serve_process\n"
        f"with serve_process(Path({str(SMOKE)!r})) as r: print(r.env['LOOKALIKE_CA_FILE'], flush=True); time.sleep(60)"
    )
    root = str(Path(__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}
    ) as parent:
        assert parent.stdout is not None
        home = Path(parent.stdout.readline().decode().strip()).parent
        assert home.is_dir()
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 8
    while home.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not home.exists()


def test_a_process_that_cannot_serve_says_why(write_range) -> None:
    folder = write_range({"hosts/a.example/host.toml": "[whois]\nfile = 'no.txt'"})
    with pytest.raises(RangeError, match=r"host.toml: \[whois\].file: no.txt is not a file"), serve_process(folder):
        pass


def test_check_ends_with_1_and_a_line_a_problem(write_range, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_range({"hosts/a.example/host.toml": "indxed = true"})
    assert main(["check", str(folder)]) == 1
    expected = "hosts/a.example/host.toml: indxed: is not a key of this table; did you mean indexed?\n"
    assert capsys.readouterr().out == expected
    assert main(["check", str(SMOKE)]) == 0


def test_serving_a_bad_range_ends_with_2_and_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", str(tmp_path / "no")]) == 2
    assert capsys.readouterr().err == f"no/range.toml: {tmp_path / 'no'} is not a folder\n"
