"""What is counted of a text, and which window of it is read."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import wording
from scoring.wording import ALL, LONGEST, NAMED, Model, read_wording, shipped_model
from scoring.wording_grams import about_papers, counted, grams
from scoring.wording_pieces import pieces_of

SELLS = "电工证不用考试，三天官网可查，查到再付款，加微信 zs_demo88"
TEACHES = "本校电工班每月开班，学费含教材，理论和实操考试合格后由应急管理局发证。"
PROSE = "今天上午村里的果园开园，游客们沿着小路散步，孩子们在草地上奔跑，老人坐在树下聊天。"


def logit(text):
    reading = read_wording(text)
    return reading.logit if reading else None


def said(text):
    return {f"{group}:{gram}" for group, found in grams(pieces_of(text)).items() for gram in found}


def test_a_seller_is_worded_unlike_a_school():
    assert logit(SELLS) > 2
    assert logit(TEACHES) < -1


@pytest.mark.parametrize(
    "spelled",
    [
        "电工证卟用栲试，三天官网可查，查到再付款",
        "電工證不用考試，三天官網可查，查到再付款",
        "电.工.证.不.用.考.试，三天官网可查，查到再付款",
        "diangong证不用kao试，三天官网可查，查到再付款",
    ],
)
def test_a_disguise_hardly_changes_what_is_said(spelled):
    plain = logit("电工证不用考试，三天官网可查，查到再付款")
    assert plain > 1
    assert logit(spelled) > 0.6 * plain


def test_characters_of_one_sound_share_their_syllables_and_kinds():
    shared = said("免考") & said("勉烤")
    assert "s:mian kao" in shared
    assert "k:spare1" in shared
    assert "k:odd1" in said("勉烤") - said("免考")


def test_neither_contact_nor_number_is_counted_as_it_is_written():
    one, other = said("办证加微信 zs_demo88，三千"), said("办证加微信 hk_other99，三千")
    assert one == other
    assert said("价格1380元") == said("价格2950元")


def test_a_text_about_nothing_of_the_kind_is_not_read():
    assert read_wording(PROSE) is None
    assert not about_papers(pieces_of("不用跑，系统可查"))


def test_one_offer_in_a_long_page_is_found_where_it_stands():
    page = PROSE * 20 + SELLS + PROSE * 20
    reading = read_wording(page)
    assert reading is not None
    assert "查到再付款" in page[reading.start : reading.end]
    assert len(page[reading.start : reading.end]) <= ALL


def test_the_same_offer_says_less_in_a_longer_page():
    short, long = PROSE * 6 + SELLS, PROSE * 60 + SELLS
    assert logit(long) < logit(short) < logit(SELLS)


def test_phrases_are_the_texts_own_heaviest_first():
    reading = read_wording(SELLS)
    assert reading is not None
    phrases = [SELLS[start:end] for start, end in reading.phrases]
    assert 0 < len(phrases) <= NAMED
    assert "电工证不用考试" in phrases


def test_a_long_page_of_nothing_but_the_trades_words_is_bounded():
    assert read_wording("电工证不用考试官网可查代办" * 20_000) is not None


def test_the_sum_is_bias_and_what_is_known_by_group():
    model = Model({"c": {"甲": 2.0, "乙": 1.0}, "s": {}}, -1.0, 2.0, 0.5)
    raw = model.raw({"c": {"甲", "乙", "丙"}, "s": set()})
    assert raw == pytest.approx(-1.0 + 3.0 / 4**0.4)
    assert shipped_model().slope > 0


SAID = st.lists(
    st.sampled_from(
        [*"电工证考试操作低压办理查询免包过天❶②1a_- \n。？!|&>🔥", SELLS, "vx：a12345", "dgz", "先出证后付款"]
    ),
    max_size=40,
).map("".join)


@given(SAID)
def test_what_is_counted_weighs_what_it_weighs_written_out(text):
    pieces = pieces_of(text)
    assert shipped_model().said(counted(pieces)) == shipped_model().raw(grams(pieces))


@given(SAID)
def test_words_by_their_first_character_are_found_as_the_alternation_finds_them(text):
    alternation = f"{wording.NAMES}|{wording._CUES}"
    assert re.findall(alternation, text) == wording._WORDS.findall(text)


@given(st.text(max_size=600))
def test_any_text_is_read_within_itself(text):
    reading = read_wording(text)
    if reading is not None:
        assert 0 <= reading.start < reading.end <= len(text)
        assert all(0 <= start < end <= len(text) for start, end in reading.phrases)


@given(st.text(max_size=200))
def test_pieces_cover_the_folded_text_in_its_order(text):
    pieces = pieces_of(text)
    assert all(a.end <= b.start for a, b in pairwise(pieces))
    assert all(piece.start < piece.end for piece in pieces)


def test_a_phrase_has_an_end():
    reading = read_wording("电工证不用考试官网可查" * 8)
    assert reading is not None
    assert all(end - start <= LONGEST for start, end in reading.phrases)
