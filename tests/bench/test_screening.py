"""Names per second of the bulk screening beside its peers, on one file in one run; ratios are what counts.

The peers run in an environment of their own, made once a run (skipped where the package registry is out of reach).
Rounds of what is compared take turns, and the fastest of each counts; where others use the machine as well, the
ratios of processor time are nearer to the truth than those of the clock.
"""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lookalike.screening.local import screened
from lookalike.screening.parts import parts
from scoring.syllables import SYLLABLES
from tests.memory import Peak

pytestmark = pytest.mark.bench

NAMES = int(os.environ.get("SCREEN_BENCH_NAMES", "5000000"))
PEER_NAMES = 20_000
"""Names that the slow peers read; their speed does not depend on how many there are."""
MOST_MIB = 300
TIMES = 8
"""How much longer the file is where processes are compared: making the tables takes half a second, whatever the size.
Its suspects differ: what is read again is judged from memory, and each process has a memory of its own.
"""
ROUNDS = 3
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


def real_domains() -> list[str]:
    """Domains of real lists, where they are at hand."""
    lists = [REAL / name for name in ("alexa_top100k_2016.txt", "china_list_accelerated.txt")]
    lines = [line for path in lists if path.is_file() for line in path.read_text(encoding="utf-8").splitlines()]
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def real_host(dice: random.Random, real: list[str], number: int) -> str:
    """A real domain or a host below it; there are not enough of them for the long part, whose hosts are numbered."""
    if number >= NAMES:
        return f"{dice.choice(ENGLISH)}{number}.{dice.choice(real)}"
    return dice.choice(real) if dice.random() < 0.5 else f"{dice.choice(ENGLISH)}.{dice.choice(real)}"


@pytest.fixture(scope="module")
def long_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real domains where they are at hand, English and pinyin compounds, random ones, numbers, IDN; a few planted."""
    path = tmp_path_factory.mktemp("names") / "long.txt"
    dice = random.Random(20260301)
    syllables = sorted(SYLLABLES)
    real = real_domains()
    endings = ("com", "cn", "net", "com.cn", "top", "xyz", "org", "shop", "site", "vip")
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"

    def one(number: int) -> str:
        kind = dice.random()
        ending = dice.choice(endings)
        if kind < 0.25 and real:
            return real_host(dice, real, number)
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
        file.writelines(one(number) + "\n" for number in range(NAMES * TIMES))
    return path


@pytest.fixture(scope="module")
def names_file(long_file: Path) -> Path:
    """The first names of the long file."""
    path = long_file.with_name("names.txt")
    with long_file.open("rb") as file, path.open("wb") as cut:
        cut.writelines(itertools.islice(file, NAMES))
    return path


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ``bin`` folder of an environment with openSquat and dnstwist."""
    folder = tmp_path_factory.mktemp("peers") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=300)
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "-q"]
    done = subprocess.run(  # noqa: PLW1510 - looked at below
        [*pip, "--no-compile", "opensquat==2.3.1", "dnstwist==20250130"], capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        pytest.skip(f"the peers cannot be installed here: {done.stderr[-200:]}")
    return folder / "bin"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of the clock and of processors, children included."""

    clock: float
    processor: float


def spent(work: Callable[[], object]) -> Spent:
    """What one round takes; of the processor one tick of its clock at least."""
    began, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    processor = sum(after[:4]) - sum(before[:4])
    return Spent(time.perf_counter() - began, max(processor, 1 / os.sysconf("SC_CLK_TCK")))


def fastest(*works: Callable[[], object], rounds: int = ROUNDS) -> list[Spent]:
    """The least of some rounds of each, taken in turns."""
    taken = [[spent(work) for work in works] for _ in range(rounds)]
    return [Spent(min(r.clock for r in one), min(r.processor for r in one)) for one in zip(*taken, strict=True)]


def command(*words: str | Path, env: dict[str, str] | None = None, cwd: Path | None = None) -> Callable[[], object]:
    return lambda: subprocess.run(words, stdout=subprocess.PIPE, check=False, env=env, cwd=cwd, timeout=1800)


def on_one_core(work: Callable[[], object]) -> Callable[[], object]:
    """The same with one processor for everything it starts."""

    def pinned() -> None:
        mine = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(mine)})
        try:
            work()
        finally:
            os.sched_setaffinity(0, mine)

    return pinned


DNSTWIST = (
    "import dnstwist,sys;f=dnstwist.Fuzzer('cx.mem.gov.cn');f.generate();s={d['domain'] for d in f.domains};"
    "print(sum(l.strip() in s for l in open(sys.argv[1])))"
)


def our(path: Path, processes: int) -> Callable[[], int]:
    return lambda: sum(part.counts.hits for part in screened(parts(path), processes=processes))


def peak_mib(path: Path, processes: int) -> float:
    """The most memory that the command and its processes hold at once, MiB: shared pages counted by share (PSS)."""
    words = [sys.executable, "-m", "lookalike", "screen", str(path), "--processes", str(processes)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as ran:
        with Peak(ran.pid) as peak:
            _, told = ran.communicate()
        assert ran.returncode == 0, told.decode(errors="replace")
    return peak.bytes / 2**20


def test_names_a_second_beside_grep_and_the_peers(
    names_file: Path, long_file: Path, peers: Path, tmp_path: Path
) -> None:
    words = [word for keyword in KEYWORDS for word in ("-e", keyword)]
    few = tmp_path / "few.txt"
    with names_file.open(encoding="utf-8") as file:
        few.write_text("".join(line for line, _ in zip(file, range(PEER_NAMES), strict=False)), encoding="utf-8")
    (tmp_path / "keywords.txt").write_text("\n".join(KEYWORDS) + "\n", encoding="utf-8")
    our(few, 1)()  # compiled code is loaded, or made, before the clock runs
    squat: list[str | Path] = [
        peers / "opensquat",
        "-d",
        few,
        "-k",
        tmp_path / "keywords.txt",
        "-o",
        tmp_path / "out.txt",
    ]
    began = os.getloadavg()
    grep, lines, one, opensquat = fastest(
        command("grep", "-cF", *words, names_file, env={**os.environ, "LC_ALL": "C"}),
        command("wc", "-l", names_file),
        our(names_file, 1),
        on_one_core(command(*squat, cwd=tmp_path)),
    )
    (dnstwist,) = fastest(command(peers / "python", "-c", DNSTWIST, names_file), rounds=1)
    alone, two = fastest(our(long_file, 1), our(long_file, 2), rounds=2)
    memory = {processes: peak_mib(long_file, processes) for processes in (1, 2)}
    print()
    print(f"{NAMES:,} names; load average {began[0]:.1f} before, {os.getloadavg()[0]:.1f} after (of it 1 to 2 by this)")
    for name, took, many in (
        ("wc -l", lines, NAMES),
        ("grep -cF, 20 words", grep, NAMES),
        ("dnstwist's permutations as a set", dnstwist, NAMES),
        ("openSquat, one core", opensquat, PEER_NAMES),
        ("screen, one process", one, NAMES),
        ("screen, one process, long file", alone, NAMES * TIMES),
        ("screen, two processes, long file", two, NAMES * TIMES),
    ):
        speed, by_processor = many / took.clock, many / took.processor
        ratios = (
            f"{NAMES / one.clock / speed:9.3f} x is screen; by processor {NAMES / one.processor / by_processor:9.3f}"
        )
        print(f"{name:34s} {speed / 1e6:9.4f} M names/s {ratios}")
    print(f"two processes to one: {alone.clock / two.clock:.2f} x")
    print(f"most memory: {memory[1]:.0f} MiB with one process, {memory[2]:.0f} MiB with two")
    assert NAMES / one.clock > PEER_NAMES / opensquat.clock
    assert max(memory.values()) < MOST_MIB
