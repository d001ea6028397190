"""Pages per second of the visit spider with everything on, beside plain Scrapy on the same pages, in one run."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from lookalike.cyber_range.serve import serve_process

pytestmark = pytest.mark.bench

HERE = Path(__file__).parent
SITES = 300
ROUNDS = 3
WORDS = [
    "安全",
    "生产",
    "知识",
    "管理",
    "能力",
    "考核",
    "培训",
    "学校",
    "报名",
    "通知",
    "公告",
    "企业",
    "设备",
    "检验",
    "施工",
    "现场",
    "作业",
    "人员",
    "证书",
    "课程",
    "联系",
    "我们",
]


def a_range(folder: Path) -> list[str]:
    """A range of plain sites: a front page of 3 to 20 KB, the page that was found, an icon, full hosting facts."""
    dice = random.Random(7)
    (folder / "range.toml").parent.mkdir(parents=True, exist_ok=True)
    (folder / "range.toml").write_text('name = "bench"\nnow = 2026-03-01T02:00:00+08:00\n', encoding="utf-8")
    urls = []
    for n in range(SITES):
        name = f"site{n:04d}.example.com" if n % 2 else f"site{n:04d}-example.cn"
        host = folder / "hosts" / name
        host.mkdir(parents=True)
        for page in ("index.html", "found.html"):
            rows = "".join(
                f"<tr><td><a href='/n/{i}.html'>{''.join(dice.choices(WORDS, k=6))}</a></td><td>{i}</td></tr>"
                for i in range(dice.randint(25, 180))
            )
            (host / page).write_text(
                f"<!doctype html><html><head><meta charset=utf-8><title>站点 {n} {page}</title></head>"
                f"<body><table>{rows}</table></body></html>",
                encoding="utf-8",
            )
        (host / "favicon.ico").write_bytes(dice.randbytes(1200))
        (host / "host.toml").write_text(
            f'indexed = true\n[dns]\nA = ["198.51.100.{n % 250 + 1}"]\nNS = ["ns1.example.net"]\n'
            f'[whois]\nfile = "whois.txt"\n[asn]\nnumber = {64496 + n % 8}\nname = "TEST"\ncountry = "CN"\n',
            encoding="utf-8",
        )
        (host / "whois.txt").write_text("Domain Name: x\nRegistration Time: 2019-05-06 10:00:00\n", encoding="utf-8")
        urls.append(f"http://{name}/found.html")
    return urls


def seconds(script: str, *args: str, env: dict[str, str]) -> float:
    out = subprocess.run(
        [sys.executable, HERE / script, *args], env=env, capture_output=True, text=True, check=True, timeout=600
    )
    return float(out.stdout.strip().splitlines()[-1])


def test_pages_per_second_beside_plain_scrapy(tmp_path: Path) -> None:
    listed, pages = tmp_path / "sites.txt", tmp_path / "pages.txt"
    listed.write_text("\n".join(a_range(tmp_path / "range")), encoding="utf-8")
    took: dict[str, list[float]] = {"plain": [], "visits": [], "visits and look-ups": []}
    for turn in range(ROUNDS):
        with serve_process(tmp_path / "range") as running:
            env = os.environ | running.env | {"PYTHONPATH": str(HERE.parent.parent)}
            for name, asked in (("visits", "false"), ("visits and look-ups", "true")):
                own = env | {"LOOKALIKE_HOME": str(tmp_path / f"{name}{turn}"), "LOOKALIKE_LOOK_UPS": asked}
                own |= {"LOOKALIKE_BUDGET_HOSTS": str(SITES)}  # all under one domain
                took[name].append(seconds("visit_all.py", str(listed), env=own))
                if name == "visits":
                    fetched = [str(r["url"]) for r in running.requests("http")]
            pages.write_text("\n".join(fetched), encoding="utf-8")
            took["plain"].append(seconds("plain_scrapy.py", running.env["LOOKALIKE_PROXY"], str(pages), env=env))
    print(
        f"\n{SITES} sites, the same {len(fetched)} pages, {ROUNDS} rounds; ratios of medians to plain Scrapy's defaults"
    )
    plain = statistics.median(took["plain"])
    for name, times in took.items():
        middle = statistics.median(times)
        print(f"{name:22} {len(fetched) / middle:6.0f} pages/s   {plain / middle:5.2f}")
