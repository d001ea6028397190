"""The cheap pass with the careful judgement behind it finds what the careful judgement finds alone."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.names import NameIndex
from scoring.screen import Counts, Screener
from seeds.loader import load_seeds
from seeds.model import Address, Platform

spec = importlib.util.spec_from_file_location("many_names", Path(__file__).with_name("many_names.py"))
assert spec is not None
assert spec.loader is not None
many_names = sys.modules.setdefault("many_names", importlib.util.module_from_spec(spec))
spec.loader.exec_module(many_names)

SEEDS = load_seeds()
INDEX = NameIndex(SEEDS.platforms, SEEDS.lexicon)
FAST = Screener(INDEX, SEEDS.known_names)
CAREFUL = Screener(INDEX, SEEDS.known_names, fast=False)


def both(names: list[str]) -> tuple[list[tuple[str, float, str]], list[tuple[str, float, str]], Counts, Counts]:
    buffer = "\n".join(names).encode("utf-8", "surrogatepass") + b"\n"
    fast, careful = Counts(), Counts()
    found = [(h.name, h.score, h.rule) for h in FAST.hits(buffer, fast)]
    expected = [(h.name, h.score, h.rule) for h in CAREFUL.hits(buffer, careful)]
    return found, expected, fast, careful


def hits(*names: str) -> list[str]:
    return [h.name for h in FAST.hits("\n".join(names).encode() + b"\n")]


def test_the_compiled_pass_is_here() -> None:
    assert FAST.fast


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)])
def test_two_stages_find_the_same_in_order_and_count_the_same_bad_lines(seed: int) -> None:
    size = 3_000 if seed == 1 else 50_000
    found, expected, fast, careful = both(list(many_names.ManyNames(SEEDS, INDEX, seed).draw(size)))
    assert found == expected
    assert (fast.names, fast.bad) == (careful.names, careful.bad)
    assert len(found) > size / 10


@given(
    st.lists(st.text(st.characters(blacklist_characters="\n", blacklist_categories=("Cs",)), max_size=80), max_size=8)
)
def test_any_text_at_all_comes_to_the_same(lines: list[str]) -> None:
    found, expected, fast, careful = both(lines)
    assert found == expected
    assert fast.bad == careful.bad


@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_read_without_an_error(data: bytes) -> None:
    counts = Counts()
    list(FAST.hits(data, counts))
    assert counts.bad <= counts.names


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("cx.mem.gov.cn.zs-cx.example.top", "mem-cx"),
        ("CX-MEM-GOV.CN.COM", "mem-cx"),
        ("zscx.0sta.org.cn", "mohrss-osta"),
        ("chsl.com.cn", "chsi"),
        ("xn--15q84e03ixxnov7byfa.xn--ses554g", None),
        ("*.cx-mem.gov-cn.example", "mem-cx"),
        ("http://cxmemgov.cn:8080/query?x=1", "mem-cx"),
        ("cxmemgov.cn.", "mem-cx"),
        ("www.cxmemgov.cn\r", "mem-cx"),
        ("_dmarc.cxmemgov.cn", "mem-cx"),
    ],
)
def test_a_name_in_every_usual_dress_is_a_hit(name: str, platform: str | None) -> None:
    (found,) = FAST.hits(name.encode() + b"\n")
    assert platform is None or found.impersonates == platform


@pytest.mark.parametrize(
    "name",
    [
        "cx.mem.gov.cn", "www.mem.gov.cn", "yjglj.yantai.gov.cn", "zscx.osta.org.cn", "www.chsi.com.cn", "my.chsi.com.cn",
        "cnse.e-cqs.cn", "117.73.255.95:8081", "memory.com", "www.posta-design.com", "www.z-hanjie.com", "# cxmemgov.cn", "",
    ],
)  # fmt: skip
def test_genuine_and_honest_names_are_no_hit(name: str) -> None:
    assert hits(name) == []


@pytest.mark.parametrize(
    "line",
    ["a..cxmemgov.cn", "x" * 64 + ".cn", "y" * 300, "xn--\xff.cn", "cx_\x01mem.gov.cn.top", "xn--a.cn", "foo.123"],
)
def test_what_is_no_name_is_counted_and_shown(line: str) -> None:
    counts = Counts()
    list(FAST.hits(b"good.example\n" + line.encode("latin-1") + b"\n", counts))
    assert (counts.names, counts.bad) == (2, 1)
    assert counts.shown[0][0] == 2


def test_a_well_known_domain_is_spared_whatever_its_letters() -> None:
    spared = Screener(INDEX, {"cxmemgov.cn"})
    assert [h.name for h in spared.hits(b"www.cxmemgov.cn\ncxmemgov.top\n")] == ["cxmemgov.top"]


def test_a_new_platform_is_screened_for_by_adding_its_row() -> None:
    row = Platform("new", "web", "测试核验平台", "某机关", addresses=(Address("heyan.qtzbjk.cn"),))
    index = NameIndex((*SEEDS.platforms, row), SEEDS.lexicon)
    assert [h.impersonates for h in Screener(index).hits(b"heyan-qtzbjk-cn.top\nqtzbik.cn\n")] == ["new", "new"]
    assert hits("heyan-qtzbjk-cn.top", "qtzbik.cn") == []
