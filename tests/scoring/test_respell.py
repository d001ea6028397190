from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.backwards import forwards
from scoring.contacts import contacts
from scoring.text import fold

READ = [
    ("代ban各类zheng件", "代办各类证件"),
    ("叉车zheng 免kao 包guo", "叉车证 免考 包过"),
    ("han gong zheng mian kao", "焊工证免考"),
    ("jia wei xin demo_01", "加微信 demo_01"),
    ("讠正书 亻弋办", "证书 代办"),
    ("扌喿亻乍讠正 力口微", "操作证 加微"),
    ("电工正、焊工正", "电工证、焊工证"),
    ("代办正件", "代办证件"),
    ("❌考试 官🌐可查", "不考试 官网可查"),
]
LEFT = [
    "he was a ban he can",
    "urban guo-style",
    "微信：zheng_demo1",
    "kao@example.com",
    "操作正常，作业正确，学位正式授予",
    "他正在办正事",
    "力口弓长",
    "❌ 2026",
    "被ban-list收录",
]


@pytest.mark.parametrize(("text", "meant"), READ)
def test_a_character_is_read_from_its_syllable_its_halves_or_a_picture(text: str, meant: str) -> None:
    assert fold(text).text.replace(" ", "") == fold(meant).text.replace(" ", "")


@pytest.mark.parametrize("text", LEFT)
def test_what_may_mean_something_else_is_left_alone(text: str) -> None:
    assert fold(text).text == fold(text.replace(",", "，")).text
    assert "证" not in fold(text).text
    assert "办" not in fold(text).text.replace("办正事", "")


@given(st.text(alphabet="zhengkaob 讠正亻弋❌🌐电工正件、证a_-1", max_size=60))
@settings(deadline=None, max_examples=300)
def test_reading_again_changes_nothing_and_places_lead_back(text: str) -> None:
    folded = fold(text)
    assert fold(folded.text).text == folded.text
    for place in range(len(folded.text)):
        start, end = folded.span(place, place + 1)
        assert 0 <= start < end <= len(text)


def test_a_line_written_backwards_is_turned_round() -> None:
    text = "各位\n款付后证出先，查可网官，试考免，证工焊理办 0008-310-0831 信微\n谢谢"
    assert "办理焊工证" in forwards(text)
    assert ("phone", "13800138000") in {(c.type, c.value) for c in contacts(text)}


@pytest.mark.parametrize("text", ["", "电工证怎么考试，官网可查，扫码下证", "证工电"])
def test_other_lines_are_not(text: str) -> None:
    assert forwards(text) == ""
