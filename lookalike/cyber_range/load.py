"""Reads a range's folder: ``load_range`` for serving it, ``check_range`` to tell everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from lookalike.cyber_range.load_engines import ad_problems, load_engines
from lookalike.cyber_range.load_hosts import load_hosts
from lookalike.cyber_range.model import Host, Problem, Range, Truth, UsesBrowser
from lookalike.cyber_range.names import plain, split_folder
from lookalike.cyber_range.tables import read_toml
from lookalike.errors import RangeError
from seeds.loader import check_seeds


def load_range(folder: Path) -> Range:
    """The range in ``folder``.

    Raises RangeError, one line a problem, when it cannot be served as it is described. Slips that
    leave it servable (a misspelt optional key, an advert that leads nowhere) only ``check_range`` tells.
    """
    found, problems = read_range(folder)
    refuse_serious(folder, problems)
    return found


def refuse_serious(folder: Path, problems: list[Problem]) -> None:
    """Raises RangeError, one line a problem, when any of them hinders serving."""
    serious = [problem for problem in problems if problem.serious]
    if serious:
        raise RangeError("\n".join(f"{folder.name}/{problem}" for problem in serious))


def check_range(folder: Path) -> list[str]:
    """Everything that is wrong with the folder, each in one line with file and key; empty: it is valid."""
    found, problems = read_range(folder)
    lines = [str(problem) for problem in problems]
    if found.seeds is not None and found.seeds.is_dir():
        lines += [line for line in check_seeds(found.seeds) if line.startswith(str(found.seeds))]
    return lines


def read_range(folder: Path) -> tuple[Range, list[Problem]]:
    """What could be read of the range, and every problem."""
    problems: list[Problem] = []
    if not folder.is_dir():
        problems.append(Problem("range.toml", "", f"{folder} is not a folder"))
        return Range(folder, folder.name, datetime.now(UTC)), problems
    top = _top(folder, problems)
    engines = load_engines(folder, problems)
    hosts = load_hosts(folder, problems)
    problems.extend(ad_problems(engines, _known_names(hosts, engine_hosts=[e.host for e in engines])))
    feeds = folder / "feeds"
    whole = Range(
        folder,
        top.name,
        top.now,
        seeds=top.seeds,
        sources=top.sources,
        browser=top.browser,
        feeds=feeds if feeds.is_dir() else None,
        engines=engines,
        hosts=hosts,
        truth=tuple(_truth(folder, hosts, problems)),
    )
    return whole, problems


def _top(folder: Path, problems: list[Problem]) -> Range:
    """range.toml alone."""
    table = read_toml(folder / "range.toml", "range.toml", problems)
    if table is None:
        return Range(folder, folder.name, datetime.now(UTC))
    name = table.text("name", folder.name)
    now = table.instant("now", required=True) or datetime.now(UTC)
    extra = table.text("extra_seeds")
    seeds = folder / extra if extra else None
    if seeds is not None and not seeds.resolve().is_relative_to(folder.resolve()):
        table.wrong("extra_seeds", f"{extra} lies outside the range's folder")
    elif seeds is not None and not seeds.is_dir():
        table.wrong("extra_seeds", f"{extra} is not a folder in the range's folder")
    sources = table.texts("sources")
    browser: UsesBrowser = table.choice("browser", UsesBrowser, "")
    table.finish()
    return Range(folder, name, now, seeds=seeds, sources=sources, browser=browser)


def _known_names(hosts: tuple[Host, ...], engine_hosts: list[str]) -> frozenset[str]:
    return frozenset([name for host in hosts for name in host.all_names] + engine_hosts)


def _truth(folder: Path, hosts: tuple[Host, ...], problems: list[Problem]) -> Iterator[Truth]:
    """truth.toml; it never hinders serving, so all its problems are slips."""
    if not (folder / "truth.toml").is_file():
        return
    found: list[Problem] = []
    table = read_toml(folder / "truth.toml", "truth.toml", found)
    known = {(name, port) for host in hosts for name in host.all_names for port in (*host.ports, None)}
    for site in table.tables("site") if table else ():
        written = site.text("host", required=True)
        label: Literal["fake", "advert", "benign"] = site.choice("label", Literal["fake", "advert", "benign"], "benign")
        if "label" not in site.data:
            site.wrong("label", "is missing; expected fake, advert or benign")
        if written and _site_name(written) not in known:
            site.wrong("host", f"{written} has no folder below hosts")
        yield Truth(written, label, site.text("impersonates"), site.text("campaign"), site.text("why"))
        site.finish("url")
    if table is not None:
        table.finish()
    problems.extend(Problem(p.file, p.key, p.text, serious=False) for p in found)


def _site_name(written: str) -> tuple[str, int | None]:
    """``host``, ``host:port`` and ``HOST_PORT`` as name and port."""
    host, colon, port = written.rpartition(":")
    if colon and port.isdigit() and (":" not in host or host.endswith("]")):
        return plain(host), int(port)
    return split_folder(written)
