from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin.constants import PINYIN_DICT

from scoring.syllables import SYLLABLES, plain, segment

RARE = {"m", "n", "ng", "hm", "hng", "biang", "cei", "chua", "eng", "fiao", "kei", "lo", "nia", "rua", "sei", "tei"}
RARE |= {"wong", "yo", "zhei", "dei", "den", "kiu", "nun", "nou", "ê", "pia", "len", "bong", "din"}


def test_every_reading_of_a_large_dictionary_is_a_syllable_but_for_interjections_and_dialect() -> None:
    readings = {plain(r)[0] for readings in PINYIN_DICT.values() for r in readings.split(",")}
    assert {r for r in readings if r.isascii()} - SYLLABLES <= RARE


@pytest.mark.parametrize(
    ("run", "cut"),
    [
        ("zhanjie", ("zhan", "jie")),
        ("tuanjian", ("tuan", "jian")),
        ("tezhongzuoye", ("te", "zhong", "zuo", "ye")),
        ("chaxun", ("cha", "xun")),
        ("memory", None),
        ("", None),
        ("x" * 300, None),
    ],
)
def test_a_run_of_letters_divides_into_syllables(run: str, cut: tuple[str, ...] | None) -> None:
    assert segment(run) == cut


@given(st.lists(st.sampled_from(sorted(SYLLABLES)), min_size=1, max_size=8))
def test_whatever_syllables_are_put_together_divides_again(syllables: list[str]) -> None:
    run = "".join(syllables)
    cut = segment(run)
    assert cut is not None
    assert "".join(cut) == run
    assert len(cut) <= len(syllables)


@pytest.mark.parametrize(
    ("toned", "letters", "marked"),
    [("yè", "ye", True), ("lǜ", "lv", True), ("nü", "nv", False), ("ye4", "ye4", False), ("YÈ", "ye", True)],
)
def test_tones_come_off_and_are_reported(toned: str, letters: str, marked: bool) -> None:
    assert plain(toned) == (letters, marked)
    assert plain(unicodedata.normalize("NFD", toned)) == (letters, marked)
