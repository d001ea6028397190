"""A range of many sites over many nights: crews of fakes and sellers among honest neighbours, each with a life.

The same number, nights and seed give the same sites. ``World.write`` brings one folder up to a night: only what has
changed since the night before is written again.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from lookalike.resources import demo_range
from tests.ranges import many_pages

Kind = Literal["fake", "seller", "honest", "parked"]
State = Literal["none", "up", "down", "gone", "parked", "moved", "shop"]
"""``none``: there is no such name yet; ``down``: 404 everywhere; ``gone``: the name is no more."""

FIRST = datetime.fromisoformat("2026-05-11T02:00:00+08:00")
PAGE_SIZE = 50
"""Results on a page of the engines."""
GENUINE = ("cx.mem.gov.cn", "www.mem.gov.cn", "jzsc.mohurd.gov.cn", "zscx.osta.org.cn")
"""Folders of the demo that stand here as well: what fakes are compared with."""
NETWORKS = ("203.0.113", "198.51.100", "192.0.2")
HOST = '[dns]\nA = ["{address}"]\nNS = ["ns1.dns-{crew}.example", "ns2.dns-{crew}.example"]\n\n[whois]\nfile = "whois.txt"\n\n'
NETWORK = '[asn]\nnumber = {number}\nname = "EXAMPLE-{number}"\ncountry = "{country}"\n\n'
WHOIS = (
    "Domain Name: {host}\nCreation Date: {made}T00:00:00Z\nRegistry Expiry Date: 2027-04-20T00:00:00Z\n"
    "Registrar: {registrar}\nName Server: NS1.DNS-{crew}.EXAMPLE\n"
)


@dataclass(slots=True)
class Made:
    """One site and what becomes of it."""

    host: str
    kind: Kind
    number: int
    crew: int
    """Number of the crew; of an honest site its own."""
    address: str
    turns: list[tuple[int, State]]
    """From which night on it is what, ascending; before the first of them there is no such name."""
    shown: frozenset[int]
    """Nights on which the engines show it, where it is up."""
    listed: int | None = None
    """Night whose asset export names it; None: no export does."""
    target: str = ""
    """Where it redirects to once it has moved."""

    def at(self, night: int) -> State:
        """What it is on a night."""
        return next((state for since, state in reversed(self.turns) if since <= night), "none")

    def ups(self) -> list[int]:
        """Nights on which it comes up after it has been away."""
        away = ("down", "gone", "parked")
        pairs = zip(self.turns, self.turns[1:], strict=False)
        return [since for (_, before), (since, now) in pairs if before in away and now == "up"]


@dataclass
class World:
    """All sites, and the folder of the range as it was written last."""

    sites: list[Made]
    folder: Path
    _written: dict[str, tuple[State, bool]] = field(default_factory=dict)

    def write(self, night: int) -> Path:
        """The range of that night. Nights are written in ascending order."""
        if not self._written:
            self._frame()
        (self.folder / "range.toml").write_text(
            f'name = "many sites"\nnow = {(FIRST + timedelta(days=night)).isoformat()}\nbrowser = "off"\n'
            'sources = ["baidu", "bing", "assets"]\n',
            encoding="utf-8",
        )
        for site in self.sites:
            state, shown = site.at(night), night in site.shown and site.at(night) == "up"
            if self._written.get(site.host) != (state, shown) and state != "none":
                self._host(site, state, shown=shown)
            self._written[site.host] = state, shown
        self._export([s for s in self.sites if s.listed == night])
        return self.folder

    def _frame(self) -> None:
        shutil.copytree(demo_range() / "engines", self.folder / "engines", ignore=_all_but("baidu", "bing"))
        for table in (self.folder / "engines").glob("*.toml"):
            head = table.read_text(encoding="utf-8").partition("[[ads]]")[0]
            sized = [line for line in head.splitlines() if not line.startswith(("page_size", "captcha"))]
            table.write_text("\n".join([*sized, f"page_size = {PAGE_SIZE}", ""]), encoding="utf-8")
        for host in GENUINE:
            shutil.copytree(demo_range() / "hosts" / host, self.folder / "hosts" / host)
        (self.folder / "feeds").mkdir()

    def _host(self, site: Made, state: State, *, shown: bool) -> None:
        folder = self.folder / "hosts" / site.host
        if state == "gone":
            shutil.rmtree(folder, ignore_errors=True)
            return
        folder.mkdir(parents=True, exist_ok=True)
        crew = f"K{site.crew}" if site.kind in {"fake", "seller"} else f"S{site.number}"
        country, number = ("HK", 64496 + site.crew % 6) if site.kind != "honest" else ("CN", 64502 + site.number % 9)
        head = f"indexed = {str(shown).lower()}\n\n" + HOST.format(address=site.address, crew=crew)
        head += NETWORK.format(number=number, country=country)
        (folder / "host.toml").write_text(head + _route(site, state), encoding="utf-8")
        made = "2026-04-20" if site.kind != "honest" else f"20{10 + site.number % 14}-03-11"
        registrar = f"Example Registrar {site.crew % 7}"
        whois = WHOIS.format(host=site.host.upper(), made=made, registrar=registrar, crew=crew)
        (folder / "whois.txt").write_text(whois, encoding="utf-8")
        (folder / "index.html").unlink(missing_ok=True)
        if page := _page(site, state):
            (folder / "index.html").write_text(page, encoding="utf-8")

    def _export(self, listed: list[Made]) -> None:
        export = self.folder / "feeds" / "fofa-export.csv"
        rows = [f"{s.host},http://{s.host}/,操作证查询" for s in listed]
        export.write_text("\n".join(["host,link,title", *rows, ""]), encoding="utf-8")


def _all_but(*names: str):
    return lambda _folder, found: [f for f in found if f.split(".")[0] not in names]


def _route(site: Made, state: State) -> str:
    if state == "down":
        return '[[route]]\npath = "/*"\nstatus = 404\nbody = "404 Not Found"\n'
    if state == "moved":
        return f'[[route]]\npath = "/*"\nredirect = "http://{site.target}/"\n'
    return ""


def _page(site: Made, state: State) -> str:
    if state == "parked":
        return many_pages.parked(site.host)
    if state == "shop":
        return many_pages.shop(site.number)
    if state != "up":
        return ""
    if site.kind == "fake":
        return many_pages.fake(site.number, site.crew)
    if site.kind == "seller":
        return many_pages.seller(site.number, site.crew)
    return many_pages.honest(site.number)


def make(folder: Path, number: int, nights: int = 10, seed: int = 11) -> World:
    """A world of ``number`` sites: 12 % fakes and 8 % sellers, both in crews, and 5 % idle names.

    A fifth is there only later, night by night, with new houses of the crews that are known; of fakes a third goes
    down and comes back, some move, some die, some show another page for a while.
    """
    dice = random.Random(seed)
    sites = [_site(n, number, nights, dice) for n in range(number - number // 100)]
    fakes = [s for s in sites if s.kind == "fake" and s.turns[0][0] == 0]
    for moved in dice.sample(fakes, number // 100):  # each goes to a house of its own
        night = dice.randrange(2, nights - 2)
        home = f"xin{moved.host.partition('.')[0]}.example-top"
        moved.turns, moved.target = [(0, "up"), (night, "moved")], home
        sites.append(Made(home, "fake", moved.number, moved.crew, moved.address, [(night, "up")], frozenset()))
    return World(sites, folder)


def _site(n: int, number: int, nights: int, dice: random.Random) -> Made:
    kind, guilty = _kind(n % 100), n % 100 < 20
    crew = n // 100 % max(number // 125, 1) if guilty else n
    born = 0 if n < number * 4 // 5 else 1 + (n - number * 4 // 5) * (nights - 1) // (number - number * 4 // 5)
    words = {"fake": "cx-mem", "seller": "kaozheng", "honest": "anpei", "parked": "cx-gov"}
    host = f"{words[kind]}{n:05}.example-top"
    group = (crew * 6 + n % 3 * 2 + (kind == "seller")) % 120 if guilty else 120 + n % 630
    address = f"{NETWORKS[group % 3]}.{1 + group // 3}"
    turns, shown = _turns(kind, born, nights, dice), {born}
    if dice.random() < 0.1:
        shown.add(born + 8)  # seen again after more than a week
    if dice.random() < 0.1:
        shown.add(dice.randrange(born, nights))
    return Made(host, kind, n, crew, address, turns, frozenset(shown), born if kind == "parked" else None)


def _kind(place: int) -> Kind:
    return "fake" if place < 12 else "seller" if place < 20 else "parked" if place < 25 else "honest"


def _turns(kind: Kind, born: int, nights: int, dice: random.Random) -> list[tuple[int, State]]:
    chance = dice.random()
    down = dice.randrange(born + 2, max(born + 3, nights - 3))
    up = down + dice.randrange(1, 4)
    if kind == "parked":
        return [(born, "parked"), (down + 1, "up")] if chance < 0.1 else [(born, "parked")]
    if kind == "honest":
        return [(born, "up"), (down, "gone")] if chance < 0.03 else [(born, "up")]
    if chance < 0.3:
        away: State = "down" if dice.random() < 0.6 else "gone"
        again = up + dice.randrange(2, 4)
        twice: list[tuple[int, State]] = [(again, "down"), (again + 1, "up")] if dice.random() < 0.3 else []
        return [(born, "up"), (down, away), (up, "up"), *twice]
    if chance < 0.4:
        return [(born, "up"), (down, "down")]
    return [(born, "up"), (down, "shop"), (up, "up")] if chance < 0.45 else [(born, "up")]


def by_host(world: World) -> dict[str, Made]:
    """Its sites by host."""
    return {site.host: site for site in world.sites}


def there(world: World, night: int) -> Iterator[Made]:
    """Sites whose names stand on that night."""
    return (site for site in world.sites if site.at(night) not in {"none", "gone"})
