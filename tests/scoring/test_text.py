from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.text import TermSet, find_terms, fold, loose, normalise, simplify

PIECES = st.sampled_from(
    [
        *"免考特種作業操证书乾坤丨乄 \n　(（)）[]【】yèàěkǎo\u0301\u0308\u200bAaⅣ①１⒜ﬁＱ.。，-★/İßКν\ud800ﾞ",
        "(yè)",
        "（ye4）",
        "(cāo zuò)",
        " (yè)",
        "   ",
        "(an1)",
    ]
)
TEXTS = st.lists(PIECES | st.characters(), max_size=40).map("".join)
TERMS = TermSet({"slogans": ("免考", "包过", "特种作业操作证"), "topics": ("操作证", "作业"), "contacts": ("vx", "qq")})

# Written for these tests in the manner of pages that answer searches for certificates: traditional
# characters, pinyin behind those that a simplified-only filter does not know.
DISGUISED = [
    ("本中心代辦特種作業(yè)操作證，當天出證", "特种作业操作证"),
    ("低壓電工證復(fù)審每三年一次", "复审"),
    ("低壓電工證復(fù)審每三年一次", "低压电工证"),
    ("免考試(shì)拿證，全程不用到場(chǎng)", "不用到场"),
    ("職業(yè)資格證書(shū)聯(lián)網(wǎng)可查", "职业资格证书"),
    ("職業(yè)資格證書(shū)聯(lián)網(wǎng)可查", "联网可查"),
    ("國(guó)家應(yīng)急管理部統(tǒng)一頒發(fā)", "应急管理部"),
    ("國(guó)家應(yīng)急管理部統(tǒng)一頒發(fā)", "统一颁发"),
    ("安全生產(chǎn)知識(shí)考核合格證", "安全生产知识"),
    ("包過(guò)包拿證，先出證後付款", "包过"),
    ("包過(guò)包拿證，先出證後付款", "先出证后付款"),
    ("官網(wǎng)查詢(xún)入口", "官网查询"),
    ("焊接與熱（rè）切割作業（ｙè）", "热切割作业"),
    ("培訓(xun4)學(xue2)校報名", "培训学校报名"),
    ("操作證(cāo zuò zhèng)查驗", "操作证查验"),
    ("高處作業 (yè) 證", "高处作业"),
    ("建築(zhù)施工特種作業人員", "建筑施工特种作业人员"),
    ("質(zhì)量監(jiān)督管理局備案", "质量监督管理局"),
    ("技能等級(jí)證書，終身有效", "技能等级证书"),
    ("註(zhù)冊(cè)安全工程師", "安全工程师"),
    ("從業(yè)人員持證上崗(gǎng)", "持证上岗"),
]


@given(TEXTS)
@settings(deadline=None, max_examples=400)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_the_loose_form_is_stable_too(text: str) -> None:
    once = loose(text)
    assert loose(once) == once


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_every_character_comes_from_an_ascending_place_in_the_original(text: str) -> None:
    folded = fold(text)
    assert len(folded.origin) == len(folded.text)
    assert list(folded.origin) == sorted(folded.origin)
    assert all(place < len(text) for place in folded.origin)


@given(st.lists(PIECES | st.sampled_from(["免", "考", "操作證", "ＶＸ", "包過(guò)"]), max_size=30).map("".join))
@settings(deadline=None, max_examples=400)
def test_a_quote_is_the_original_and_still_holds_its_term(text: str) -> None:
    for match in TERMS.find(text):
        assert text[match.start : match.end] == match.quote
        assert normalise(match.term) in normalise(match.quote)


@pytest.mark.parametrize(("text", "keyword"), DISGUISED)
def test_a_keyword_in_traditional_characters_with_pinyin_is_found(text: str, keyword: str) -> None:
    assert keyword not in text
    assert [m.term for m in TermSet({"k": (keyword,)}).find(text)] == [keyword]


def test_converting_characters_alone_would_find_about_half_of_these() -> None:
    by_conversion = sum(keyword in simplify(text) for text, keyword in DISGUISED)
    assert by_conversion < len(DISGUISED) * 2 / 3


@pytest.mark.parametrize(
    "broken",
    [
        "免 考",
        "免-考",
        "免丨考",
        "免★考",
        "免。考",
        "免\u200b考",
        "免　考",
        "免·考",
        "免_考",
        "免\n考",
        "免乄考",
        "免＊＊考",
    ],
)
def test_a_word_broken_by_separators_is_whole_again(broken: str) -> None:
    assert normalise(f"【{broken}】") == "【免考】"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("三类人员(A)", "三类人员(a)"),
        ("人工智能（AI）培训", "人工智能(ai)培训"),
        ("驾驶证（A1）", "驾驶证(a1)"),
        ("驾驶证(A1,A2)", "驾驶证(a1,a2)"),
        ("应急管理部(MEM)", "应急管理部(mem)"),
        ("证书(2024)", "证书(2024)"),
    ],
)
def test_an_honest_bracket_stays(text: str, kept: str) -> None:
    assert normalise(text) == kept


@pytest.mark.parametrize(
    "prose",
    [
        "持证上岗。考试每月一批",
        "本机构不代办免费业务,考试须本人到场",
        "会计 实操 培训 课程",
        "第一章 总则\n第二条 适用范围",
        "办理“免”字头业务(考务科)",
    ],
)
def test_prose_is_not_glued_into_a_slogan(prose: str) -> None:
    assert not TermSet({"s": ("免考", "上岗考试", "训课", "则第")}).find(prose)


def test_interleaved_bars_and_full_width_letters_are_undone() -> None:
    assert normalise("【 Ｖｘ 满丨意丨给丨钱】") == "【 vx 满意给钱】"


def test_letters_of_other_alphabets_read_as_what_they_look_like() -> None:
    assert normalise("ԛԛ微信 ѵх") == "qq微信 vx"


def test_loose_closes_what_normalise_leaves() -> None:
    text = "办理免。考证书"
    assert "免考" not in normalise(text)
    assert "免考" in loose(text)


def test_loose_keeps_lines_apart() -> None:
    assert "免考" not in loose("费用全免\n考试资料")


def test_the_longest_term_of_a_group_wins_and_groups_do_not_hide_each_other() -> None:
    found = [(m.group, m.term) for m in TERMS.find("特種作業(yè)操作證")]
    assert found == [("slogans", "特种作业操作证"), ("topics", "作业"), ("topics", "操作证")]


def test_a_latin_term_is_not_found_inside_a_longer_word() -> None:
    assert not TERMS.find("vxworks linuxvx")
    assert [m.quote for m in TERMS.find("加VX123")] == ["VX"]


def test_offsets_point_at_the_original_behind_removed_characters() -> None:
    text = "\u200b\u200b代辦 免\u200b(miǎn)考 包過"
    assert [(m.term, m.quote) for m in find_terms(text, TERMS)] == [("免考", "免\u200b(miǎn)考"), ("包过", "包過")]


def test_a_term_without_anything_to_match_is_refused() -> None:
    with pytest.raises(ValueError, match="group x"):
        TermSet({"x": ("\u200b",)})


def test_an_empty_set_finds_nothing() -> None:
    assert TermSet({}).find("免考") == []


@pytest.mark.parametrize(
    "hostile", ["業(" * 100_000, "免 " * 100_000, "((((" * 50_000, "证书" * 100_000, "e\u0301" * 100_000]
)
def test_a_hostile_text_costs_linear_time(hostile: str) -> None:
    start = time.process_time()
    fold.__wrapped__(hostile)
    assert time.process_time() - start < 3.0


def test_reading_conversion_knows_phrases() -> None:
    assert simplify("乾坤 證書") == "乾坤 证书"
