"""Places with their ranks, the state, trades' papers and dressed labels in host names. All names are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.name_places import Heads
from scoring.names import NameIndex
from scoring.screen import LEAST
from seeds.loader import load_seeds

SEEDS = load_seeds()
INDEX = NameIndex(SEEDS.platforms, SEEDS.lexicon)
HEADS = Heads(frozenset({"shandong", "yantai"}), frozenset({"sd", "yt"}), frozenset({"xx"}))


def is_hit(name: str) -> bool:
    return any(finding.strength >= LEAST for finding in INDEX.judge(name))


@pytest.mark.parametrize(
    ("run", "rest"),
    [
        ("sdzjt", "zjt"),
        ("sdszjt", "zjt"),
        ("ytshizjj", "zjj"),
        ("shandongszjt", "zjt"),
        ("xxszjj", "zjj"),
        ("gjyjglb", "yjglb"),
    ],
)
def test_what_stands_before_an_office_is_taken_away(run: str, rest: str) -> None:
    assert rest in set(HEADS.rests(run))


def test_a_towns_initials_need_a_rank_behind_them() -> None:
    assert list(HEADS.rests("xxzjj")) == []


@given(st.text(alphabet="abcdeghijnstxyz", max_size=24))
def test_a_rest_is_always_the_end_of_the_run(run: str) -> None:
    assert all(run.endswith(rest) and len(rest) < len(run) for rest in HEADS.rests(run))


@pytest.mark.parametrize(
    "name",
    [
        "sxszjtzscx.top", "gdszjt-agry.cn", "hunanszjtagrycx.com", "jinanszjj-zscx.cn", "zjsyjglt-tzzycx.com", "lysrsjzscx.cn",
        "gxzzqrst-zscx.cn", "hbsjscyryglxt.cn", "henan-jscyryglxt.com",
    ],
)  # fmt: skip
def test_a_place_with_its_rank_bounds_the_office_behind_it(name: str) -> None:
    assert is_hit(name)


@pytest.mark.parametrize("name", ["zgyjglb.cn", "gj-yjglb.com", "gjzjb-zscx.cn", "qgjnjdzx-zscx.com", "zgjnjd-cx.cn"])
def test_a_national_word_by_initials_bounds_an_agency(name: str) -> None:
    assert is_hit(name)


@pytest.mark.parametrize(
    "name",
    [
        "hgczzcx.cn", "dgczz-chaxun.com", "dtczzcx.top", "jzgczz-zscx.cn", "gydgzcx.com", "bdyzscx.cn", "jzbdyzcx.com",
        "agrycx.top", "zjb-agrycx.cn", "aqkscx.top", "tzzyks-zs.com", "molss-zscx.cn",
    ],
)  # fmt: skip
def test_trades_and_people_by_initials_count_beside_a_query_word(name: str) -> None:
    assert is_hit(name)


@pytest.mark.parametrize("name", ["jzsc2026.cn", "mohrss-online.top", "zlaqwang.com", "2025chsi.cn"])
def test_an_own_label_with_a_year_or_the_word_for_site_is_a_whole_name(name: str) -> None:
    assert is_hit(name)


@pytest.mark.parametrize(
    "name", ["tzzyzquery.top", "aqsc-license.cn", "zhengshu-search.com", "license-chaxun.cn", "special-zscx.com"]
)
def test_english_query_words_count_beside_a_word_of_the_field(name: str) -> None:
    assert is_hit(name)


@pytest.mark.parametrize("name", ["技能证书查询.com", "cx.焊工操作证.com", "电工操作证.chaxun.cn", "上岗证查询.cn"])
def test_papers_in_characters_count_beside_a_query_in_either_script(name: str) -> None:
    assert is_hit(name)


@pytest.mark.parametrize(
    "name",
    [
        "sdszx.com", "ytsjj.cn", "hgczz.cn", "gjzjb.com", "bdycx.com", "skillcert.com", "special-query.com", "license-check.com",
        "diangong-search.com", "chsi-net.com", "zgkjcx.cn", "技能.cx.com", "电工.chaxun.com", "memory2024.com", "skillscheck.com",
        "saws-online.com", "zhongguokeji2024.com",
    ],
)  # fmt: skip
def test_half_of_such_a_name_is_none(name: str) -> None:
    assert not is_hit(name)


@pytest.mark.parametrize("name", ["govcert.az", "www.govcert.gov.cz", "www.govcert.dk", "govcert.lu"])
def test_another_countrys_response_team_is_left_alone(name: str) -> None:
    assert INDEX.judge(name) == ()


@pytest.mark.parametrize("name", ["govcert.cn", "gov-cert.top", "govcert-chaxun.lu", "govcert.cc"])
def test_what_says_gov_and_cert_elsewhere_or_more_is_not(name: str) -> None:
    assert is_hit(name)
