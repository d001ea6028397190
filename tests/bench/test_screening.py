"""Names per second of the bulk screening beside its peers, on one file in one run; ratios are what counts.

The peers run in an environment of their own, made once a run (skipped where the package registry is out of reach).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lookalike.screening.blocks import blocks
from lookalike.screening.local import screened
from scoring.syllables import SYLLABLES
from tests.memory import Peak

pytestmark = pytest.mark.bench

NAMES = int(os.environ.get("SCREEN_BENCH_NAMES", "5000000"))
PEER_NAMES = 20_000
"""Names that the slow peers read; their speed does not depend on how many there are."""
MOST_MIB = 300
TIMES = 4
"""Times that the file is read where processes are compared: starting two takes a second or two, whatever the size."""
KEYWORDS = [
    "chaxun",
    "yingji",
    "anquan",
    "zhengshu",
    "mohrss",
    "mohurd",
    "samr",
    "chsi",
    "cpta",
    "osta",
    "zlaq",
    "jzsc",
    "cnse",
    "gov",
    "tezhong",
    "caozuo",
    "zscx",
    "yjgl",
    "aqsc",
    "tzzy",
]
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "names"
ENGLISH = [
    "the",
    "shop",
    "home",
    "cloud",
    "media",
    "green",
    "house",
    "design",
    "group",
    "book",
    "travel",
    "game",
    "photo",
    "store",
    "data",
    "world",
    "smart",
    "health",
    "music",
    "garden",
    "school",
    "sport",
    "bank",
    "light",
    "power",
    "water",
    "gold",
    "star",
    "fashion",
    "food",
    "auto",
    "digital",
    "web",
    "tech",
    "net",
    "work",
    "sales",
    "hotel",
]


@pytest.fixture(scope="module")
def names_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real domains where they are at hand, English and pinyin compounds, random ones, numbers, IDN; a few planted."""
    path = tmp_path_factory.mktemp("names") / "names.txt"
    dice = random.Random(20260301)
    syllables = sorted(SYLLABLES)
    real = [
        line.strip()
        for name in ("alexa_top100k_2016.txt", "china_list_accelerated.txt")
        if (REAL / name).is_file()
        for line in (REAL / name).read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]
    endings = ("com", "cn", "net", "com.cn", "top", "xyz", "org", "shop", "site", "vip")
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"

    def one() -> str:
        kind = dice.random()
        ending = dice.choice(endings)
        if kind < 0.25 and real:
            return dice.choice(real) if dice.random() < 0.5 else f"{dice.choice(ENGLISH)}.{dice.choice(real)}"
        if kind < 0.6:
            return f"{dice.choice(('', '-')).join(dice.choices(ENGLISH, k=dice.randint(2, 3)))}.{ending}"
        if kind < 0.8:
            return f"{''.join(dice.choices(syllables, k=dice.randint(2, 4)))}.{ending}"
        if kind < 0.9:
            return f"{''.join(dice.choices(letters, k=dice.randint(8, 18)))}.{ending}"
        if kind < 0.95:
            return f"{dice.randint(1000, 99999999)}.{ending}"
        if kind < 0.98:
            return f"{dice.choice(('mail', 'cpanel', 'www'))}.{dice.choice(ENGLISH)}{dice.randint(1, 999)}.{ending}"
        if kind < 0.986:
            return (
                "xn--"
                + "".join(chr(dice.randint(0x4E00, 0x9FA5)) for _ in range(4)).encode("punycode").decode()
                + ".cn"
            )
        if kind < 0.9999:
            return (
                f"{dice.choice(('rsj', 'yjj', 'www', 'zwfw'))}.{dice.choice(syllables)}{dice.choice(syllables)}.gov.cn"
            )
        return f"cx-mem-gov-cn{dice.randint(1, 999)}.{ending}"

    with path.open("w", encoding="utf-8") as file:
        file.writelines(one() + "\n" for _ in range(NAMES))
    return path


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of an environment with openSquat and dnstwist."""
    folder = tmp_path_factory.mktemp("peers") / "venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=300)
    done = subprocess.run(  # noqa: PLW1510 - looked at below
        [folder / "bin" / "pip", "install", "-q", "opensquat==2.3.1", "dnstwist==20250130"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        pytest.skip(f"the peers cannot be installed here: {done.stderr[-200:]}")
    return folder / "bin"


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The fastest of some rounds, wall clock."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def command(*words: str | Path, env: dict[str, str] | None = None, cwd: Path | None = None) -> Callable[[], object]:
    return lambda: subprocess.run(words, stdout=subprocess.PIPE, check=False, env=env, cwd=cwd, timeout=1800)


def our(path: Path, processes: int, times: int = 1) -> Callable[[], int]:
    def work() -> int:
        read = (block for _ in range(times) for block in blocks(path))
        return sum(part.counts.hits for part in screened(read, processes=processes))

    return work


def peak_mib(path: Path, processes: int) -> float:
    """The most memory that the command and its processes hold at once, MiB: shared pages counted by share (PSS)."""
    words = [sys.executable, "-m", "lookalike", "screen", str(path), "--processes", str(processes)]
    ran = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with Peak(ran.pid) as peak:
        ran.wait()
    return peak.bytes / 2**20


def test_names_a_second_beside_grep_and_the_peers(names_file: Path, peers: Path, tmp_path: Path) -> None:
    words = [word for keyword in KEYWORDS for word in ("-e", keyword)]
    plain = {**os.environ, "LC_ALL": "C"}
    few = tmp_path / "few.txt"
    with names_file.open(encoding="utf-8") as file:
        few.write_text("".join(line for line, _ in zip(file, range(PEER_NAMES), strict=False)), encoding="utf-8")
    (tmp_path / "keywords.txt").write_text("\n".join(KEYWORDS) + "\n", encoding="utf-8")
    our(few, 1)()  # compiled code is loaded, or made, before the clock runs
    grep = NAMES / seconds(command("grep", "-cF", *words, names_file, env=plain))
    lines = NAMES / seconds(command("wc", "-l", names_file))
    one = NAMES / seconds(our(names_file, 1), 2)
    alone = TIMES * NAMES / seconds(our(names_file, 1, TIMES), 1)
    two = TIMES * NAMES / seconds(our(names_file, 2, TIMES), 1)
    squat = [peers / "opensquat", "-d", few, "-k", tmp_path / "keywords.txt", "-o", tmp_path / "out.txt"]
    opensquat = PEER_NAMES / seconds(command(*squat, cwd=tmp_path), 1)
    script = "import dnstwist,sys;f=dnstwist.Fuzzer('cx.mem.gov.cn');f.generate();s={d['domain'] for d in f.domains};print(sum(l.strip() in s for l in open(sys.argv[1])))"
    dnstwist = NAMES / seconds(command(peers / "python", "-c", script, names_file), 1)
    memory = {processes: peak_mib(names_file, processes) for processes in (1, 2)}
    print()
    print(f"{NAMES:,} names; load average {', '.join(f'{part:.1f}' for part in os.getloadavg())}")
    for name, speed in (
        ("wc -l", lines),
        ("grep -cF, 20 words", grep),
        ("dnstwist's permutations as a set", dnstwist),
        ("openSquat", opensquat),
        ("screen, one process", one),
        ("screen, two processes", two),
    ):
        print(f"{name:36s} {speed / 1e6:10.4f} M names/s   {one / speed:10.2f} x is screen on one core")
    print(
        f"one process to two, {TIMES} times the file: {two / alone:.2f} x; of grep: {one / grep:.2f} x; of openSquat: {one / opensquat:.0f} x"
    )
    print(f"most memory: {memory[1]:.0f} MiB with one process, {memory[2]:.0f} MiB with two")
    assert one > opensquat
    assert max(memory.values()) < MOST_MIB
