"""Words with one slip count beside a sure word of another class; proxies show whom they show. Names are invented."""

from __future__ import annotations

import pytest

from scoring.names import NameIndex
from seeds.loader import load_seeds


@pytest.fixture(scope="module")
def slip_index() -> NameIndex:
    seeds = load_seeds()
    return NameIndex(seeds.platforms, seeds.lexicon)


@pytest.mark.parametrize(
    "name",
    ["renhsebu-zscx.top", "tezongzuoye-chaxun.cn", "yingjiguanlibu-zhengsuh.com", "yantaiyingjiguanilju-zscx.com"],
)
def test_one_slip_beside_a_sure_word_is_a_hit(slip_index: NameIndex, name: str) -> None:
    assert {f.rule for f in slip_index.judge(name) if f.strength >= 0.5} == {"pinyin"}


@pytest.mark.parametrize(
    "name",
    [
        "renhsebu.top",
        "tezongzuoye.cn",
        "shangbiao-chaxun.cn",
        "peixun-zhengshu.com",
        "weizhang-zscx.cn",
        "jinanjiancai.cn",
    ],
)
def test_a_slip_alone_or_beside_another_word_is_none(slip_index: NameIndex, name: str) -> None:
    assert slip_index.judge(name) == ()


def test_a_translating_proxy_is_judged_by_whom_it_shows(slip_index: NameIndex) -> None:
    assert slip_index.judge("www-mem-gov-cn.translate.goog") == ()
    assert slip_index.judge("cx--mem-top.translate.goog") == slip_index.judge("cx-mem.top") != ()


def test_a_town_and_its_office_are_a_whole_name(slip_index: NameIndex) -> None:
    assert slip_index.judge("rizhaoyingjiju.cn")[0].strength >= 0.5
    assert slip_index.judge("rizhaoyingjideng.cn") == ()
