"""Sites a minute through all of a night's rounds, with and without the browser, beside bare fetching, in one run."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from lookalike.cyber_range.serve import RunningRange, serve_process
from spiders.browser.launch import BrowserMissing, find_browser
from tests.memory import Peak

pytestmark = pytest.mark.bench

HERE = Path(__file__).parent
SITES = 120
FAKES = 30
"""Those that cheap signals let through to the browser."""
ROUNDS = 3
FORM = """<!doctype html><html><head><meta charset=utf-8><title>特种作业操作证及安全生产知识和管理能力考核合格信息查询平台</title>
<style>body{{background:#eef}} form{{margin:4em auto;width:40em}}</style></head><body><h1>信息查询</h1>
<form action="/q"><label>姓名</label><input name="xm"><label>证件号码</label><input name="zjhm"><input name="yzm"></form>
<p>主办单位：应急管理部 {n}</p></body></html>"""
PLAIN = """<!doctype html><html><head><meta charset=utf-8><title>第 {n} 家五金店</title></head><body><ul>{rows}</ul></body></html>"""


def a_range(folder: Path) -> list[str]:
    """Fakes that are copies, and plain shops, each with full hosting facts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "range.toml").write_text('name = "bench"\nnow = 2026-03-01T02:00:00+08:00\n', encoding="utf-8")
    urls = []
    for n in range(SITES):
        fake = n < FAKES
        name = f"cx-mem-gov{n:03}.example{n:03}.top" if fake else f"shop{n:03}.example{n:03}.com"
        host = folder / "hosts" / name
        host.mkdir(parents=True)
        rows = "".join(f"<li><a href='/n/{i}.html'>{i} 号螺丝刀与扳手 {n * i}</a></li>" for i in range(40 + n))
        (host / "index.html").write_text((FORM if fake else PLAIN).format(n=n, rows=rows), encoding="utf-8")
        (host / "host.toml").write_text(
            f'indexed = true\n[dns]\nA = ["198.51.100.{n % 250 + 1}"]\nNS = ["ns1.example.net"]\n'
            f'[whois]\nfile = "whois.txt"\n[asn]\nnumber = {64496 + n % 8}\nname = "TEST"\ncountry = "CN"\n',
            encoding="utf-8",
        )
        (host / "whois.txt").write_text("Domain Name: x\nRegistration Time: 2026-02-06 10:00:00\n", encoding="utf-8")
        urls.append(f"http://{name}/")
    return urls


def subject(listed: Path, home: Path, running: RunningRange, browser: str) -> tuple[float, int]:
    """Seconds of the rounds, and the most that the process and its browser held."""
    env = os.environ | running.env | {"PYTHONPATH": str(HERE.parent.parent), "LOOKALIKE_HOME": str(home)}
    env |= {"LOOKALIKE_BROWSER": browser, "LOOKALIKE_RENDER_SECONDS": "3600", "LOOKALIKE_RENDER_SITES": str(SITES)}
    ran = subprocess.Popen([sys.executable, HERE / "round_all.py", str(listed)], env=env, stdout=subprocess.PIPE)
    with Peak(ran.pid) as peak:
        out, _ = ran.communicate(timeout=3600)
    assert ran.returncode == 0
    return float(out.decode().split()[-1]), peak.bytes


def test_sites_a_minute_beside_bare_fetching(tmp_path: Path) -> None:
    kinds = {"without browser": "off"}
    try:
        find_browser()
        kinds["with browser"] = "auto"
    except BrowserMissing as missing:
        print(f"\n{missing}: measured without")
    listed, pages = tmp_path / "sites.txt", tmp_path / "pages.txt"
    listed.write_text("\n".join(a_range(tmp_path / "range")), encoding="utf-8")
    took: dict[str, list[float]] = {name: [] for name in ("bare", *kinds)}
    most: dict[str, int] = {}
    for turn in range(ROUNDS):
        for name, browser in kinds.items():
            with serve_process(tmp_path / "range") as running:
                seconds, peak = subject(listed, tmp_path / f"{browser}{turn}", running, browser)
                took[name].append(seconds)
                most[name] = max(most.get(name, 0), peak)
                if browser == "off":
                    fetched = [str(r["url"]) for r in running.requests("http")]
                    pages.write_text("\n".join(fetched), encoding="utf-8")
                    bare = [sys.executable, HERE / "bare_fetch.py", running.env["LOOKALIKE_PROXY"], str(pages)]
                    out = subprocess.run(bare, capture_output=True, text=True, check=True, timeout=600).stdout
                    took["bare"].append(float(out))
    limit = statistics.median(took["bare"])
    print(f"\n{SITES} sites, {FAKES} of them let through to the browser, {len(fetched)} requests, {ROUNDS} rounds")
    for name, times in took.items():
        middle = statistics.median(times)
        held = f", at most {most[name] / 2**20:.0f} MiB with all children" if name in most else ""
        print(
            f"{name:16} {60 * SITES / middle:8.0f} sites/min   {middle / limit:8.1f} x the time of bare fetching{held}"
        )
