"""The demo range's content: valid, told apart by its truth, invented and varied."""

from __future__ import annotations

import ipaddress
import re
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from lookalike.cyber_range.load import check_range, load_range
from lookalike.cyber_range.model import Range
from lookalike.cyber_range.names import split_folder
from lookalike.cyber_range.pages import Page, indexed_pages, read_markup
from seeds.loader import load_seeds

DEMO = Path(__file__).parents[3] / "lookalike" / "cyber_range" / "demo"
RESERVED = [ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]
GENUINE_ADDRESSES = {"117.73.255.95", "221.214.94.41"}  # provincial platforms that really stand on bare addresses
TEXT_FILES = {".html", ".page", ".toml", ".txt", ".json", ".js", ".j2", ".shtml"}
SAME_TEXT = 0.25
"""Jaccard of character trigrams; pages of unrelated hosts stay far below it."""


@dataclass(frozen=True)
class Entry:
    """One row of truth.toml, with the folder that it speaks of."""

    folder: str
    label: str
    impersonates: str
    campaign: str
    why: str


@pytest.fixture(scope="module")
def demo_range() -> Range:
    return load_range(DEMO)


@pytest.fixture(scope="module")
def demo_truth() -> dict[str, Entry]:
    rows = tomllib.loads((DEMO / "truth.toml").read_text(encoding="utf-8"))["site"]
    entries = [
        Entry(
            re.sub(r":(\d+)$", r"_\1", r["host"]),
            r["label"],
            r.get("impersonates", ""),
            r.get("campaign", ""),
            r["why"],
        )
        for r in rows
    ]
    assert len({e.folder for e in entries}) == len(entries)
    return {e.folder: e for e in entries}


@pytest.fixture(scope="module")
def demo_pages(demo_range: Range) -> tuple[Page, ...]:
    return tuple(indexed_pages(demo_range.hosts))


@pytest.fixture(scope="module")
def demo_texts() -> dict[Path, str]:
    found = {}
    for file in sorted(DEMO.rglob("*")):
        if file.is_file() and file.suffix in TEXT_FILES:
            body = file.read_bytes()
            try:
                found[file] = body.decode("utf-8")
            except UnicodeDecodeError:
                found[file] = body.decode("gb18030")
    return found


def _folder(page: Page) -> str:
    return urlsplit(page.target).netloc.replace(":", "_")


# --- the format and the counts ---


def test_the_range_is_valid() -> None:
    assert check_range(DEMO) == []


def test_the_truth_speaks_of_every_host_and_of_no_other(demo_range: Range, demo_truth: dict[str, Entry]) -> None:
    assert {h.folder.name for h in demo_range.hosts} == set(demo_truth)


def test_there_are_as_many_honest_sites_as_guilty_ones(demo_truth: dict[str, Entry]) -> None:
    labels = Counter(e.label for e in demo_truth.values())
    near_misses = [
        e for e in demo_truth.values() if e.label == "benign" and not e.why.startswith(("Genuine platform", "Nuisance"))
    ]
    assert labels["fake"] >= 22
    assert labels["advert"] >= 10
    assert len(near_misses) >= labels["fake"] + labels["advert"]
    assert len(demo_truth) >= 70


def test_every_fake_names_a_platform_that_the_project_knows(demo_truth: dict[str, Entry]) -> None:
    known = {p.id for p in load_seeds().platforms}
    copied = {e.impersonates for e in demo_truth.values() if e.label == "fake"}
    assert copied <= known
    assert len(copied) >= 10
    assert not [e.folder for e in demo_truth.values() if e.label != "fake" and e.impersonates]


def test_each_entry_says_in_a_sentence_why(demo_truth: dict[str, Entry]) -> None:
    assert not [e.folder for e in demo_truth.values() if len(e.why) < 25 or not e.why.endswith(".")]


def test_genuine_platforms_of_the_seeds_are_not_called_guilty(demo_truth: dict[str, Entry]) -> None:
    genuine = {address.host for platform in load_seeds().platforms for address in platform.addresses}
    here = {e.folder: e.label for e in demo_truth.values() if split_folder(e.folder)[0] in genuine}
    assert len(here) >= 10
    assert set(here.values()) == {"benign"}


# --- invented, and harmless ---


def test_addresses_lie_in_documentation_networks(demo_range: Range) -> None:
    told = {a for h in demo_range.hosts if h.dns for kind in ("A", "AAAA") for a in h.dns.records[kind]}
    bare = {h.host for h in demo_range.hosts if re.fullmatch(r"[\d.]+", h.host)}
    outside = {a for a in told | bare if not any(ipaddress.ip_address(a) in n for n in RESERVED)}
    assert outside == GENUINE_ADDRESSES


def test_mobile_numbers_are_of_the_invented_range(demo_texts: dict[Path, str]) -> None:
    found = [
        (file.relative_to(DEMO).as_posix(), number)
        for file, text in demo_texts.items()
        for number in re.findall(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)", _digits(text))
        if not re.sub(r"\D", "", number).startswith("1990000")
    ]
    assert found == []


def test_no_identity_number_is_valid(demo_texts: dict[Path, str]) -> None:
    weights = [pow(2, 17 - i, 11) for i in range(17)]
    valid = [
        number
        for text in demo_texts.values()
        for number in re.findall(r"(?<!\d)[1-9]\d{16}[\dXx](?![\dXx])", _digits(text))
        if "10X98765432"[sum(int(d) * w for d, w in zip(number, weights, strict=False)) % 11] == number[-1].upper()
    ]
    assert valid == []


def test_accounts_are_visibly_made_up(demo_texts: dict[Path, str]) -> None:
    handles = {h for text in demo_texts.values() for h in re.findall(r"zs_?demo_?\d+", _digits(text))}
    mails = {m for text in demo_texts.values() for m in re.findall(r"[\w.-]+@([\w.-]+\.[a-z]{2,})", text)}
    registrars = {"service.aliyun.com", "gname.com", "namesilo.com", "godaddy.com", "west.cn", "tencent.com"}
    registrars |= {"xinnet.com", "dynadot.com", "cloudflare.com"}
    assert len(handles) >= 8
    assert {m for m in mails if not re.search(r"(?:^|\.)example(?:\.(?:com|net|org))?$", m)} <= registrars


def _digits(text: str) -> str:
    """Full-width letters, digits and underline as their plain forms."""
    return text.translate({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})


# --- varied ---


def test_titles_differ_unless_a_clone_kept_the_original(
    demo_pages: tuple[Page, ...], demo_truth: dict[str, Entry]
) -> None:
    hosts: dict[str, list[str]] = defaultdict(list)
    for page in demo_pages:
        hosts[page.title].append(_folder(page))
    twice = {title: names for title, names in hosts.items() if len(names) > 1}
    for title, names in twice.items():
        labels = sorted(demo_truth[n].label for n in names)
        assert labels == ["benign", "fake"], (title, names)
    assert [p.target for p in demo_pages if not p.title] == ["http://q7w2kd.cn/"]  # the root that shows nothing


def test_texts_are_alike_only_in_clones_kits_and_archives(
    demo_texts: dict[Path, str], demo_truth: dict[str, Entry]
) -> None:
    grams: list[tuple[str, frozenset[str]]] = []
    for file, markup in demo_texts.items():
        if file.suffix in {".html", ".shtml", ".page"} and file.is_relative_to(DEMO / "hosts"):
            text = "".join(read_markup(markup)[1].split())
            name = file.relative_to(DEMO / "hosts").parts[0]
            grams.append((name, frozenset(text[i : i + 3] for i in range(len(text) - 2))))
    alike = {
        (a, b) for (a, x), (b, y) in combinations(grams, 2) if a != b and x and len(x & y) > SAME_TEXT * len(x | y)
    }
    for pair in alike:
        first, second = (demo_truth[name] for name in pair)
        kit = bool(first.campaign) and first.campaign == second.campaign
        genuine = [e.why.startswith("Genuine platform") for e in (first, second)]
        clone = any(genuine) and "fake" in {first.label, second.label}
        archive = any(name.startswith("archive.") for name in pair)
        assert kit or clone or archive or all(genuine), pair
    assert ("cx.mem.gov.cn", "cx.mem.gov.cn.zs-cx.top") in alike
