"""Queries: varied from the first on, the same each time, and moving on night by night."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds.loader import load_seeds
from seeds.model import Lexicon, Term
from seeds.queries import platform_names, queries

SEEDS = load_seeds()
NAMES = platform_names(SEEDS.platforms)
FAMILIES = {
    "特种作业": ("特种作业操作证",),
    "电工": ("电工证",),
    "焊工": ("焊工证",),
    "登高": ("登高证", "高处作业证"),
    "特种设备": ("特种设备作业人员证", "叉车证"),
    "建筑施工": ("建筑施工特种作业操作资格证",),
    "安全员": ("安全员c证",),
    "职业资格": ("职业资格证",),
    "技能等级": ("技能等级证书",),
    "学历": ("学历证书",),
    "职称": ("职称证",),
}
EXEMPT = ("免考", "免试", "速成", "包过", "保过", "包拿证", "包下证", "包取证", "不用考试", "无需考试", "不考试")


def lexicon(templates: tuple[str, ...], **groups: tuple[str, ...]) -> Lexicon:
    return Lexicon({g: tuple(Term(t) for t in terms) for g, terms in groups.items()}, templates)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())
def test_the_first_forty_offer_every_family_without_an_exam(family):
    first = queries(SEEDS.lexicon, 40, platforms=NAMES)
    assert [q for q in first if any(f in q for f in family) and any(s in q for s in EXEMPT)]


@pytest.mark.parametrize(
    "words", [("查询", "官网"), ("扫码",), ("可查",), ("烟台",), ("微信",), ("证书查询",)], ids="".join
)
def test_the_first_forty_have_every_kind_of_wording(words):
    assert [q for q in queries(SEEDS.lexicon, 40, platforms=NAMES) if all(w in q for w in words)]


def test_the_first_forty_name_platforms_themselves():
    assert set(queries(SEEDS.lexicon, 40, platforms=NAMES)) >= {NAMES[0], NAMES[1]}


def test_the_best_known_platform_is_asked_for_first_and_brackets_are_left_out():
    assert NAMES[0].startswith("特种作业操作证及安全生产知识")
    assert "全国建筑市场监管公共服务平台" in NAMES
    assert "国家机关或政府部门" not in NAMES


def test_without_platform_names_no_place_holder_is_left():
    assert not [q for q in queries(SEEDS.lexicon) if "{" in q or "}" in q]


def test_all_queries_are_distinct_and_not_too_many_to_hold():
    everything = queries(SEEDS.lexicon, platforms=NAMES)
    assert len(set(everything)) == len(everything)
    assert 5_000 < len(everything) < 60_000


def test_two_fields_meet_in_all_pairs():
    small = lexicon(("{product} {slogan}",), products=("a", "b", "c"), slogans=("x", "y"))
    assert set(queries(small)) == {f"{p} {s}" for p in "abc" for s in "xy"}


def test_common_slogans_are_not_searched_for():
    weak = Lexicon({"products": (Term("a"),), "slogans": (Term("x", 0.3), Term("y", 0.6))}, ("{product} {slogan}",))
    assert queries(weak) == ("a y",)


def test_an_earlier_template_gets_the_larger_share():
    two = lexicon(("{product} 免考", "{product} 查询"), products=tuple("abcdefghij"))
    first = queries(two, 9)
    assert sum(q.endswith("免考") for q in first) == 6


def test_overlay_words_come_first(tmp_path):
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon/products.toml").write_text('terms = ["潜水证"]', encoding="utf-8")
    assert queries(load_seeds(tmp_path).lexicon, 1) == ("潜水证 免考",)


def test_a_group_that_is_empty_gives_no_queries():
    assert queries(lexicon(("{product} {slogan}",), products=("a",))) == ()


@settings(max_examples=15, deadline=None)
@given(limit=st.integers(3, 200), rotate=st.integers(0, 500))
def test_every_night_keeps_its_budget_and_begins_with_the_same_third(limit, rotate):
    tonight = queries(SEEDS.lexicon, limit, rotate, NAMES)
    first = queries(SEEDS.lexicon, limit, 0, NAMES)
    core = -(-limit // 3)
    assert len(tonight) == len(set(tonight)) == limit
    assert tonight[:core] == first[:core]


def test_two_nights_in_a_row_share_the_core_only():
    a, b = (set(queries(SEEDS.lexicon, 60, n, NAMES)) for n in (3, 4))
    assert len(a & b) == 20


def test_enough_nights_ask_everything():
    small = lexicon(("{product} {slogan}",), products=tuple("abcdef"), slogans=tuple("uvwxyz"))
    asked = {q for night in range(6) for q in queries(small, 9, night)}
    assert asked == set(queries(small))


@pytest.mark.parametrize("limit", [0, -1])
def test_no_budget_no_queries(limit):
    assert queries(SEEDS.lexicon, limit) == ()
