"""``lookalike screen --ct`` against logs on loopback, and the night that follows the same ones."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.memory import Peak
from tests.spiders.feeds.ctlog.made_log import Entry, MadeLog, row, serving

ROOT = Path(__file__).resolve().parents[3]
FAKE = "cx.mem.gov.cn.zs-cx.example"
QUICK = "[follow]\ndelay_s = 0.0\nretry_s = 0.01\n"


class Here:
    """A home folder with logs configured."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "seeds").mkdir()

    def configure(self, *rows: str, follow: str = "") -> None:
        (self.folder / "seeds" / "ct_logs.toml").write_text(QUICK + follow + "".join(rows), encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        own = {"LOOKALIKE_HOME": "var", "LOOKALIKE_SEEDS": "seeds", "LOOKALIKE_REQUEST_LOG": "logs"}
        own |= {"LOOKALIKE_NOW": "2026-03-01T12:00:00+08:00", "LOOKALIKE_BROWSER": "off"}
        return (
            clean
            | {
                k: str(self.folder / v) if k.split("_")[1] in {"HOME", "SEEDS", "REQUEST"} else v
                for k, v in own.items()
            }
            | {"PYTHONPATH": str(ROOT)}
        )

    def start(self, *args: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "lookalike", "screen", *args]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, *args: str) -> tuple[int, list[dict[str, Any]], str]:
        process = self.start("--json", *args)
        out, told = process.communicate(timeout=120)
        return process.returncode, [json.loads(line) for line in out.splitlines()], told

    def script(self, text: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", text], env=self.environment, capture_output=True, text=True, timeout=180, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(line) for file in (self.folder / "logs").iterdir() for line in file.read_text().splitlines()]


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


@pytest.fixture
def two_logs() -> Iterator[tuple[MadeLog, MadeLog]]:
    """The same certificates in a log of either kind; among them a fake's, as a precertificate and as itself."""
    both = MadeLog("tiled"), MadeLog("rfc6962")
    for log in both:
        for n in range(300):
            log.add(f"lvye{n}.example", precert=bool(n % 2))
        log.add(FAKE, f"*.{FAKE}", precert=True)
        log.add(FAKE, f"*.{FAKE}")
        log.add(der=b"garbage")
    with serving(*both):
        yield both


@pytest.mark.slow
def test_a_fake_in_two_logs_twice_each_is_told_once_and_the_next_run_goes_on(
    here: Here, two_logs: tuple[MadeLog, MadeLog]
) -> None:
    here.configure(row(two_logs[0], "aa"), row(two_logs[1], "bb"))
    code, hits, told = here.run("--ct", "all")
    assert code == 0
    assert [hit["name"] for hit in hits] == [FAKE]
    assert {"name", "score", "impersonates", "rule", "matched"} <= hits[0].keys()
    for log in ("aa", "bb"):
        (line,) = [line for line in told.splitlines() if line.startswith(f"{log}：读")]
        assert "读 303 条" in line
        assert "坏条目 1（第 302 条" in line
        assert "落后 0 条，读到的最新一条" in line
    two_logs[1].add("zlaq-mohurd.gov-cn.example")
    code, hits, _ = here.run("--ct", "bb")
    assert (code, [hit["name"] for hit in hits]) == (0, ["zlaq-mohurd.gov-cn.example"])
    assert {(line["method"], line["reason"]) for line in here.requests()} == {("GET", "ct:aa"), ("GET", "ct:bb")}


@pytest.mark.slow
def test_one_log_that_breaks_costs_the_other_nothing(here: Here, two_logs: tuple[MadeLog, MadeLog]) -> None:
    here.configure(row(two_logs[0], "aa", key=MadeLog().public_key), row(two_logs[1], "bb"))
    code, hits, told = here.run("--ct", "all")
    assert (code, [hit["name"] for hit in hits]) == (3, [FAKE])
    assert "aa：检查点没有这把公钥的签名" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--ct", "cc"], "expected one of aa"),
        (["--ct", "aa", "names.txt"], "expected no FILE"),
        (["--follow"], "expected --ct"),
    ],
)
def test_wrong_usage_is_one_line(here: Here, args: list[str], said: str) -> None:
    here.configure('[[log]]\nid = "aa"\nkind = "tiled"\nurl = "http://127.0.0.1:9/x"\n')
    code, hits, told = here.run(*args)
    assert (code, hits) == (2, [])
    assert said in told
    assert len(told.splitlines()) == 1


def test_a_state_that_cannot_be_read_is_one_line_and_stays(here: Here) -> None:
    here.configure('[[log]]\nid = "aa"\nkind = "tiled"\nurl = "http://127.0.0.1:9/x"\n')
    state = here.folder / "place.json"
    state.write_text("nonsense", encoding="utf-8")
    code, hits, told = here.run("--ct", "aa", "--state", str(state))
    assert (code, hits, state.read_text(encoding="utf-8")) == (2, [], "nonsense")
    assert "place.json" in told
    assert len(told.splitlines()) == 1


@pytest.mark.slow
def test_a_followed_log_tells_what_comes_while_it_is_followed(here: Here, two_logs: tuple[MadeLog, MadeLog]) -> None:
    here.configure(row(two_logs[0], "aa"))
    script = (
        "import spiders.sources.ct as ct, sys\nct.POLL = 0.2\n"
        "from lookalike.cli import main\nmain(['screen', '--json', '--ct', 'aa', '--follow'])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], env=here.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["name"] == FAKE
    two_logs[0].add("zlaq-mohurd.gov-cn.example")
    assert json.loads(process.stdout.readline())["name"] == "zlaq-mohurd.gov-cn.example"
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in told


@pytest.mark.slow
def test_kills_lose_no_name_and_repeat_at_most_one_batch(here: Here) -> None:
    log = MadeLog("tiled")
    fakes = [f"cx.mem.gov.cn.zs{n}.example" for n in range(40)]
    for n in range(5120):
        log.add(fakes[n // 128] if n % 128 == 77 else f"lvye{n % 64}.example")
    told: list[str] = []
    with serving(log):
        here.configure(row(log, "aa", delay_s=0.1), follow="batch = 256\n")
        for _ in range(4):
            with here.start("--json", "--ct", "aa") as process:
                assert process.stdout is not None
                lines = [process.stdout.readline() for _ in range(3)]  # somewhere after a hit
                time.sleep(0.05)
                process.kill()
                lines += process.stdout.read().splitlines()  # what is buffered here too, unlike communicate()
            told += [json.loads(line)["name"] for line in lines if line]
        code, hits, _ = here.run("--ct", "aa")
    told += [hit["name"] for hit in hits]
    assert code == 0
    assert sorted(set(told)) == sorted(fakes)
    assert len(told) - len(fakes) <= 4 * 2  # a batch has two of them: at most one batch again after each kill
    assert max(count for path, count in log.asked.items() if "tile" in path) <= 3
    assert sum(log.asked.values()) <= 5120 // 256 + 5 + 4  # five checkpoints, and a tile again after each kill


@pytest.mark.slow
def test_memory_does_not_grow_with_the_entries(here: Here) -> None:
    """Ten times the entries, all names new: the peak stays where it is."""
    peaks = []
    for count, letter in ((20_000, b"p"), (200_000, b"q")):
        log = EndlessLog(count, letter)
        with serving(log):
            here.configure(row(log, f"n{count}"), follow="newest = 1000000\nentries = 1000000\nseconds = 600\n")
            process = here.start("--ct", f"n{count}")
            with Peak(process.pid) as peak:
                _, told = process.communicate(timeout=500)
        assert f"读 {count} 条，{count} 个新域名" in told
        peaks.append(peak.bytes)
    print(f"peak {peaks[0] >> 20} MiB at 20,000 entries, {peaks[1] >> 20} MiB at 200,000")
    assert peaks[1] < peaks[0] + (40 << 20)


class EndlessLog(MadeLog):
    """Entries made when they are asked for: one certificate, with a number in place of part of its name."""

    MARK = b"aaaaaaaa"

    def __init__(self, count: int, letter: bytes) -> None:
        super().__init__("tiled")
        self.letter = letter
        self.add(f"{self.MARK.decode()}.example")
        self.shown = count
        self.made = self.entries[0]

    def root_hash(self) -> bytes:
        return b"\x05" * 32

    def tile(self, number: int, width: int = 256) -> bytes:
        numbers = range(number * 256, number * 256 + width)
        return b"".join(
            Entry(self.made.der.replace(self.MARK, b"%s%07d" % (self.letter, n)), b"", self.made.at_ms).tile_leaf(n)
            for n in numbers
        )

    def _tile_answer(self, rest: str) -> tuple[int, dict[str, str], bytes]:
        place, _, width = rest.partition(".p/")
        number = int("".join(part.removeprefix("x") for part in place.split("/")))
        return 200, {}, self.tile(number, int(width or 256))


NIGHT = """
import json
from lookalike.config import load_config
from lookalike.night import open_night
from lookalike.runner import run
from lookalike.stages.discover import discover, plan
from lookalike.store import runs
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run, Sighting, Site
from lookalike.store.source_counts import source_counts
from sqlalchemy import select

night = open_night(load_config())
with writing(night.factory) as session:
    night.run_id = runs.begin_or_resume(session, "nightly", night.now(), {})[0].id
plan(night)
run(lambda: discover(night))
with writing(night.factory) as session:
    runs.finish(session, session.get_one(Run, night.run_id), night.now())
with reading(night.factory) as session:
    counts = source_counts(session, session.get_one(Run, night.run_id))["ct"].as_json()
    seen = [(s.source, s.query, s.url, s.title, s.snippet) for s in session.scalars(select(Sighting))]
    sites = [s.host for s in session.scalars(select(Site))]
print(json.dumps({"counts": counts, "seen": seen, "sites": sites, "failed": night.failed, "notes": night.notes}))
"""


@pytest.fixture
def night_of(here: Here):
    def one() -> dict[str, Any]:
        return json.loads(here.script("import os\nos.environ['LOOKALIKE_SOURCES'] = 'ct'\n" + NIGHT).splitlines()[-1])

    return one


@pytest.mark.slow
def test_what_a_night_finds_in_logs_becomes_sightings_of_the_source_with_honest_counts(
    here: Here, two_logs: tuple[MadeLog, MadeLog], night_of
) -> None:
    broken = MadeLog("tiled")
    broken.url = "http://127.0.0.1:9/none"
    here.configure(row(two_logs[0], "aa"), row(two_logs[1], "bb"), row(broken, "cc"), follow="batch = 128\n")
    night = night_of()
    ((source, query, url, title, snippet),) = night["seen"]
    assert (source, url, title) == ("ct", f"http://{FAKE}/", "证书透明日志")
    assert query in {"log:aa", "log:bb"}
    assert "条）" in snippet
    assert night["sites"] == [FAKE]
    counts = night["counts"]
    assert (counts["queries"], counts["failed"], counts["failed_queries"], counts["results"]) == (3, 1, 1, 1)
    assert counts["pages"] == 2 + 3 + 1  # 303 entries by 128 and more: two tiles, three pages; the one that failed
    (failed,) = night["failed"]
    assert "cc：" in failed["why"]
    assert any("落后 0 条" in note["why"] for note in night["notes"])
    two_logs[0].add("zlaq-mohurd.gov-cn.example")
    here.configure(row(two_logs[0], "aa"), row(two_logs[1], "bb"))
    again = night_of()
    assert [url for _, _, url, _, _ in again["seen"]] == [f"http://{FAKE}/", "http://zlaq-mohurd.gov-cn.example/"]
    assert again["failed"] == []


BROKEN_STORE = """
from lookalike.config import load_config
from lookalike.runner import crawl, project_settings, run
from spiders.sources.ct import CtSpider

kept = []

async def keep(item):
    if kept:
        raise OSError("disk is gone")
    kept.append(item.stop)

settings = project_settings(LOOKALIKE_OPTIONS=load_config(), DOWNLOAD_DELAY=0, LOG_ENABLED=False)
try:
    run(lambda: crawl(CtSpider, settings, keep, logs="aa"))
except OSError as error:
    print(kept, error)
"""


@pytest.mark.slow
def test_a_batch_that_could_not_be_stored_does_not_count_as_read(here: Here) -> None:
    log = MadeLog("tiled")
    for n in range(1024):
        log.add(FAKE if n == 300 else f"lvye{n % 64}.example")
    with serving(log):
        here.configure(row(log, "aa"), follow="batch = 256\n")
        assert "[256] disk is gone" in here.script(BROKEN_STORE)
        place = json.loads((here.folder / "var" / "ct" / "screen.json").read_text(encoding="utf-8"))["logs"]["aa"]
        assert place["next"] == 256
        _, hits, _ = here.run("--ct", "aa")
    assert [hit["name"] for hit in hits] == [FAKE]
